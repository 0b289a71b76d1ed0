"""Fetching what somebody sent: over few redirects, never from our own network, and no byte beyond what is kept."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from supportbox.channels.http import Reply, call
from supportbox.errors import Refused

MOST_TURNS = 4


def fetch(url: str, *, home: str, headers: Mapping[str, str] | None, most: int) -> Reply:
    """The file behind an address, and whatever was answered instead. Raises OSError when nothing was, and Refused for
    an address that is not the world's. `home` is the service as its owner filled it in: that one may be anywhere."""
    for _ in range(MOST_TURNS):
        _check(url, home)
        reply = call("GET", url, headers=headers, most=most)
        if reply.status not in (301, 302, 303, 307, 308) or not reply.location:
            return reply
        there = urljoin(url, reply.location)
        headers, url = keys_for(headers, url, there), there
    return replace(reply, body=b"")


def keys_for(headers: Mapping[str, str] | None, here: str, there: str) -> Mapping[str, str] | None:
    """What is sent along to the next address: our key goes to nobody but whom it was meant for."""
    return headers if _origin(here) == _origin(there) else None


def is_public(host: str, port: int) -> bool:
    """Whether a name leads outside. One that nobody can resolve here is for the proxy to judge, or leads nowhere."""
    from socket import SOCK_STREAM, gaierror, getaddrinfo

    try:
        found = {str(place[0]) for *_, place in getaddrinfo(host, port, type=SOCK_STREAM)}
    except (gaierror, UnicodeError):
        return True
    addresses = [ip_address(one.partition("%")[0]) for one in found]
    plain = [getattr(one, "ipv4_mapped", None) or one for one in addresses]
    return all(one.is_global and not one.is_multicast for one in plain)


def _check(url: str, home: str) -> None:
    if home and _origin(url) == _origin(home):
        return
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or not is_public(parts.hostname, parts.port or 443):
        raise Refused("A file is fetched over https:// from the world, and from nowhere else.")


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)
