"""The link by which a customer follows one request: signed, for one ticket, and over after a while."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

LASTS = timedelta(days=30)
_SIGNATURE = 16


def make_request_token(key: bytes, ticket_id: int, *, now: datetime) -> str:
    """The token in /r/<token>; whoever has it may read this ticket and answer in it until it is over."""
    ends = int((now + LASTS).timestamp())
    return f"{ticket_id}.{ends:x}.{_sign(key, ticket_id, ends)}"


def read_request_token(key: bytes, token: str, *, now: datetime) -> int | None:
    """The ticket of a token of ours that is not over; None for any other text."""
    number, _, rest = token.partition(".")
    hexed, _, signature = rest.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 16 and len(hexed) < 12 and len(token) < 80):
        return None
    try:
        ends = int(hexed, 16)
    except ValueError:
        return None
    if not hmac.compare_digest(signature.encode(), _sign(key, int(number), ends).encode()):
        return None
    return int(number) if datetime.fromtimestamp(ends, UTC) > now else None


def _sign(key: bytes, ticket_id: int, ends: int) -> str:
    digest = hmac.digest(key, f"{ticket_id}:{ends}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_SIGNATURE]).decode().rstrip("=")
