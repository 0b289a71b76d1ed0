"""Whom to believe about where a request came from: only the proxies that the settings name."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_network
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from supportbox.errors import Refused

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def behind(app: Wsgi, proxies: Iterable[str]) -> Wsgi:
    """The application as seen through these proxies (addresses or networks); without any, it is unchanged."""
    try:
        trusted = [ip_network(proxy, strict=False) for proxy in proxies]
    except ValueError as error:
        raise Refused(f"trusted_proxies lists addresses or networks such as 127.0.0.1: {error}.") from error
    if not trusted:
        return app
    fixed = ProxyFix(app, x_for=1, x_proto=1, x_host=1)

    def choose(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = ip_address(environ.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104 - an address that is in no list
        if any(peer.version == network.version and peer in network for network in trusted):
            return fixed(environ, start_response)
        return app(environ, start_response)

    return choose
