"""Ticking rows of a list: one POST changes them all, and the next page can undo it."""

import re
from datetime import datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from supportbox.inbox.presence import mark
from supportbox.inbox.ticket import Ticket
from supportbox.store import db, transaction
from tests.web.desk import Browser, form_fields, letter, sign_in


def send(browser: Browser, numbers: list[int], page: str = "/inbox/unassigned", **fields: str) -> TestResponse:
    """Tick these rows and press a button of the bar."""
    form = form_fields(browser.get(page), "/inbox/bulk")
    return browser.client.post("/inbox/bulk", data={**form, **fields, "ticket": [str(n) for n in numbers]})


def undo(browser: Browser, page: str) -> TestResponse:
    action = re.search(r'action="(/inbox/undo/\d+)"', page)
    assert action
    return browser.client.post(action[1], data=form_fields(page, action[1]))


@pytest.fixture
def made(app: Flask, now: datetime) -> list[int]:
    return [letter(app, now=now, subject=f"Matter {i}") for i in range(4)]


def statuses(app: Flask, numbers: list[int]) -> list[str]:
    with app.app_context():
        return [db.session.get_one(Ticket, number, populate_existing=True).status for number in numbers]


def test_close_three_and_undo(app: Flask, ada: Browser, made: list[int]) -> None:
    answer = send(ada, made[:3], "/inbox/unassigned?sort=newest", do="close")
    assert answer.status_code == 303
    assert statuses(app, made) == ["closed"] * 3 + ["open"]
    page = ada.get(answer.location)
    assert "3 tickets closed." in page
    assert '<button class="quiet" data-key="z">Undo</button>' in page
    assert 'aria-current="true">Newest' in page
    answer = undo(ada, page)
    assert statuses(app, made) == ["open"] * 4
    page = ada.get(answer.location)
    assert "Undone." in page
    assert "/inbox/undo/" not in page.split("Undone.")[1].split("<ol")[0]
    assert "Undone." not in ada.get("/inbox/unassigned")


def test_what_changed_since_is_named(app: Flask, ada: Browser, made: list[int]) -> None:
    page = ada.get(send(ada, made[:3], do="close").location)
    ben = sign_in(app, "ben@shop.example")
    ben.post(f"/inbox/tickets/SB-{made[1]}", f"/inbox/tickets/SB-{made[1]}/closure/delete")
    ben.post(f"/inbox/tickets/SB-{made[1]}", f"/inbox/tickets/SB-{made[1]}/spam")
    page = ada.get(undo(ada, page).location)
    assert f"SB-{made[1]} changed since, and stays as it is." in page
    assert statuses(app, made) == ["open", "spam", "open", "open"]


def test_an_undo_works_once_and_for_nobody_else(app: Flask, ada: Browser, made: list[int]) -> None:
    address = send(ada, made, do="close").location
    page = ada.get(address)
    ben = sign_in(app, "ben@shop.example")
    assert "tickets closed" not in ben.get(address)
    action = re.search(r'action="(/inbox/undo/\d+)"', page)
    assert action
    token = form_fields(ben.get("/settings/me"), "/settings/me")
    assert ben.client.post(action[1], data=token).status_code == 404
    assert undo(ada, page).status_code == 303
    again = undo(ada, page)
    assert again.status_code == 409
    assert "This was undone already." in again.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"agent": "me"}, "2 tickets assigned to Ada."),
        ({"agent": "2"}, "2 tickets assigned to Ben."),
        ({"agent": ""}, "Nothing changed."),
        ({"do": "wait"}, "2 tickets wait for their customers."),
        ({"do": "open"}, "Nothing changed."),
        ({"do": "tag", "tag": "VIP"}, "2 tickets tagged."),
        ({"do": "tag", "tag": ""}, "SB-1, SB-2: A tag is a short word or two"),
        ({"for": "1d"}, "2 tickets snoozed."),
        ({"do": "merge"}, "1 ticket merged."),
        ({"do": "spam"}, "2 tickets marked as spam."),
        ({"do": "delete"}, "2 tickets deleted."),
    ],
)
def test_every_button_says_what_came_of_it(
    app: Flask, ada: Browser, made: list[int], fields: dict[str, str], sentence: str
) -> None:
    page = ada.get(send(ada, made[:2], **fields).location)
    assert sentence in page
    assert ("/inbox/undo/" in page.split("<ol")[0] and "Undo</button>" in page) == sentence.startswith(("1", "2"))


def test_nonsense_is_one_sentence_in_the_list(app: Flask, ada: Browser, made: list[int]) -> None:
    said = {
        "Choose what to do with these tickets.": send(ada, made[:1], do="dance"),
        "Choose how long these tickets shall be snoozed.": send(ada, made[:1], **{"for": "ever"}),
        "This agent is not here any more.": send(ada, made[:1], agent="99"),
        "Choose at least two tickets to merge.": send(ada, made[:1], do="merge"),
        "Choose at least one ticket first.": send(ada, [], "/inbox/unassigned?sort=newest", do="close"),
        "At most 100 tickets can be changed at once.": send(ada, list(range(1, 102)), do="close"),
    }
    for sentence, answer in said.items():
        page = ada.get(answer.location).split("<ol")[0]
        assert sentence in page and "Undo</button>" not in page
    assert "sort=newest" in said["Choose at least one ticket first."].location
    assert statuses(app, made) == ["open"] * 4


def test_numbers_that_are_none_harm_nothing(ada: Browser, made: list[int]) -> None:
    assert send(ada, [10**14], do="close").status_code == 303
    form = form_fields(ada.get("/inbox/unassigned"), "/inbox/bulk")
    answer = ada.client.post("/inbox/bulk", data={**form, "ticket": ["x", "²", "9" * 30], "do": "close"})
    assert "Choose at least one ticket first." in ada.get(answer.location)
    answer = ada.client.post("/inbox/bulk", data={**form, "ticket": "1", "do": "close", "next": "//evil.example"})
    assert answer.location.startswith("/inbox/?done=")
    for done in ("x", "²", "9" * 30, "12345"):
        assert ada.client.get(f"/inbox/unassigned?done={done}").status_code == 200


def test_who_is_replying_is_said_in_the_list(app: Flask, ada: Browser, made: list[int]) -> None:
    from supportbox import clock

    with app.app_context(), transaction() as session:
        mark(session, made[0], 2, "replying", now=clock.now())
        mark(session, made[1], 1, "replying", now=clock.now())
    page = ada.get("/inbox/unassigned")
    assert page.count("is replying") == 1
    assert "Ben is replying" in page


def test_deleted_tickets_can_be_restored_from_their_folder(app: Flask, ada: Browser, made: list[int]) -> None:
    send(ada, made[:2], do="delete")
    page = ada.get("/inbox/deleted")
    assert 'value="restore"' in page
    assert 'value="close"' not in page
    assert "2 tickets restored." in ada.get(send(ada, made[:2], "/inbox/deleted", do="restore").location)
