"""Faults of mail servers in plain words: what is wrong, and what to do about it."""

import errno
import re
import socket
import ssl
from imaplib import IMAP4

from supportbox.channels.email.url import ServerUrl
from supportbox.errors import Refused

# OpenSSL's numbers for what is wrong with a certificate: the kind of the fault, and the sentence.
_CERTIFICATE = {
    9: ("certificate", "The certificate of %(where)s is not valid yet, so the password was not sent."),
    10: ("expired", "The certificate of %(where)s has expired, so the password was not sent."),
    18: ("certificate", "The certificate of %(where)s is signed by nobody but itself, so the password was not sent."),
    62: ("name", "The certificate of %(where)s is for another name, so the password was not sent."),
    64: ("name", "The certificate of %(where)s is for another address, so the password was not sent."),
}
_UNKNOWN_SIGNER = (
    "certificate",
    "The certificate of %(where)s is signed by nobody that this machine trusts, so the password was not sent.",
)
_BAD_CERTIFICATE = (
    "certificate",
    "The certificate of %(where)s is not good (%(reason)s), so the password was not sent.",
)
_NEEDS_ENCRYPTION = "%(host)s lets nobody log in without encryption: use %(schemes)s"
_MAY_NEED_TLS = re.compile(rb"PRIVACYREQUIRED|LOGINDISABLED|disabled|STARTTLS|encrypt|plaintext|secure", re.IGNORECASE)
# What Gmail, iCloud, Yahoo, Zoho and Microsoft say where the right password of the account is still not enough.
_APP_PASSWORD = re.compile(
    r"app(lication)?[- ]specific|app password|apppassword|InvalidSecondFactor|5\.7\.9\b|WEBALERT"
    r"|basic ?auth(entication)?[\w ]*(blocked|disabled)",
    re.IGNORECASE,
)
_LONGEST = 200


class Fault(Refused):
    """A mail server that does not do what it should. `is_lost`: the connection is gone, a new one may work; `kind`
    names what is wrong for whoever has more words for it."""

    def __init__(self, sentence: str, *, is_lost: bool = False, kind: str = "strange", **values: object) -> None:
        super().__init__(sentence, **values)
        self.is_lost, self.kind = is_lost, kind


def explain(error: Exception, url: ServerUrl) -> Fault:
    """The fault behind an exception raised while talking to a server."""
    host, where = url.host, f"{url.host} port {url.port}"
    if isinstance(error, Fault):
        return error
    if isinstance(error, ssl.SSLError):
        return _tls(error, url, where)
    if isinstance(error, socket.gaierror):
        sentence = "There is no server named %(host)s. Check its spelling, or this machine's DNS."
        return Fault(sentence, is_lost=True, kind="dns", host=host)
    if isinstance(error, UnicodeError):
        return Fault("%(host)s is no possible name of a server. Check its spelling.", kind="dns", host=host)
    if isinstance(error, TimeoutError):
        sentence = "%(where)s does not answer in time. A firewall may be in the way, or the server is busy."
        return Fault(sentence, is_lost=True, kind="silent", where=where)
    if isinstance(error, ConnectionRefusedError):
        sentence = "Nobody listens on %(where)s. Check the port, or whether the server runs."
        return Fault(sentence, is_lost=True, kind="port", where=where)
    if isinstance(error, OSError):
        return _network(error, where)
    if isinstance(error, IMAP4.abort):
        return Fault(
            "%(where)s ended the connection%(said)s.", is_lost=True, kind="lost", where=where, said=_said(error, url)
        )
    return Fault("%(where)s answers what nobody expects%(said)s.", where=where, said=_said(error, url))


def explain_login(error: Exception, url: ServerUrl) -> Fault:
    """The fault behind a failed login."""
    said = str(error).encode("utf-8", "replace")
    if url.security == "plain" and _MAY_NEED_TLS.search(said):
        return Fault(_NEEDS_ENCRYPTION, kind="starttls", host=url.host, schemes=_encrypted(url))
    if isinstance(error, IMAP4.abort):
        return explain(error, url)
    if url.token:
        # What a server answers here may echo the token.
        sentence = "%(host)s does not let %(user)s in with its sign-in. Does the account allow IMAP and SMTP?"
        return Fault(sentence, kind="sign-in", host=url.host, user=url.user)
    return Fault(
        "%(host)s refuses the user name or the password of %(user)s%(said)s.",
        kind="app-password" if wants_app_password(str(error)) else "password",
        host=url.host,
        user=url.user,
        said=_said(error, url),
    )


def no_starttls(url: ServerUrl) -> Fault:
    """The fault of a port on which STARTTLS was asked for in vain."""
    other = "imaps://" if url.protocol == "IMAP" else "smtps://"
    sentence = "%(where)s offers no encryption (STARTTLS). Try %(other)s"
    return Fault(sentence, kind="no-starttls", where=f"{url.host} port {url.port}", other=other)


def no_folder(url: ServerUrl) -> Fault:
    sentence = "There is no folder %(folder)s that %(user)s may open."
    return Fault(sentence, kind="folder", folder=url.folder, user=url.user)


def wants_app_password(said: str) -> bool:
    """Whether a server's refusal means that programs need a password of their own."""
    return _APP_PASSWORD.search(said) is not None


def _encrypted(url: ServerUrl) -> str:
    return "imap+starttls:// or imaps://" if url.protocol == "IMAP" else "smtp+starttls:// or smtps://"


def _tls(error: ssl.SSLError, url: ServerUrl, where: str) -> Fault:
    if isinstance(error, ssl.SSLCertVerificationError):
        unknown = _UNKNOWN_SIGNER if error.verify_code in (19, 20, 21) else _BAD_CERTIFICATE
        kind, sentence = _CERTIFICATE.get(error.verify_code, unknown)
        return Fault(sentence, is_lost=True, kind=kind, where=where, reason=error.verify_message)
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Fault("%(where)s ended the encrypted connection.", is_lost=True, kind="lost", where=where)
    if url.security == "tls":
        other = "imap+starttls://" if url.protocol == "IMAP" else "smtp+starttls://"
        sentence = "%(where)s does not speak TLS from the start. Another port, or %(other)s, may be right."
        return Fault(sentence, is_lost=True, kind="starttls", where=where, other=other)
    sentence = "The encryption with %(where)s fails (%(reason)s)."
    return Fault(sentence, is_lost=True, kind="lost", where=where, reason=error.reason or "unknown reason")


def _network(error: OSError, where: str) -> Fault:
    if error.errno in (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED):
        return Fault("%(where)s cut the connection.", is_lost=True, kind="lost", where=where)
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        sentence = "There is no way to %(where)s. Check this machine's network."
        return Fault(sentence, is_lost=True, kind="network", where=where)
    reason = error.strerror or error
    return Fault("%(where)s cannot be reached (%(reason)s).", is_lost=True, kind="port", where=where, reason=reason)


def _said(error: Exception, url: ServerUrl) -> str:
    """What the server itself said, as a tail for a sentence; without the password, should it have said that."""
    text = str(error.args[0] if error.args else "")
    if url.password:
        text = text.replace(url.password, "…")
    text = re.sub(r"^b(['\"])(.*)\1$", r"\2", text.strip(), flags=re.DOTALL)
    text = " ".join(re.sub(r"[^\x20-\x7e\xa0-\U0010ffff]", " ", text).split())[:_LONGEST].rstrip(".")
    return f" (it says: {text})" if text else ""
