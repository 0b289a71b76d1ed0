"""Addresses of mail servers, such as imaps://user:password@host:993/INBOX: read, checked, and never echoed whole."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, quote, unquote, urlsplit

from supportbox.errors import Refused

Protocol = Literal["IMAP", "SMTP"]
Security = Literal["tls", "starttls", "plain"]
Tokens = Callable[[str], str]
SCHEMES: dict[str, tuple[Protocol, Security, int]] = {
    "imaps": ("IMAP", "tls", 993),
    "imap+starttls": ("IMAP", "starttls", 143),
    "imap": ("IMAP", "plain", 143),
    "smtps": ("SMTP", "tls", 465),
    "smtp+starttls": ("SMTP", "starttls", 587),
    "smtp": ("SMTP", "plain", 25),
}
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(r"[^\s/?#@\[\]:%]{1,253}|[0-9A-Fa-f:.]{2,45}")


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """How one server is reached. The password is never part of what `repr` or `str` show."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    # Instead of a password: gives an access token, a fresh one when told which one was refused.
    token: Tokens | None = field(default=None, repr=False, compare=False)

    @property
    def protocol(self) -> Protocol:
        return SCHEMES[self.scheme][0]

    @property
    def security(self) -> Security:
        return SCHEMES[self.scheme][1]

    def with_password(self, password: str) -> "ServerUrl":
        return replace(self, password=password)

    def with_tokens(self, tokens: Tokens) -> "ServerUrl":
        return replace(self, token=tokens)

    def __str__(self) -> str:
        """The address without its password, in the form that is stored and shown."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        folder = f"/{quote(self.folder, safe='/.')}" if self.protocol == "IMAP" else ""
        return f"{self.scheme}://{user}{host}:{self.port}{folder}"


def read_url(text: str, protocol: Protocol) -> ServerUrl:
    """Read a server's address. Refuses with one plain sentence, in which no password appears."""
    parts = _split(text.strip(), protocol)
    known = ", ".join(f"{scheme}://" for scheme, (kind, _, _) in SCHEMES.items() if kind == protocol)
    if parts.scheme not in SCHEMES or SCHEMES[parts.scheme][0] != protocol:
        raise Refused(f"The {protocol} address must begin with one of {known}")
    userinfo, _, place = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    host, port = _place(place, protocol, SCHEMES[parts.scheme][2])
    folder = unquote(parts.path.removeprefix("/")).rstrip("/")
    if folder and protocol == "SMTP":
        raise Refused("The SMTP address ends after the port: there are no folders on the way out.")
    url = ServerUrl(parts.scheme, host, port, unquote(user), unquote(password), folder or "INBOX")
    _check(url, protocol)
    return url


def _split(text: str, protocol: Protocol) -> SplitResult:
    if not text:
        raise Refused(f"The {protocol} address is missing.")
    if _UNPRINTABLE.search(text):
        raise Refused(f"The {protocol} address has a space in it: write %20 where one belongs.")
    if _BAD_ESCAPE.search(text):
        raise Refused(f"The {protocol} address has a % that begins nothing: write %25 for a percent sign.")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise Refused(_unreadable(protocol)) from error
    if parts.query or parts.fragment or text.endswith(("?", "#")):
        raise Refused(_unreadable(protocol))
    return parts


def _unreadable(protocol: Protocol) -> str:
    return (
        f"The {protocol} address cannot be read: in user name, password and folder, "
        "write @ as %40, : as %3A, / as %2F, ? as %3F and # as %23."
    )


def _place(text: str, protocol: Protocol, default: int) -> tuple[str, int]:
    """Host and port; IPv6 addresses stand in brackets."""
    host, bracket, rest = text.removeprefix("[").partition("]") if text.startswith("[") else text.partition(":")
    port = rest.removeprefix(":") if bracket == "]" else rest
    if not host:
        raise Refused(f"The {protocol} address names no server.")
    if not _HOST.fullmatch(host) or (bracket and not port and text.endswith(":")):
        raise Refused(_unreadable(protocol))
    if not port:
        return host.lower(), default
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise Refused(f"The port in the {protocol} address is no number from 1 to 65535. " + _unreadable(protocol))
    return host.lower(), int(port)


def _check(url: ServerUrl, protocol: Protocol) -> None:
    if protocol == "IMAP" and not url.user:
        raise Refused(f"The IMAP address names no user: write it as {url.scheme}://user:password@{url.host}/INBOX")
    if any(_CONTROL.search(part) for part in (url.user, url.password, url.folder)):
        raise Refused(f"The {protocol} address holds a line break or another control sign.")
    if url.security == "plain" and not is_loopback(url.host):
        safe = "imaps:// or imap+starttls://" if protocol == "IMAP" else "smtps:// or smtp+starttls://"
        raise Refused(f"{url.scheme}:// would send the password to {url.host} in clear: use {safe}")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, so that nothing sent to it can be overheard."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
