"""The sandbox's SMTP side: takes letters in, puts them into the mailboxes, and can be told to misbehave."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import Enum
from typing import Any

from supportbox import clock

OnRcpt = Callable[[str], str | None]
"""Asked with each recipient; an answer like `"450 4.2.0 Try later"` refuses it, None accepts."""


class Drop(Enum):
    """Cut the connection after the letter's last byte, with no answer."""

    BEFORE_STORING = "the letter is lost"
    AFTER_STORING = "the letter arrives, the sender cannot know"


OnData = Callable[[str, list[str], bytes], str | Drop | None]
"""Asked with sender, recipients and letter; an answer like `"554 5.7.1 Spam"` refuses it, None accepts."""


@dataclass(frozen=True)
class OutsideLetter:
    """A letter to somebody who has no mailbox here: accepted, kept, sent nowhere."""

    sender: str
    recipient: str
    raw: bytes


class Postman:
    """The handler that aiosmtpd calls at each step; it answers with SMTP reply lines."""

    on_rcpt: OnRcpt | None = None
    on_data: OnData | None = None

    def __init__(
        self,
        append: Callable[[str, bytes, datetime], Awaitable[None]],
        addresses: Collection[str],
        must_log_in: Collection[str] = (),
    ) -> None:
        self.outside: list[OutsideLetter] = []
        self.sent: dict[str, list[bytes]] = {address: [] for address in addresses}
        self.faults: list[BaseException] = []
        self._append = append
        self._addresses = frozenset(addresses)
        self._domains = frozenset(address.rpartition("@")[2] for address in addresses)
        self._must_log_in = frozenset(must_log_in)
        self._letters = 0

    # The parameters' types are aiosmtpd's, which this module does not import: the desk starts without it.
    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """MAIL FROM: some senders must have logged in as themselves."""
        if address.lower() in self._must_log_in:
            if not session.authenticated:
                return "530 5.7.0 Authentication required"
            if session.auth_data != address.lower():
                return "553 5.7.1 Sender address rejected: not owned by the user who logged in"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """RCPT TO: our users and everybody outside, but no strangers at our own domains."""
        refusal = await asyncio.to_thread(self.on_rcpt, address) if self.on_rcpt else None
        if refusal:
            return refusal
        if self._domain(address) in self._domains and base_address(address) not in self._addresses:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The letter itself: one copy into each local recipient's INBOX before the answer is given."""
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        wish = None
        if self.on_data:
            wish = await asyncio.to_thread(self.on_data, sender, list(envelope.rcpt_tos), envelope.content)
        if isinstance(wish, str):
            return wish
        if wish is Drop.BEFORE_STORING:
            return await _hang_up(server)
        self._letters += 1
        if sender.lower() in self.sent:
            self.sent[sender.lower()].append(envelope.content)
        for recipient in dict.fromkeys(envelope.rcpt_tos):
            await self._deliver(session, sender, recipient, envelope.content)
        if wish is Drop.AFTER_STORING:
            return await _hang_up(server)
        return f"250 2.0.0 OK: queued as {self._letters:08X}"

    async def handle_exception(self, error: Exception) -> str:
        """A fault of our own: kept for the tests to see, and the sender may try again."""
        self.faults.append(error)
        return "451 4.3.0 The sandbox has a fault of its own"

    async def _deliver(self, session: Any, sender: str, recipient: str, raw: bytes) -> None:
        stamped = self._stamp(session, sender, recipient, clock.now()) + raw
        if self._domain(recipient) in self._domains:
            await self._append(base_address(recipient), stamped, clock.now())
        else:
            self.outside.append(OutsideLetter(sender, recipient, stamped))

    def _stamp(self, session: Any, sender: str, recipient: str, now: datetime) -> bytes:
        """The header lines that a receiving server puts on top."""
        protocol = "ESMTPA" if session.authenticated else "ESMTP"
        return (
            f"Return-Path: <{sender}>\r\n"
            f"Delivered-To: {recipient}\r\n"
            f"Received: from {session.host_name} ([{session.peer[0]}])\r\n"
            f"\tby sandbox.demo.example with {protocol} id {self._letters:08X}\r\n"
            f"\tfor <{recipient}>; {format_datetime(now)}\r\n"
        ).encode("utf-8", "surrogateescape")

    def _domain(self, address: str) -> str:
        return address.rpartition("@")[2].lower()


def base_address(address: str) -> str:
    """`Support+SB-1042@demo.example` is support@demo.example's."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


async def _hang_up(server: Any) -> str:
    server.transport.abort()
    # The lost connection cancels this very task at its next await, so that no answer is tried on a dead line.
    await asyncio.sleep(60)
    return "421 4.4.2 Closing"
