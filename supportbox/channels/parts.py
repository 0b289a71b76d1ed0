"""An answer that leaves as several messages: each is begun by itself, and none that was taken is sent again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from supportbox.channels.channel import Begin
from supportbox.channels.http import Reply
from supportbox.channels.outcome import hand_over
from supportbox.errors import DeliveryError


@dataclass(frozen=True, slots=True)
class Part:
    """One message: the file in it as people call it, and the request that sends it."""

    filename: str
    ask: Callable[[], Reply]


def hand_over_all(name: str, begin: Begin, parts: Sequence[Part], *, before: int) -> Reply:
    """Send what was not taken before, in its order; the answer to the last one. Whatever can be tried without sending
    comes first, so that an answer breaks off in its middle as seldom as can be."""
    reply = Reply(200, b"")
    for number, part in enumerate(parts[before:], before):
        try:
            reply = hand_over(name, begin, part.ask)
        except DeliveryError as error:
            raise _told(error, part, number, len(parts)) from error
    return reply


def _told(error: DeliveryError, part: Part, number: int, many: int) -> DeliveryError:
    """The same, which message it is about, and that those before it are there."""
    if not number:
        return error
    name, place = part.filename, number + 1
    went = (
        f"All before {name} (message {place} of {many}) has left and is not sent again; "
        f"what comes after it has not left. {error}"
    )
    return type(error)(went, permanent=error.permanent, uncertain=error.uncertain)
