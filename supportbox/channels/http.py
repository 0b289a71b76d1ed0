"""One call to a provider over HTTPS."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from supportbox.channels.email.url import is_loopback
from supportbox.channels.line import Unreached, opener, read_whole
from supportbox.errors import Refused

SECONDS = 20.0
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider answered."""

    status: int
    body: bytes
    content_type: str = ""
    location: str = ""  # where it says that the thing is
    size: int = 0  # of the body, as far as it was told or read: more than `body` has where that was too much

    def json(self) -> dict[str, Any]:
        """The body as an object; an empty one for anything else."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


def basic(user: str, password: str) -> dict[str, str]:
    """The header that signs in with a name and a password."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, Any] | None = None,
    data: Any = None,
    content: bytes | None = None,
    most: int = MOST_BYTES,
) -> Reply:
    """Ask, follow nothing, and return whatever was answered. Raises OSError when there was no answer, and Refused for
    an address that would carry secrets in the open."""
    # Loaded on use: desks without such channels do not pay for it.
    from http.client import HTTPException
    from urllib.error import URLError
    from urllib.request import Request

    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise Refused("Providers are called over https:// only.")

    body, kind = _body(form, data, content)
    request = Request(url, body, {"Accept": "application/json", **kind, **(headers or {})}, method=method)  # noqa: S310 - the scheme was checked above
    try:
        with opener().open(request, timeout=SECONDS) as answer:
            told = answer.headers
            size, body = read_whole(answer, most)
            return Reply(answer.status, body, told.get("Content-Type", ""), told.get("Location", ""), size)
    except URLError as error:
        raise error.reason if isinstance(error.reason, Unreached) else error from None
    except HTTPException as error:
        raise OSError(str(error) or type(error).__name__) from error


def _body(form: Mapping[str, Any] | None, data: Any, content: bytes | None) -> tuple[bytes | None, dict[str, str]]:
    if form is not None:
        return urlencode(form, doseq=True).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    if data is not None:
        return json.dumps(data).encode(), {"Content-Type": "application/json"}
    return content, {}
