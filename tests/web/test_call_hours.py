"""Call-backs are offered while it is open, and asked for by the panel too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.callback import Callback
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.business import change_business
from supportbox.store import db, transaction
from supportbox.web.customer.call_offer import offered, slot_of
from supportbox.web.reading import forget_business

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)  # 16:30 in Paris


def open_at(app: Flask, *week: str, closed: tuple[str, ...] = ()) -> None:
    with app.app_context():
        with transaction() as session:
            change_business(session, opening=week, closed_days=closed)
        forget_business()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS)


def test_the_next_three_days_of_opening_are_offered_long_ones_in_parts(app: Flask) -> None:
    open_at(
        app,
        "fri 09:00-19:00",
        "sat 09:30-12:00",
        "tue 00:00-24:00",
        "wed 08:00-10:00",
        closed=("2026-03-10 2026-03-10",),
    )
    with app.test_request_context("/contact"):
        assert [key for key, _words in offered(FRIDAY)] == [
            "soon", "2026-03-06T13", "2026-03-06T18", "2026-03-07T0930", "2026-03-11T08",
        ]  # fmt: skip
        assert slot_of("2026-03-06T13", FRIDAY) == (FRIDAY, at(6, 18)), "not before now"
        assert slot_of("2026-03-07T0930", FRIDAY) == (at(7, 9, 30), at(7, 12))
        with pytest.raises(Refused):
            slot_of("2026-03-10T13", FRIDAY)


def test_after_closing_as_soon_as_possible_is_the_next_morning(app: Flask) -> None:
    open_at(app, "fri 09:00-16:00", "mon 10:00-12:00")
    with app.test_request_context("/contact"):
        assert slot_of("soon", FRIDAY) == (at(9, 10), at(9, 12))


def test_times_read_as_people_write_them(app: Flask) -> None:
    open_at(app, "sat 09:30-12:00")
    with app.test_request_context("/contact", headers={"Accept-Language": "fr"}):
        assert offered(FRIDAY)[1][1] == "samedi 7 mars, entre 9\xa0h\xa030 et 12\xa0h"


def test_the_panels_call_is_due_while_it_is_open(app: Flask) -> None:
    now = clock.now()
    here = now.astimezone(PARIS)
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(here.weekday() + 2) % 7]
    open_at(app, f"{name} 09:00-10:00")
    with app.app_context(), transaction() as session:
        session.add(Mailbox(address="chat", name="Chat", channel="chat", language="", options={}, created_at=now))
    answer = app.test_client().post("/widget/calls", data={"phone": "06 12 34 56 78"})
    assert answer.status_code == 200, answer.text
    with app.app_context():
        (callback,) = db.session.scalars(select(Callback)).all()
    start, end = (moment.astimezone(PARIS) for moment in (callback.slot_from, callback.slot_to))
    assert (start.date(), start.hour, end.hour) == ((here + timedelta(days=2)).date(), 9, 10)


def test_the_panel_offers_no_call_where_nobody_calls_back(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.add(Mailbox(address="chat", channel="chat", language="", options={}, created_at=clock.now()))
        change_business(session, calls_back=False)
    client = app.test_client()
    page = client.get("/widget/panel").text
    assert 'data-view="letter"' in page and 'data-view="call"' not in page
    answer = client.post("/widget/calls", data={"phone": "06 12 34 56 78"})
    assert answer.status_code == 400 and answer.json
    assert answer.json["problem"] == "We do not call back at the moment. Leave a message."
    with app.app_context():
        assert not db.session.scalars(select(Callback)).all()
