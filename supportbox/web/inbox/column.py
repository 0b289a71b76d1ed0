"""The column beside a ticket: its customer, how to reach them, what there was before, what the team knows."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from supportbox.inbox.query import AnyRow
from supportbox.people.customer_field import CustomerField
from supportbox.web.inbox.callbacks import of_ticket
from supportbox.web.inbox.history import history, kind_names, verdict_words
from supportbox.web.inbox.sidebar import callback_count
from supportbox.web.reading import reading
from supportbox.web.times import Times

MOST = 10
_FIELDS = select(CustomerField.id, CustomerField.name).order_by(CustomerField.place, CustomerField.id)


def column(row: AnyRow, times: Times) -> Mapping[str, Any]:
    """Of a ticket's row, as its page shows it. One line more than is shown tells that there are more."""
    past = history(row.customer_id, limit=MOST + 2)
    href = f"/inbox/tickets/SB-{row.id}"
    others = [line for line in past if line.href != href]
    return {
        "past": others[:MOST],
        "others_count": sum(line.kind != "article" for line in others[:MOST]),
        "has_more_past": len(others) > MOST,
        "local_time": local_time(row.timezone, times),
        "kind_names": kind_names(),
        "verdicts": verdict_words(),
        "known": known_fields(row.fields),
        # Hardly ever does anybody wait for a call: then nothing is asked.
        "callbacks": of_ticket(row.id) if callback_count() else (),
    }


def local_time(zone: str, times: Times) -> str:
    """What time it is for the customer now, where that is known and another than here."""
    try:
        there = times.now.astimezone(ZoneInfo(zone)) if zone else None
    except (KeyError, ValueError, OSError):  # a name that this machine's list of zones does not have
        return ""
    if there is None or there.utcoffset() == times.today.utcoffset():
        return ""
    return f"{there.hour:02}:{there.minute:02}"


def known_fields(values: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """What the business keeps of this customer besides, by the fields' names; nothing asked where there is none."""
    if not values:
        return []
    return [(row.name, values[str(row.id)]) for row in reading().execute(_FIELDS) if str(row.id) in values]
