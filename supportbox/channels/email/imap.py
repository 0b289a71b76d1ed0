"""One connection to an IMAP folder: opened with patience and certificates checked, asked by UID, faults in words."""

import re
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from supportbox.channels.email.faults import Fault, explain, explain_login, no_folder, no_starttls
from supportbox.channels.email.oauth import xoauth2
from supportbox.channels.email.url import ServerUrl, Tokens

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
# Waiting for each byte is not enough: a whole answer may take so many times as long, and what is large a little more.
WHOLE_ANSWER = 10
SLOWEST = 4096  # bytes a second
# A folder that is there, and cannot be opened at the moment (RFC 5530).
_NOT_NOW = re.compile(r"\[(?:INUSE|UNAVAILABLE|SERVERBUG|LIMIT)\]")


@dataclass(frozen=True, slots=True)
class Folder:
    """What selecting a folder tells. `next_uid` is 0 where a server does not say."""

    uidvalidity: int
    next_uid: int
    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What is asked of a letter before its words: when the server got it, and how long it is in bytes."""

    uid: int
    size: int
    received_at: datetime | None


class Imap:
    """Connects when first used, and again after a fault. Every method raises Fault."""

    def __init__(self, url: ServerUrl) -> None:
        self.url = url
        self.client: Any = None  # None while there is no connection

    @property
    def is_open(self) -> bool:
        return self.client is not None

    def can_listen(self) -> bool:
        """Whether the server can say at once that a letter came."""
        with self.explained():
            return self.is_open and bool(self.client.has_capability("IDLE"))

    def has_news(self) -> bool:
        """Whether the server has mentioned more letters since the folder was opened."""
        counts = self.client._imap.untagged_responses.get("EXISTS", []) if self.is_open else []
        return len(counts) > 1 and counts[-1] != counts[0]

    def connect(self) -> None:
        """Reach the server, encrypted unless it is this machine."""
        url = self.url
        with self.explained():
            self.client = IMAPClient(
                url.host, url.port, ssl=url.security == "tls", timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS)
            )
            self.client.normalise_times = False
            # imapclient would have every answer written out for a debug log, passwords and all.
            self.client._imap.debug = 0
            if url.security == "starttls":
                if not self.client.has_capability("STARTTLS"):
                    raise no_starttls(url)
                self.client.starttls()

    def log_in(self) -> None:
        """Say who we are; a password is never sent where the server has just forbidden it."""
        if self.url.security == "plain" and self.client.has_capability("LOGINDISABLED"):
            raise explain_login(IMAPClientError("LOGINDISABLED"), self.url)
        if self.url.token:
            return self._sign_in(self.url.token)
        with self.explained():
            try:
                # LOGIN knows ASCII only; PLAIN takes every letter.
                is_ascii = (self.url.user + self.url.password).isascii()
                log_in = self.client.login if is_ascii else self.client.plain_login
                log_in(self.url.user, self.url.password)
            except IMAPClientError as error:
                raise explain_login(error, self.url) from error
        return None

    def _sign_in(self, token_of: Tokens) -> None:
        """With an access token; one that is refused before its time is renewed once."""
        token = token_of("")
        if not self._is_let_in(token):
            if not self.is_open:
                self.connect()
            if not self._is_let_in(token_of(token)):
                self.close()
                raise explain_login(IMAPClientError(), self.url)

    def _is_let_in(self, token: str) -> bool:
        # A refusal comes with its reason, which must be answered by an empty line before the verdict follows.
        answers = iter([xoauth2(self.url.user, token)])
        with self.explained():
            try:
                self.client._imap.authenticate("XOAUTH2", lambda challenge: next(answers, b""))
                return True
            except IMAPClientAbortError:
                self.abandon()
            except IMAPClientError:
                pass
            return False

    def select(self) -> Folder:
        """Open the folder, connecting first if need be; what it holds now."""
        is_old = self.is_open
        try:
            return self._select()
        except Fault as fault:
            # A connection kept from the last round may have died in its sleep: that is nobody's fault yet.
            if not (is_old and fault.is_lost):
                raise
        return self._select()

    def _select(self) -> Folder:
        if not self.is_open:
            self.connect()
            self.log_in()
        with self.explained():
            try:
                said = self.client.select_folder(self.url.folder)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                if _NOT_NOW.search(str(error)):
                    raise
                raise no_folder(self.url) from error
            return Folder(int(said.get(b"UIDVALIDITY", 0)), int(said.get(b"UIDNEXT", 0)), int(said.get(b"EXISTS", 0)))

    def uids_above(self, uid: int, since: datetime | None) -> list[int]:
        """UIDs above one, ascending; with `since`, of letters received on that day or later."""
        criteria = ["UID", f"{uid + 1}:*"] + (["SINCE", since.date()] if since else [])
        with self.explained():
            # A server answers `n:*` with its last letter even where that is below n.
            return sorted(found for found in self.client.search(criteria) if found > uid)

    def notices(self, uids: list[int]) -> list[Notice]:
        """Size and time of arrival of those of the letters that are still there."""
        with self.explained():
            answers = self.client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return [_notice(uid, answers[uid]) for uid in uids if b"RFC822.SIZE" in answers.get(uid, {})]

    def letters(self, uids: list[int], size: int = 0) -> dict[int, bytes]:
        """Whole letters, of about so many bytes together, marked by nobody as read."""
        return self._bytes(uids, "BODY.PEEK[]", b"BODY[]", size)

    def headers(self, uid: int) -> bytes | None:
        """The headers alone, for a letter that is too large."""
        return self._bytes([uid], "BODY.PEEK[HEADER]", b"BODY[HEADER]").get(uid)

    def mark_seen(self, uids: Iterable[int]) -> None:
        """Show whoever looks into the mailbox that these were taken over."""
        with self.explained():
            try:
                self.client.add_flags(list(uids), [b"\\Seen"], silent=True)
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                # A folder that may only be read: the mark is a courtesy, and the bookmark is what counts.
                return

    def close(self) -> None:
        """Say goodbye where somebody still listens."""
        client, self.client = self.client, None
        if client is not None:
            with suppress(Exception):
                client.logout()
            with suppress(Exception):
                client.shutdown()

    def _bytes(self, uids: list[int], item: str, key: bytes, size: int = 0) -> dict[int, bytes]:
        with self.explained(size):
            answers = self.client.fetch(uids, [item])
        return {uid: answers[uid][key] for uid in uids if answers.get(uid, {}).get(key) is not None}

    @contextmanager
    def explained(self, size: int = 0) -> Iterator[None]:
        """Turn what goes wrong into a Fault; a connection in doubt is not used again. `size` bytes are expected."""
        too_slow = threading.Event()
        watch = threading.Timer(WHOLE_ANSWER * READ_SECONDS + size / SLOWEST, self._give_up, [too_slow])
        watch.daemon = True
        watch.start()
        try:
            yield
        except Exception as error:  # whatever a server's answer makes the parser raise is that server's fault
            fault = explain(TimeoutError() if too_slow.is_set() else error, self.url)
            self.abandon()
            raise fault from error
        finally:
            watch.cancel()

    def _give_up(self, too_slow: threading.Event) -> None:
        """End a conversation that goes on for ever, from beside it."""
        too_slow.set()
        client = self.client
        if client is not None:
            with suppress(OSError):
                client.socket().shutdown(socket.SHUT_RDWR)

    def abandon(self) -> None:
        """Let go of the connection without a word."""
        client, self.client = self.client, None
        if client is not None:
            with suppress(Exception):
                client.shutdown()


def _notice(uid: int, answer: dict[bytes, Any]) -> Notice:
    received_at = answer.get(b"INTERNALDATE")
    if not isinstance(received_at, datetime) or received_at.tzinfo is None:
        received_at = None
    return Notice(uid, int(answer[b"RFC822.SIZE"]), received_at and received_at.astimezone(UTC))
