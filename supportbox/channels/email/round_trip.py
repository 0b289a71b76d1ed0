"""The round-trip letter: sent by a mailbox to itself, awaited, taken out again, and never anybody's ticket."""

import secrets
import smtplib
import time
from contextlib import suppress
from datetime import datetime

from imapclient.exceptions import IMAPClientError

from supportbox.channels.email import smtp
from supportbox.channels.email.faults import Fault, explain
from supportbox.channels.email.imap import Imap
from supportbox.channels.email.url import ServerUrl
from supportbox.mail import tokens
from supportbox.mail.compose import compose
from supportbox.mail.letter import Address, Draft

SECONDS = 10.0
PAUSE = 0.5
# Far above any ticket. With delivery 0, an id that we signed says: a letter of the wizard (`inbox.receive`).
_TICKETS = 10**11
_NO_DELIVERY = 0


class RoundTrip:
    """One letter and its way. The SMTP connection lives no longer than `send`."""

    def __init__(self, address: str, out: ServerUrl, imap: Imap, key: bytes) -> None:
        self.address, self.out, self.imap = address, out, imap
        number = _TICKETS + secrets.randbelow(8 * _TICKETS)
        self.message_id = tokens.message_id(key, number, _NO_DELIVERY, address.rpartition("@")[2])
        self._before = 0

    def send(self, now: datetime) -> None:
        """Hand the letter over. Raises Fault."""
        self._before = max(self.imap.uids_above(0, None), default=0)
        raw = compose(_draft(self.address, self.message_id, now))
        host: smtplib.SMTP | None = None
        try:
            host = smtp.connected(self.out, SECONDS)
            if self.out.user:
                smtp.log_in(host, self.out)
            host.sendmail(self.address, [self.address], raw)
        except smtplib.SMTPNotSupportedError as error:
            kind = "no-starttls" if "STARTTLS" in str(error) else "no-sending"
            raise Fault(smtp.not_offered(self.out, error), kind=kind) from error
        except smtplib.SMTPServerDisconnected as error:
            raise Fault("%(where)s cut the connection.", kind="lost", where=_where(self.out)) from error
        except smtplib.SMTPException as error:
            raise Fault("%(where)s does not take it: %(said)s", kind="no-sending", where=_where(self.out),
                        said=_said(error)) from error  # fmt: skip
        except (OSError, UnicodeError) as error:
            raise explain(error, self.out) from error
        finally:
            if host is not None:
                with suppress(smtplib.SMTPException, OSError):
                    host.quit()

    def wait(self, seconds: float) -> bool:
        """Whether it came within that time; then it is taken out of the mailbox again."""
        until = time.monotonic() + seconds
        while True:
            if uid := self._find():
                self._remove(uid)
                return True
            if time.monotonic() > until:
                return False
            time.sleep(PAUSE)

    def _find(self) -> int:
        # Selected anew each time: some servers show nothing new to a connection that does not ask like that.
        self.imap.select()
        for uid in self.imap.uids_above(self._before, None):
            if self.message_id.encode() in (self.imap.headers(uid) or b""):
                return uid
        return 0

    def _remove(self, uid: int) -> None:
        """Only this one letter; where a server cannot do that, it stays, and becomes no ticket all the same."""
        with suppress(Fault), self.imap.explained():
            client = self.imap.client
            try:
                if client.has_capability("UIDPLUS"):
                    client.delete_messages([uid], silent=True)
                    client.uid_expunge([uid])
            except IMAPClientError:
                return


def _draft(address: str, message_id: str, now: datetime) -> Draft:
    text = "This letter only tests the way from SupportBox to this mailbox and back. You can delete it."
    own = Address(address, "SupportBox")
    return Draft(
        sender=own,
        to=own,
        subject="SupportBox: test letter",
        text=text,
        html=f"<p>{text}</p>",
        message_id=message_id,
        date=now,
        automatic=True,
    )


def _where(url: ServerUrl) -> str:
    return f"{url.host} port {url.port}"


def _said(error: smtplib.SMTPException) -> str:
    code: int
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return str(error)[:200]
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".split())[:300]
