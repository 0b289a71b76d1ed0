"""Where in a ticket the words of a search stand: the message, and a few lines of it with the words marked."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, Integer, bindparam, case, func, select

from supportbox.inbox.message import Message
from supportbox.kb.searcher import Piece
from supportbox.search.analysis import fold
from supportbox.search.excerpt import ENOUGH, around

# A ticket of hundreds of messages is not read through for one row of a list, nor a letter of megabytes.
LAST_MESSAGES = 25
READ = 4_000

_NEWEST = (
    select(
        Message.id,
        Message.ticket_id,
        case((Message.visible_text == "", Message.text), else_=Message.visible_text).label("text"),
        func.row_number().over(partition_by=Message.ticket_id, order_by=Message.id.desc()).cast(Integer).label("place"),
    )
    .where(Message.ticket_id.in_(bindparam("tickets", expanding=True)))
    .subquery()
)
_READ = (
    select(_NEWEST.c.id, _NEWEST.c.ticket_id, func.substr(_NEWEST.c.text, 1, READ))
    .where(_NEWEST.c.place <= LAST_MESSAGES)
    .order_by(_NEWEST.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A message that has the words, and the lines around them."""

    message_id: int
    pieces: tuple[Piece, ...]


def spots(connection: Connection, tickets: Sequence[int], words: tuple[str, ...]) -> Mapping[int, Spot]:
    """For each of these tickets the newest message that has the most of the folded words; none has any: left out."""
    if not tickets or not words:
        return {}
    pattern = _pattern(words)
    best: dict[int, tuple[int, int, str]] = defaultdict(lambda: (0, 0, ""))
    for number, ticket, text in connection.execute(_READ, {"tickets": list(tickets)}):
        if best[ticket][0] == len(words):
            continue
        different = len({match[0] for match in pattern.finditer(fold(text))})
        if different > best[ticket][0]:
            best[ticket] = (different, number, text)
    return {ticket: Spot(number, _excerpt(text, pattern)) for ticket, (some, number, text) in best.items() if some}


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words where a word begins. The longest first, so that each is told from its own beginning."""
    either = "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{either})")


def _excerpt(text: str, pattern: re.Pattern[str]) -> tuple[Piece, ...]:
    folded = fold(text)
    if len(folded) == len(text):
        places: Sequence[int] = range(len(text) + 1)
    else:  # some letters became two, or none
        parts = [fold(letter) for letter in text]
        folded, places = "".join(parts), [i for i, part in enumerate(parts) for _ in part] + [len(text)]
    spans = []
    for match in pattern.finditer(folded):
        spans.append((places[match.start()], places[match.end()], match[0]))
        if len(spans) == ENOUGH:
            break
    return around(text, spans)
