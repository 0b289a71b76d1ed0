"""The page of opening hours: what is typed is understood or kept, and customers read it."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from supportbox import clock
from supportbox.people.audit import Audit
from supportbox.people.business import Business, change_business, load_business
from supportbox.store import db, transaction
from supportbox.web.reading import forget_business
from tests.web.desk import Browser, sign_in

PAGE = "/settings/hours"
MONDAY = {"mon-from": "9", "mon-to": "12h30", "mon-from2": "2 pm", "mon-to2": "18.00"}


def kept(app: Flask) -> Business:
    with app.app_context():
        db.session.remove()
        return load_business(db.session())


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_week_is_kept_as_it_was_typed_in_any_way_of_writing_times(app: Flask, ada: Browser) -> None:
    assert "No hours are given" in ada.get(PAGE)
    typed = {**MONDAY, "tue-from": "18:00", "tue-to": "24:00", "wed-from": "0900", "wed-to": "10", "wed-closed": "1"}
    assert ada.post(PAGE, PAGE, **typed).status_code == 303
    assert kept(app).opening == ("mon 09:00-12:30", "mon 14:00-18:00", "tue 18:00-24:00")
    page = ada.get(PAGE)
    assert "Mon 9:00–12:30 and 14:00–18:00" in page and "Tue 18:00–24:00" in page
    assert (field(page, "mon-from"), field(page, "tue-to"), field(page, "wed-from")) == ("9:00", "24:00", "")
    assert re.search(r'name="wed-closed" value="1" checked', page)
    with app.app_context():
        assert [one.data["topic"] for one in db.session.query(Audit) if one.kind == "settings_changed"] == ["hours"]


def test_monday_is_copied_and_nothing_is_kept_by_that(app: Flask, ada: Browser) -> None:
    answer = ada.post(PAGE, PAGE, **MONDAY, do="copy")
    assert answer.status_code == 200 and "not saved yet" in answer.text
    assert [field(answer.text, f"{day}-to2") for day in ("mon", "fri", "sat")] == ["18.00", "18.00", ""]
    assert kept(app).opening == ()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"mon-from": "nine", "mon-to": "12"}, "Monday: write times such as 9:00"),
        ({"mon-from": "9:75", "mon-to": "12"}, "Monday: write times such as 9:00"),
        ({"mon-from": "9", "mon-to": "24:30"}, "Monday: write times such as 9:00"),
        ({"mon-from": "13 pm", "mon-to": "18"}, "Monday: write times such as 9:00"),
        ({"tue-from": "9"}, "Tuesday: a period needs a beginning and an end."),
        ({"fri-from": "18", "fri-to": "2"}, "Friday: the end comes before the beginning."),
        ({"sun-from": "9", "sun-to": "12", "sun-from2": "11", "sun-to2": "14"}, "Sunday: the two periods overlap."),
        ({"first-0": "Christmas"}, "as a date, such as 2026-12-24"),
        ({"word-2": "Christmas"}, "as a date, such as 2026-12-24"),
        ({"first-0": "2099-12-26", "last-0": "2099-12-24"}, "comes before the first one."),
        ({"first-0": "2001-01-01"}, "These closed days are over."),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence_and_stays_in_its_field(
    app: Flask, ada: Browser, typed: dict[str, str], sentence: str
) -> None:
    answer = ada.post(PAGE, PAGE, **{"sat-from": "10", "sat-to": "13", **typed})
    assert answer.status_code == 422 and sentence in answer.text
    assert all(field(answer.text, name) == text for name, text in typed.items())
    assert field(answer.text, "sat-from") == "10"
    assert kept(app).opening == ()


def test_periods_that_touch_are_one_and_their_order_does_not_matter(app: Flask, ada: Browser) -> None:
    week = {"mon-from": "13", "mon-to": "18", "mon-from2": "9", "mon-to2": "13"}
    ada.post(PAGE, PAGE, **week)
    assert kept(app).opening == ("mon 09:00-18:00",)


def test_closed_days_come_in_order_and_those_that_are_over_go(app: Flask, ada: Browser) -> None:
    tomorrow = (clock.now() + timedelta(days=1)).date()
    typed = {"first-0": "24/12/2099", "last-0": "2099-12-26", "word-0": "Noël  & co", "first-5": str(tomorrow)}
    assert ada.post(PAGE, PAGE, **MONDAY, **typed).status_code == 303
    assert kept(app).closed_days == (f"{tomorrow} {tomorrow}", "2099-12-24 2099-12-26 Noël & co")
    page = ada.get(PAGE)
    assert (field(page, "first-0"), field(page, "word-1"), field(page, "first-2")) == (
        str(tomorrow), "Noël &amp; co", "",
    )  # fmt: skip
    with app.app_context():
        with transaction() as session:
            change_business(session, closed_days=("2001-01-01 2001-01-02 Long ago",))
        forget_business()
    assert "Long ago" not in ada.get(PAGE)
    assert ada.post(PAGE, PAGE, **MONDAY).status_code == 303
    assert kept(app).closed_days == ()


def test_it_says_in_french_when_somebody_answers_again(app: Flask, ada: Browser) -> None:
    here = clock.now().astimezone().date()
    ada.post(
        PAGE, PAGE, **MONDAY, **{"first-0": str(here - timedelta(days=1)), "last-0": str(here + timedelta(days=1))}
    )
    page = ada.get(PAGE, **{"Accept-Language": "fr"})
    assert "Fermé en ce moment. Nous répondons de nouveau" in page
    assert "Lundi, de 9\xa0h à 12\xa0h\xa030 et de 14\xa0h à 18\xa0h" in page


def test_only_owners_and_admins_may(app: Flask) -> None:
    ben = sign_in(app, "ben@shop.example")
    assert ben.client.get(PAGE).status_code == 403
    assert PAGE not in ben.get("/settings")
    assert PAGE in sign_in(app).get("/settings")
