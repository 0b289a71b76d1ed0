"""Codes of six digits that change every half minute, as authenticator apps show them (RFC 6238)."""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

STEP, DIGITS = 30, 6
# A telephone's clock may be half a minute off.
_NEIGHBOURS = (-1, 0, 1)


def make_secret() -> str:
    """160 bits in Base32, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def is_secret(text: str) -> bool:
    """Whether this is a secret of ours."""
    try:
        return len(base64.b32decode(text)) == 20
    except ValueError:
        return False


def code_at(secret: str, step: int) -> str:
    """The code of one half minute since 1970."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, typed: str, *, after: int, now: datetime) -> int | None:
    """The half minute whose code this is, now or next to now; none that was used before (`after`) counts again."""
    code = "".join(typed.split())
    if not (len(code) == DIGITS and code.isascii() and code.isdigit()):
        return None
    present = int(now.timestamp()) // STEP
    steps = [present + by for by in _NEIGHBOURS]
    # All three are compared, so that the time says nothing of which it was.
    right = [step for step in steps if hmac.compare_digest(code_at(secret, step), code)]
    return next((step for step in right if step > after), None)


def app_address(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}&digits={DIGITS}&period={STEP}"
