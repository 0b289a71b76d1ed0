"""One call to a provider over HTTPS, and what its answer means for the message that was in it."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from supportbox.channels.channel import SlowDown
from supportbox.channels.email.url import is_loopback
from supportbox.channels.line import Unreached, opener
from supportbox.errors import DeliveryError, Refused

SECONDS = 20.0
MOST_SECONDS = 120.0  # for a whole answer, however often a byte of it comes
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
            size, body = _read(answer, most)
            return Reply(answer.status, body, told.get("Content-Type", ""), told.get("Location", ""), size)
    except URLError as error:
        raise error.reason if isinstance(error.reason, Unreached) else error from None
    except HTTPException as error:
        raise OSError(str(error) or type(error).__name__) from error


def _read(answer: Any, most: int) -> tuple[int, bytes]:
    """The body and its size; of one that is larger than `most` nothing is kept, and what is told to be is not read."""
    if answer.length is not None and answer.length > most:
        return int(answer.length), b""
    over, pieces, size = time.monotonic() + MOST_SECONDS, [], 0
    while size <= most and (piece := answer.read1(min(65_536, most + 1 - size))):
        pieces.append(piece)
        size += len(piece)
        if time.monotonic() > over:
            raise OSError("the answer comes too slowly")
    if answer.length and size <= most:
        raise OSError("the answer ended before its end")
    return size, b"".join(pieces) if size <= most else b""


def hand_over(name: str, begin: Callable[[str], None], ask: Callable[[], Reply]) -> Reply:
    """Send one message by `ask`. From `begin` on it may arrive: only a clear no may be tried again."""
    begin("")
    try:
        reply = ask()
    except Unreached as error:
        raise DeliveryError(f"{name} cannot be reached ({error.strerror}).") from error
    except OSError as error:
        sentence = f"{name} did not say whether it took the message: it may have arrived, or not."
        raise DeliveryError(sentence, uncertain=True) from error
    return checked(name, reply)


def checked(name: str, reply: Reply) -> Reply:
    """The answer to a message, if it was taken. Raises what its status means."""
    if reply.status in (200, 201, 202, 204):
        return reply
    why = reason_of(reply)
    if reply.status == 429:
        raise SlowDown(f"{name} asks for fewer messages at a time.")
    if reply.status == 503:
        raise DeliveryError(f"{name} cannot take messages now.")
    if reply.status >= 500:
        raise DeliveryError(f"{name} stumbled (status {reply.status}): it may have arrived, or not.", uncertain=True)
    if reply.status in (401, 403):
        raise DeliveryError(f"{name} does not accept our key any more{why}. Enter a new one in the settings.")
    raise DeliveryError(f"{name} refused the message (status {reply.status}){why}.", permanent=True)


def reason_of(reply: Reply) -> str:
    """What the provider says went wrong, in brackets; "" when it says nothing that we know."""
    said = reply.json()
    error = said.get("error")
    words = error.get("message") if isinstance(error, dict) else said.get("message") or said.get("description") or error
    return f" ({' '.join(str(words).split())[:200]})" if words else ""


def _body(form: Mapping[str, Any] | None, data: Any, content: bytes | None) -> tuple[bytes | None, dict[str, str]]:
    if form is not None:
        return urlencode(form, doseq=True).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    if data is not None:
        return json.dumps(data).encode(), {"Content-Type": "application/json"}
    return content, {}
