"""A form's stamp: when it was drawn, signed; it turns away machines that fill in forms faster than anybody types."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

OLDEST = timedelta(hours=24)


class Stamp(NamedTuple):
    """`once` is the same however often the same form is sent."""

    drawn_at: datetime
    once: str


def make_stamp(key: bytes, *, now: datetime) -> str:
    """A fresh stamp for a form that is drawn now."""
    signed = f"{int(now.timestamp()):x}.{secrets.token_urlsafe(9)}"
    return f"{signed}.{_sign(key, signed)}"


def read_stamp(key: bytes, text: str, *, now: datetime) -> Stamp | None:
    """What a stamp says; None when it is not ours or a day old."""
    signed, _, signature = text[:100].rpartition(".")
    if not hmac.compare_digest(signature.encode(), _sign(key, signed).encode()):
        return None
    hexed, _, once = signed.partition(".")
    drawn_at = datetime.fromtimestamp(int(hexed, 16), UTC)
    return Stamp(drawn_at, once) if now - drawn_at < OLDEST else None


def _sign(key: bytes, signed: str) -> str:
    return hmac.digest(key, signed.encode(), hashlib.sha256).hex()[:24]
