"""The link by which a customer follows one request: signed, for one ticket, over after a while, and endable.

`epoch` is the ticket's `link_epoch` when the link was made: once that has grown, links made before are over.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

LASTS = timedelta(days=30)
_SIGNATURE = 16
_OLDEST = 50  # endings that a link may be behind and still ask for a new one


class Claim(NamedTuple):
    ticket_id: int
    ends: int
    signature: str


def make_request_token(key: bytes, ticket_id: int, *, now: datetime, epoch: int = 0) -> str:
    """The token in /r/<token>; whoever has it may read this ticket and answer in it until it is over."""
    ends = int((now + LASTS).timestamp())
    return f"{ticket_id}.{ends:x}.{_sign(key, ticket_id, ends, epoch)}"


def read_request_token(key: bytes, token: str, *, now: datetime, epoch: int = 0) -> int | None:
    """The ticket of a token of ours that is not over; None for any other text."""
    claim = claimed(token)
    if claim is None or not _is_signed(key, claim, epoch):
        return None
    return claim.ticket_id if datetime.fromtimestamp(claim.ends, UTC) > now else None


def read_old_token(key: bytes, token: str, *, epoch: int) -> int | None:
    """The ticket of a token that was ours once, over or ended: it opens nothing, it asks for a new one."""
    claim = claimed(token)
    known = range(max(0, epoch - _OLDEST), epoch + 1)
    return claim.ticket_id if claim and any(_is_signed(key, claim, one) for one in known) else None


def claimed(token: str) -> Claim | None:
    """What a token says of itself, proven by nothing."""
    number, _, rest = token.partition(".")
    hexed, _, signature = rest.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 16 and len(hexed) < 12 and len(token) < 80):
        return None
    try:
        ends = int(hexed, 16)
    except ValueError:
        return None
    return Claim(int(number), ends, signature)


def _is_signed(key: bytes, claim: Claim, epoch: int) -> bool:
    wanted = _sign(key, claim.ticket_id, claim.ends, epoch)
    return hmac.compare_digest(claim.signature.encode(), wanted.encode())


def _sign(key: bytes, ticket_id: int, ends: int, epoch: int) -> str:
    digest = hmac.digest(key, f"{ticket_id}:{ends}:{epoch}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_SIGNATURE]).decode().rstrip("=")
