"""A site's word for who is signed in there: a JSON Web Token, HS256 whatever its head says, for the widget, short."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST = 4000
LASTS = 15 * 60  # seconds that a token may still be good for; and how far two clocks may differ
SKEW = 60


@dataclass(frozen=True, slots=True)
class Identity:
    """`account` is the site's own name for them, and what their history hangs on; the address is only a claim."""

    account: str
    name: str
    email: str


def read_identity(token: str, secret: str, *, now: datetime) -> Identity | None:
    """Whom a token names; None unless it was signed with the secret, is for the widget and of these minutes."""
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    if not secret or len(token) > LONGEST or not token.isascii():
        return None
    wanted = hmac.digest(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256)
    if not hmac.compare_digest(_decoded(signature), wanted):
        return None
    header, said = _object(head), _object(body)
    if header.get("alg") != "HS256" or said.get("aud") != "widget":
        return None
    ends, account, moment = said.get("exp"), said.get("sub"), now.timestamp()
    if not isinstance(ends, (int, float)) or not moment - SKEW < ends <= moment + LASTS + SKEW:
        return None
    if not isinstance(account, str) or not 0 < len(account) <= 200 or not account.isprintable():
        return None
    return Identity(account, _text(said.get("name"))[:120], _text(said.get("email"))[:254].lower())


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return b""


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(part))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) and value.isprintable() else ""
