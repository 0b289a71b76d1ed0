"""Sending by SMTP: Flask-Mail's message and connection, with timeouts, checked certificates and a word before DATA."""

import smtplib
from collections.abc import Callable
from contextlib import suppress

import flask_mail

from supportbox.channels.channel import SlowDown
from supportbox.channels.email import smtp
from supportbox.channels.email.faults import explain
from supportbox.channels.email.url import ServerUrl
from supportbox.errors import DeliveryError, Refused
from supportbox.mail.fields_out import on_the_wire

COMMAND_SECONDS = 20.0
# RFC 5321, 4.5.3.2.6: a server may take ten minutes to say what became of the letter.
VERDICT_SECONDS = 600.0
_LONGEST = 300
# Closing, too many connections, too many letters: the server's own business, not the letter's.
_TOO_MUCH = (421, 432, 452)


class ComposedMessage(flask_mail.Message):
    """A letter whose bytes were composed before; Flask-Mail's own MIME puts text and HTML into the wrong multipart."""

    def __init__(self, *, sender: str, receiver: str, message_id: str, raw: bytes) -> None:
        super().__init__(sender=sender, recipients=[receiver])
        self.msgId = message_id
        self._raw = raw

    def as_bytes(self) -> bytes:
        return self._raw


class Connection(flask_mail.Connection):
    """One SMTP connection to the server of a mailbox; any number of letters, one receiver each."""

    host: smtplib.SMTP | None

    def __init__(self, url: ServerUrl) -> None:
        self.url = url
        config = {"MAIL_SERVER": url.host, "MAIL_PORT": url.port, "MAIL_USERNAME": url.user}
        state = flask_mail.Mail().init_mail(config)
        super().__init__(state)  # type: ignore[arg-type]  # Flask-Mail itself passes this state, and says another type

    def configure_host(self) -> smtplib.SMTP:
        """Connect, encrypt, log in. Raises DeliveryError, never a permanent one: what is wrong here is a setting of
        ours or the server's mood, and no letter is to blame."""
        url = self.url
        host: smtplib.SMTP | None = None
        try:
            host = smtp.connected(url, COMMAND_SECONDS)
            if url.user:
                smtp.log_in(host, url)
        except smtplib.SMTPAuthenticationError as error:
            _drop(host)
            refused = f"{url.host} refuses the user name or the password of {url.user}"
            raise DeliveryError(f"{refused} ({_said(error)}).") from error
        except smtplib.SMTPNotSupportedError as error:
            _drop(host)
            raise DeliveryError(smtp.not_offered(url, error), permanent=False) from error
        except smtplib.SMTPResponseException as error:
            _drop(host)
            raise _not_now(f"{url.host} lets nobody in now ({_said(error)}).", error.smtp_code) from error
        except Refused as error:
            _drop(host)
            raise DeliveryError(str(error)) from error
        except (OSError, UnicodeError) as error:
            _drop(host)
            raise DeliveryError(str(explain(error, url))) from error
        return host

    def open(self) -> None:
        """Be connected, with a connection that still answers."""
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self.host.rset()[0] == 250:
                    return
            self.close()
        self.host = self.configure_host()

    def send_composed(self, message: ComposedMessage, envelope_from: str, begin: Callable[[], None]) -> None:
        """Hand over one letter. `begin` is called before DATA: from then on a silence leaves it uncertain.
        Raises DeliveryError."""
        self.open()
        receiver = on_the_wire(str(message.recipients[0]))
        raw = message.as_bytes()
        try:
            self._address(envelope_from, receiver, len(raw))
            begin()
            self._hand_over(raw, receiver)
        except DeliveryError:
            self._reset()
            raise

    def offer(self, sender: str) -> None:
        """Ask whether the server would take a letter from this address, and take it back."""
        try:
            code, said = self._connected_host().mail(on_the_wire(sender))
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(_lost(error, self.url)) from error
        self._reset()
        if code != 250:
            raise _answered(f"{self.url.host} takes no letter from {sender} ({_text(code, said)}).", code)

    def close(self) -> None:
        """Say goodbye where somebody still listens."""
        host, self.host = self.host, None
        if host is not None:
            with suppress(smtplib.SMTPException, OSError):
                host.quit()
            _drop(host)

    def _address(self, sender: str, receiver: str, size: int) -> None:
        host = self._connected_host()
        options = [f"size={size}"] if host.has_extn("size") else []
        try:
            code, said = host.mail(on_the_wire(sender) if sender else "", options)
            if code != 250:
                raise _answered(f"{self.url.host} takes no letter from {sender or 'us'} ({_text(code, said)}).", code)
            code, said = host.rcpt(receiver)
            if code not in (250, 251):
                raise _answered(f"{self.url.host} refuses the receiver {receiver} ({_text(code, said)}).", code)
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            raise DeliveryError(_lost(error, self.url)) from error

    def _hand_over(self, raw: bytes, receiver: str) -> None:
        host = self._connected_host()
        try:
            code, said = host.docmd("DATA")
        except (smtplib.SMTPException, OSError) as error:
            # Not one byte of the letter has left: trying again can double nothing.
            self._lose()
            raise DeliveryError(_lost(error, self.url)) from error
        if code != 354:
            raise _answered(f"{self.url.host} does not want the letter ({_text(code, said)}).", code)
        try:
            host.send(_stuffed(raw))
            self._wait(VERDICT_SECONDS)
            code, said = host.getreply()
            self._wait(COMMAND_SECONDS)
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            raise _uncertain(self.url, receiver) from error
        if code == -1:
            self._lose()
            raise _uncertain(self.url, receiver)
        if code != 250:
            raise _answered(f"{self.url.host} refuses the letter ({_text(code, said)}).", code)

    def _wait(self, seconds: float) -> None:
        sock = self._connected_host().sock
        if sock is not None:
            sock.settimeout(seconds)

    def _connected_host(self) -> smtplib.SMTP:
        if self.host is None:
            raise RuntimeError("nothing is sent without a connection")
        return self.host

    def _reset(self) -> None:
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.host.rset()

    def _lose(self) -> None:
        host, self.host = self.host, None
        _drop(host)


def _stuffed(raw: bytes) -> bytes:
    """The letter as DATA carries it; a line that is a single dot would end it."""
    body = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return (b"." if body.startswith(b".") else b"") + body.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _answered(sentence: str, code: int) -> DeliveryError:
    """What a definite answer means: 5xx is for ever, everything else may be another answer later."""
    # 452 is also what a single full mailbox is refused with, and that one says 4.2.2 (RFC 3463).
    if code in _TOO_MUCH and "4.2." not in sentence:
        return SlowDown(sentence)
    return DeliveryError(sentence, permanent=500 <= code <= 599)


def _not_now(sentence: str, code: int) -> DeliveryError:
    """What a refusal at the door means: it is never about a letter, so never for ever."""
    return SlowDown(sentence) if code in _TOO_MUCH else DeliveryError(sentence)


def _uncertain(url: ServerUrl, receiver: str) -> DeliveryError:
    return DeliveryError(
        f"{url.host} fell silent after it was given the letter to {receiver}: it may have arrived, or not.",
        uncertain=True,
    )


def _lost(error: Exception, url: ServerUrl) -> str:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return f"{url.host} port {url.port} cut the connection."
    return str(explain(error, url))


def _said(error: smtplib.SMTPResponseException) -> str:
    return _text(error.smtp_code, error.smtp_error)


def _text(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".split())[:_LONGEST].rstrip(".")


def _drop(host: smtplib.SMTP | None) -> None:
    if host is not None:
        with suppress(OSError):
            host.close()
