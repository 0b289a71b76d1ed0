"""Faults of mail servers in plain words: what is wrong, and what to do about it."""

import errno
import re
import socket
import ssl
from imaplib import IMAP4

from supportbox.channels.email.url import ServerUrl
from supportbox.errors import Refused

# OpenSSL's numbers for what is wrong with a certificate.
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "is signed by nobody but itself",
    19: "is signed by nobody that this machine trusts",
    20: "is signed by nobody that this machine trusts",
    21: "is signed by nobody that this machine trusts",
    62: "is for another name",
    64: "is for another address",
}
_MAY_NEED_TLS = re.compile(rb"PRIVACYREQUIRED|LOGINDISABLED|disabled|STARTTLS|encrypt|plaintext|secure", re.IGNORECASE)
_LONGEST = 200


class Fault(Refused):
    """A mail server that does not do what it should; `is_lost`: the connection is gone, a new one may work."""

    def __init__(self, sentence: str, *, is_lost: bool = False) -> None:
        super().__init__(sentence)
        self.is_lost = is_lost


def explain(error: Exception, url: ServerUrl) -> Fault:
    """The fault behind an exception raised while talking to a server."""
    where = f"{url.host} port {url.port}"
    if isinstance(error, Fault):
        return error
    if isinstance(error, ssl.SSLError):
        return Fault(_tls(error, url, where), is_lost=True)
    if isinstance(error, socket.gaierror):
        return Fault(f"There is no server named {url.host}. Check its spelling, or this machine's DNS.", is_lost=True)
    if isinstance(error, UnicodeError):
        return Fault(f"{url.host} is no possible name of a server. Check its spelling.")
    if isinstance(error, TimeoutError):
        return Fault(
            f"{where} does not answer in time. A firewall may be in the way, or the server is busy.", is_lost=True
        )
    if isinstance(error, ConnectionRefusedError):
        return Fault(f"Nobody listens on {where}. Check the port, or whether the server runs.", is_lost=True)
    if isinstance(error, OSError):
        return Fault(_network(error, where), is_lost=True)
    if isinstance(error, IMAP4.abort):
        return Fault(f"{where} ended the connection{_said(error, url)}.", is_lost=True)
    return Fault(f"{where} answers what nobody expects{_said(error, url)}.")


def explain_login(error: Exception, url: ServerUrl) -> Fault:
    """The fault behind a failed login."""
    said = str(error).encode("utf-8", "replace")
    if url.security == "plain" and _MAY_NEED_TLS.search(said):
        return Fault(f"{url.host} lets nobody log in without encryption: use {_encrypted(url)}")
    if isinstance(error, IMAP4.abort):
        return explain(error, url)
    if url.token:
        # What a server answers here may echo the token.
        return Fault(f"{url.host} does not let {url.user} in with its sign-in. Does the account allow IMAP and SMTP?")
    return Fault(f"{url.host} refuses the user name or the password of {url.user}{_said(error, url)}.")


def _encrypted(url: ServerUrl) -> str:
    return "imap+starttls:// or imaps://" if url.protocol == "IMAP" else "smtp+starttls:// or smtps://"


def _tls(error: ssl.SSLError, url: ServerUrl, where: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        wrong = _CERTIFICATE.get(error.verify_code, f"is not good ({error.verify_message})")
        return f"The certificate of {where} {wrong}, so the password was not sent."
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return f"{where} ended the encrypted connection."
    if url.security == "tls":
        other = "imap+starttls://" if url.protocol == "IMAP" else "smtp+starttls://"
        return f"{where} does not speak TLS from the start. Another port, or {other}, may be right."
    return f"The encryption with {where} fails ({error.reason or 'unknown reason'})."


def _network(error: OSError, where: str) -> str:
    if error.errno in (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED):
        return f"{where} cut the connection."
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        return f"There is no way to {where}. Check this machine's network."
    return f"{where} cannot be reached ({error.strerror or error})."


def _said(error: Exception, url: ServerUrl) -> str:
    """What the server itself said, as a tail for a sentence; without the password, should it have said that."""
    text = str(error.args[0] if error.args else "")
    if url.password:
        text = text.replace(url.password, "…")
    text = re.sub(r"^b(['\"])(.*)\1$", r"\2", text.strip(), flags=re.DOTALL)
    text = " ".join(re.sub(r"[^\x20-\x7e\xa0-\U0010ffff]", " ", text).split())[:_LONGEST].rstrip(".")
    return f" (it says: {text})" if text else ""
