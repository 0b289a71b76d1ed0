"""Asking DNS, for the few records that a mail domain publishes: shortly, and never while somebody waits for a page."""

from typing import TYPE_CHECKING, Protocol

from supportbox.errors import Refused

if TYPE_CHECKING:
    from dns.resolver import Resolver

# For one question with all its repetitions; a check asks many at the same time.
SECONDS = 3.0


class NoAnswer(Exception):
    """DNS did not answer in time, or said that it could not: nothing is known."""


class Texts(Protocol):
    """Whoever knows the TXT records of a name."""

    def texts(self, name: str) -> list[str]:
        """The records, [] where there are none. Raises NoAnswer."""

    def has_name(self, name: str) -> bool:
        """Whether there is anything at or below a name. Raises NoAnswer."""


class Dns:
    """The system's resolver, or the DNS server at `server` (127.0.0.1:5353)."""

    def __init__(self, server: str = "") -> None:
        self._resolver = _resolver(server)

    def texts(self, name: str) -> list[str]:
        from dns.resolver import NXDOMAIN
        from dns.resolver import NoAnswer as Empty

        try:
            found = self._ask(name)
        except (NXDOMAIN, Empty):
            return []
        # A DNS server gives them in any order.
        return sorted(b"".join(row.strings).decode("utf-8", "replace") for row in found)

    def has_name(self, name: str) -> bool:
        from dns.resolver import NXDOMAIN
        from dns.resolver import NoAnswer as Empty

        try:
            self._ask(name)
        except NXDOMAIN:
            return False
        except Empty:
            return True
        return True

    def _ask(self, name: str) -> "list[TxtRow]":
        from dns.exception import DNSException, Timeout
        from dns.resolver import NXDOMAIN, NoNameservers
        from dns.resolver import NoAnswer as Empty

        try:
            return list(self._resolver.resolve(name, "TXT", search=False))
        except (NXDOMAIN, Empty):
            raise
        except (Timeout, NoNameservers, OSError) as error:
            raise NoAnswer(name) from error
        except DNSException as error:
            raise Refused("%(name)s is no possible name of a domain.", name=name) from error


class TxtRow(Protocol):
    strings: tuple[bytes, ...]


def _resolver(server: str) -> "Resolver":
    # Loaded on use: only those who check a domain pay for it.
    from dns.resolver import NoResolverConfiguration, Resolver

    try:
        resolver = Resolver(configure=not server)
    except NoResolverConfiguration:
        resolver = Resolver(configure=False)
    if server:
        host, port = _place(server)
        try:
            resolver.nameservers, resolver.port = [host], int(port)
        except ValueError as error:
            raise Refused("%(server)s is no address of a DNS server, such as 9.9.9.9.", server=server) from error
    resolver.lifetime, resolver.timeout = SECONDS, SECONDS / 2
    return resolver


def _place(server: str) -> tuple[str, str]:
    """Host and port; IPv6 addresses stand in brackets when a port follows."""
    if server.count(":") == 1 or "]:" in server:
        host, _, port = server.rpartition(":")
        return host.strip("[]"), port
    return server.strip("[]"), "53"
