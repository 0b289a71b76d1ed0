"""Files of an answer that cannot go along with it: lent by an address that is good for a week."""

import hmac
from datetime import UTC, datetime, timedelta

from supportbox.config import Settings

LASTS = timedelta(days=7)


def file_address(settings: Settings, token: str, *, now: datetime) -> str:
    """Where anybody with this very address may fetch one file of ours until it is over."""
    ends = int((now + LASTS).timestamp())
    return f"{settings.base_url}/files/{token}/{ends:x}.{_sign(settings, token, ends)}"


def is_lent(settings: Settings, token: str, claim: str, *, now: datetime) -> bool:
    """Whether an address is one that we gave out, and not over."""
    hexed, _, signature = claim.partition(".")
    if len(hexed) > 10 or not all(one in "0123456789abcdef" for one in hexed) or not hexed:
        return False
    ends = int(hexed, 16)
    is_ours = hmac.compare_digest(signature.encode(), _sign(settings, token, ends).encode())
    return is_ours and datetime.fromtimestamp(ends, UTC) > now


def _sign(settings: Settings, token: str, ends: int) -> str:
    return hmac.digest(settings.key("file-link"), f"{token}.{ends}".encode(), "sha256").hex()[:32]
