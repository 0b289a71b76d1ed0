"""The rows of a list, as its template is told them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup, escape

from supportbox import clock
from supportbox.inbox.presence import present
from supportbox.inbox.query import AnyRow, last_channels
from supportbox.search.ticket_excerpt import Spot
from supportbox.web.access import get_viewer
from supportbox.web.channel_words import channel_word
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading
from supportbox.web.times import Times

# Since when a customer waits: worth a look, and late.
LONG, LATE = timedelta(hours=4), timedelta(hours=24)
NOWHERE: Mapping[int, Spot] = {}


def lines_of(rows: Sequence[AnyRow], spots: Mapping[int, Spot] = NOWHERE) -> list[tuple[Any, ...]]:
    """The rows as a list shows them, in the order in which its template names their parts. Where a search found its
    words in a message, the row shows these and leads there."""
    times = Times(clock.now())
    there = _colleagues(rows, times)
    channels = last_channels(reading(), [row.id for row in rows])
    return [
        (*_line(row, times, spots.get(row.id), there.get(row.id, "")), _badge(channels.get(row.id, ""))) for row in rows
    ]


def _line(row: AnyRow, times: Times, spot: Spot | None, colleague: str) -> tuple[Any, ...]:
    since, customer_at = row.waiting_since, row.customer_at
    at = since or row.updated_at
    waits = times.now - since if since else None
    return (
        row.id,
        row.subject,
        row.customer,
        row.message_count,
        row.preview if spot is None else _marked(spot),
        row.status,
        customer_at is not None and (row.seen_at is None or row.seen_at < customer_at),
        "" if waits is None or waits < LONG else "warn" if waits < LATE else "bad",
        row.tags.split("\n") if row.tags else (),
        times.full(row.snoozed_until) if row.snoozed_until else "",
        row.assignee,
        at.isoformat(timespec="minutes"),
        times.full(at),
        times.ago(at),
        "" if spot is None else f"#m{spot.message_id}",
        colleague,
    )


def _badge(channel: str) -> str:
    """Its name, where it is not what most of them come by."""
    return "" if channel in ("", "email", "form") else channel_word(channel)


def _marked(spot: Spot) -> Markup:
    parts = (f"<mark>{escape(text)}</mark>" if is_marked else str(escape(text)) for text, is_marked in spot.pieces)
    return Markup("".join(parts))  # noqa: S704 - each part was escaped just above


def _colleagues(rows: Sequence[AnyRow], times: Times) -> dict[int, str]:
    """Who else is at a ticket at this moment, in words."""
    me, said = get_viewer().id, {}
    for ticket, agents in present(reading(), [row.id for row in rows], times.now).items():
        if others := [one for one in agents if one.agent_id != me]:
            first = others[0]
            sentence = _("%(name)s is replying") if first.what == "replying" else _("%(name)s is looking")
            said[ticket] = sentence % {"name": first.name}
    return said
