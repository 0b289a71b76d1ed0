"""What a provider's answer means for the message that was sent: taken, later, never, or nobody knows."""

from collections.abc import Callable

from supportbox.channels.channel import SlowDown
from supportbox.channels.http import Reply
from supportbox.channels.line import Unreached
from supportbox.errors import DeliveryError


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
