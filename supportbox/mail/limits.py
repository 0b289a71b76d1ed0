"""The caps a letter must keep to before anything costly is done with it."""

from supportbox.errors import Refused

HEADER_BYTES = 64 * 1024
HEADERS_BYTES = 256 * 1024
DEPTH = 20
PARTS = 200
TEXT_CHARS = 1024 * 1024
ADDRESSES = 200


class LimitBroken(Refused):
    """A letter that breaks a cap: it is kept raw and quarantined instead of being read."""


def hold(measured: int, cap: int, what: str) -> None:
    """Raise LimitBroken when `measured` is over `cap`; `what` names it in the plural."""
    if measured > cap:
        raise LimitBroken(f"The letter has more {what} than SupportBox reads ({cap:,}).")
