"""What Meta's services have in common for the tests: a signed call, and the token in ours."""

import hashlib
import hmac
import json
from typing import Any

from tests.channels.case import Asked, Call

APP_SECRET, TOKEN, WORD = "an app secret", "EAAG token", "teapot"


def signed(said: dict[str, Any]) -> Call:
    """A call with Meta's signature over its very bytes."""
    body = json.dumps(said).encode()
    digest = hmac.digest(APP_SECRET.encode(), body, hashlib.sha256).hex()
    return Call(body, {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"})


def is_ours(asked: Asked) -> bool:
    return asked.headers.get("authorization") == f"Bearer {TOKEN}"
