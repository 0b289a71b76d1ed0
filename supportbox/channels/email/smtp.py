"""The line to an SMTP server: reached, encrypted, its certificate checked, and logged in on."""

import base64
import smtplib
import socket
import ssl

from supportbox.channels.email.oauth import xoauth2
from supportbox.channels.email.url import ServerUrl, Tokens


def connected(url: ServerUrl, seconds: float) -> smtplib.SMTP:
    """A connection on which every command has `seconds` to be answered."""
    name = _own_name()
    if url.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(url.host, url.port, name, timeout=seconds, context=context)
    host = smtplib.SMTP(url.host, url.port, name, timeout=seconds)
    if url.security == "starttls":
        code, said = host.starttls(context=ssl.create_default_context())
        if code != 220:
            raise smtplib.SMTPResponseException(code, said)
    code, said = host.ehlo()
    if 400 <= code < 500:
        # smtplib would say HELO now, and miss what only EHLO is told: that one may log in here.
        host.close()
        raise smtplib.SMTPResponseException(code, said)
    host.ehlo_or_helo_if_needed()
    return host


def log_in(host: smtplib.SMTP, url: ServerUrl) -> None:
    """Say who we are."""
    if url.token:
        return _sign_in(host, url, url.token)
    if (url.user + url.password).isascii():
        host.login(url.user, url.password)
        return None
    # smtplib knows ASCII only; the PLAIN mechanism takes every letter (RFC 4616).
    coded = base64.b64encode(f"\0{url.user}\0{url.password}".encode()).decode()
    code, said = host.docmd("AUTH", f"PLAIN {coded}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)
    return None


def _sign_in(host: smtplib.SMTP, url: ServerUrl, token_of: Tokens) -> None:
    """With an access token; one that is refused before its time is renewed once."""
    token = token_of("")
    for attempt in (token, None):
        coded = base64.b64encode(xoauth2(url.user, attempt or token_of(token))).decode()
        code, said = host.docmd("AUTH", f"XOAUTH2 {coded}")
        if code == 334:
            # The reason of a refusal; the verdict comes after an empty line.
            code, said = host.docmd("")
        if code == 235:
            return
    raise smtplib.SMTPAuthenticationError(code, b"the sign-in is refused" if code == 535 else said)


def not_offered(url: ServerUrl, error: Exception) -> str:
    """The sentence for a server that lacks what the mailbox's address asks for."""
    if "STARTTLS" in str(error):
        return f"{url.host} port {url.port} offers no encryption (STARTTLS). Try smtps://"
    if url.security == "plain":
        return f"{url.host} lets nobody log in without encryption: use smtp+starttls:// or smtps://"
    return f"{url.host} port {url.port} has no login: leave user name and password out, or use another port."


def _own_name() -> str:
    # smtplib would ask DNS for the full name, which can take minutes where DNS is broken.
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"
