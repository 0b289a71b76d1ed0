"""Cleo's and Dot's side: their letters as threads, as a mail program shows them, and letters written as them."""

import hashlib
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from functools import lru_cache

from supportbox.demo.cast import CUSTOMERS, SHOP, Player
from supportbox.demo.sandbox import HOST, Sandbox
from supportbox.errors import NotFound, Refused
from supportbox.mail import letter
from supportbox.mail.parse import parse
from supportbox.mail.subject import has_reply_prefix

PATIENCE = 10  # seconds
LONGEST_SUBJECT = 300
LONGEST_TEXT = 50_000
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Paper:
    """One letter in a customer's hands; `is_own` when they wrote it."""

    is_own: bool
    letter: letter.Letter

    @property
    def at(self) -> datetime:
        return self.letter.date or _EARLIEST

    @property
    def text(self) -> str:
        """The new words, without what they quote."""
        return self.letter.visible_text or self.letter.text


@dataclass(slots=True)
class Thread:
    """Letters that answer one another, oldest first; `key` stays the same while it grows."""

    papers: list[Paper] = field(default_factory=list)

    @property
    def key(self) -> str:
        first = self.papers[0].letter
        return _key(first.message_id or first.sha256)

    @property
    def subject(self) -> str:
        return self.papers[0].letter.subject

    @property
    def newest(self) -> Paper:
        return self.papers[-1]


class Correspondence:
    """What the customers of the demo got and wrote, through the sandbox's mail server."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def threads(self, player: Player) -> list[Thread]:
        """All threads of a customer, the one with the newest letter first."""
        # What they wrote stands first: of two letters of the same second, the answer comes after.
        papers = [Paper(True, _read(raw)) for raw in self._sandbox.sent(player.email)]
        papers += [Paper(False, _read(raw)) for raw in self._sandbox.inbox(player.email)]
        threads = _threaded(sorted(papers, key=lambda paper: paper.at))
        return sorted(threads, key=lambda thread: thread.newest.at, reverse=True)

    def thread(self, player: Player, key: str) -> Thread:
        """The thread with that key."""
        found = next((thread for thread in self.threads(player) if thread.key == key), None)
        if found is None:
            raise NotFound("There is no such letter. The demo was started again, perhaps.")
        return found

    def write(self, player: Player, *, subject: str, text: str, now: datetime) -> str:
        """Send the shop a new letter; the key of the thread that it begins."""
        message = _message(player, SHOP.email, subject, _checked(text), now)
        self._send(player, message)
        return _key(message["Message-ID"])

    def answer(self, player: Player, thread: Thread, *, text: str, now: datetime) -> None:
        """Answer the newest letter of a thread, quoting it as mail programs do."""
        newest = thread.newest.letter
        to = newest.reply_to or newest.sender
        subject = newest.subject if has_reply_prefix(newest.subject) else f"Re: {newest.subject}"
        address = SHOP.email if thread.newest.is_own or to is None else to.email
        message = _message(player, address, subject, f"{_checked(text)}\n\n{_quote(newest)}", now)
        if newest.message_id:
            message["In-Reply-To"] = newest.message_id
            message["References"] = " ".join(dict.fromkeys([*newest.references, newest.message_id]))
        self._send(player, message)

    def _send(self, player: Player, message: EmailMessage) -> None:
        try:
            with smtplib.SMTP(HOST, self._sandbox.smtp_port, timeout=PATIENCE) as smtp:
                smtp.send_message(message, player.email, [message["To"].addresses[0].addr_spec])
        except OSError as error:  # smtplib's own errors are among them
            raise Refused("The sandbox's mail server did not take the letter. Try again in a moment.") from error


def find_customer(key: str) -> Player:
    """The customer of that first name."""
    found = next((player for player in CUSTOMERS if player.key == key), None)
    if found is None:
        raise NotFound("Only Cleo and Dot have mailboxes here.")
    return found


# Letters never change, and a page that looks for new ones every few seconds asks for the old ones each time.
@lru_cache(500)
def _read(raw: bytes) -> letter.Letter:
    return parse(raw)


def _threaded(papers: Iterable[Paper]) -> list[Thread]:
    """Letters that name each other, in whatever order they came, are one thread."""
    homes: dict[str, Thread] = {}
    for paper in papers:
        found = paper.letter
        named = {found.message_id or found.sha256, found.in_reply_to, *found.references} - {""}
        known = {id(homes[one]): homes[one] for one in named if one in homes}
        together = [old for thread in known.values() for old in thread.papers]
        thread = Thread(sorted([*together, paper], key=lambda one: one.at))
        for one in {*named, *(name for name, home in homes.items() if id(home) in known)}:
            homes[one] = thread
    return list({id(thread): thread for thread in homes.values()}.values())


def _message(player: Player, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(player.name, addr_spec=player.email)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = " ".join(subject.split())[:LONGEST_SUBJECT]
    message["Date"] = now
    message["Message-ID"] = make_msgid(domain=player.email.rpartition("@")[2])
    message.set_content(text, cte="quoted-printable")
    return message


def _key(first_id: str) -> str:
    return hashlib.sha256(first_id.encode()).hexdigest()[:10]


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("A letter needs a few words.")
    return text[:LONGEST_TEXT]


def _quote(answered: letter.Letter) -> str:
    name = answered.sender.name or answered.sender.email if answered.sender else ""
    day = f"{answered.date:%Y-%m-%d %H:%M}" if answered.date else ""
    began = f"Le {day}, {name} a écrit :" if answered.language == "fr" else f"On {day}, {name} wrote:"
    return "\n".join([began, *(f"> {line}".rstrip() for line in answered.text.strip().split("\n"))])
