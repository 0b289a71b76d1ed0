"""Merging, splitting, moving, deleting and following on the ticket's page, by forms alone."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from supportbox.inbox.follow import Follower
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.store import db, transaction
from supportbox.work.wake import wake
from tests.web.desk import Browser, form_fields, letter, sign_in


def address(number: int) -> str:
    return f"/inbox/tickets/SB-{number}"


@pytest.fixture
def two(app: Flask, now: datetime) -> tuple[int, int]:
    """Two tickets of Cleo's."""
    return letter(app, now=now, subject="Bowl", text="A bowl"), letter(app, now=now, subject="Plate", text="A plate")


def test_the_same_customers_tickets_are_merged_in_two_presses_and_taken_apart_in_one(
    app: Flask, ada: Browser, two: tuple[int, int]
) -> None:
    bowl, plate = two
    assert f'href="{address(plate)}/merger"' in ada.get(address(plate))
    target = ada.post(f"{address(plate)}/merger", f"{address(plate)}/merger").location
    assert target == f"{address(bowl)}?from={plate}"
    page = ada.get(target)
    assert "A plate" in page and f"SB-{plate} was merged into this ticket." in page and "Ada merged SB-" in page
    assert ada.client.get(address(plate)).location == target
    assert ada.post(target, f"{address(plate)}/merger/delete").location == address(plate)
    assert "A plate" in ada.get(address(plate)) and "A plate" not in ada.get(address(bowl))


def test_two_customers_are_asked_about_once_more(app: Flask, ada: Browser, two: tuple[int, int], now: datetime) -> None:
    bowl = two[0]
    vase = letter(app, now=now, subject="Vase", sender="dot@example.net", name="Dot")
    form = form_fields(ada.get(f"{address(vase)}/merger?into={bowl}"), f"{address(vase)}/merger")
    hasty = ada.client.post(f"{address(vase)}/merger", data={**form, "sure": ""})
    assert hasty.status_code == 400 and "two different customers" in hasty.text
    assert "neither sees what was said with the other" in hasty.text
    assert ada.client.post(f"{address(vase)}/merger", data=form).status_code == 303
    page = ada.get(address(bowl))
    assert "Dot" in page and "dot@example.net" not in re.findall(r'class="to [^>]*>(.*?)</p>', page, re.S)[0]


@pytest.mark.parametrize("into", ["999", "nonsense", "SB-{}", "9" * 19])
def test_a_wrong_number_is_said_on_the_same_page(app: Flask, ada: Browser, two: tuple[int, int], into: str) -> None:
    page = f"{address(two[1])}/merger"
    form = form_fields(ada.get(page), page)
    answer = ada.client.post(page, data={**form, "into": into.format(two[1])})
    assert answer.status_code in (400, 404) and 'role="alert"' in answer.text
    asked = ada.client.get(f"{page}?into={into.format(two[1])}")
    assert asked.status_code == 404 and 'role="alert"' in asked.text


def test_a_message_and_what_follows_become_a_ticket_of_their_own(
    app: Flask, ada: Browser, two: tuple[int, int]
) -> None:
    bowl, plate = two
    ada.post(f"{address(plate)}/merger", f"{address(plate)}/merger")
    page = ada.get(address(bowl))
    [message] = re.findall(r'form="separation" name="message" value="(\d+)"', page)
    form = form_fields(page, f"{address(bowl)}/separation")
    new = ada.client.post(f"{address(bowl)}/separation", data={**form, "message": message}).location
    assert "A plate" in ada.get(new) and "A plate" not in ada.get(address(bowl))
    assert "Ada made it of a part of SB-" in ada.get(new)
    refused = ada.client.post(f"{address(bowl)}/separation", data={**form, "message": "1"})
    assert refused.status_code == 400 and "first message" in refused.text


def test_to_another_mailbox_and_to_another_customer(
    app: Flask, ada: Browser, two: tuple[int, int], now: datetime
) -> None:
    page = address(two[0])
    assert f"{page}/mailbox" not in ada.get(page)  # there is only one
    with app.app_context(), transaction() as session:
        session.add(Mailbox(address="office@shop.example", name="Office", created_at=now))
    app.extensions.pop("counts", None)
    assert ada.post(page, f"{page}/mailbox", mailbox="2").status_code == 303
    assert "Ada moved it to Office" in ada.get(page)
    assert ada.post(page, f"{page}/mailbox", mailbox="77").status_code == 400
    assert ada.post(page, f"{page}/customer", address="eve@example.com", name="Eve").status_code == 303
    shown = ada.get(page)
    assert "Ada made it a ticket of Eve" in shown and "‹eve@example.com›" in shown
    assert ada.post(page, f"{page}/customer", address="nobody").status_code == 400


def test_deleted_and_restored(app: Flask, ada: Browser, two: tuple[int, int]) -> None:
    page = address(two[0])
    ada.post(page, f"{page}/trash")
    shown = ada.get(page)
    assert "After 30 days it is gone for good." in shown and f'action="{page}/replies' not in shown
    form = form_fields(shown, f"{page}/trash/delete")
    assert ada.client.post(f"{page}/closure", data=form).status_code == 409
    ada.post(page, f"{page}/trash/delete")
    assert f'action="{page}/replies' in ada.get(page)
    assert "Ada deleted it" in ada.get(page) and "Ada restored it" in ada.get(page)


def test_following_is_a_matter_of_ones_own_and_stops_nobody(app: Flask, ada: Browser, two: tuple[int, int]) -> None:
    page = address(two[0])
    form = {**form_fields(ada.get(page), f"{page}/replies"), "text": "An answer", "then": "waiting"}
    ben = sign_in(app, "ben@shop.example")
    ben.post(page, f"{page}/following")
    ben.post(page, f"{page}/tags", tag="vip")
    assert f"{page}/following/delete" in ben.get(page) and f"{page}/following/delete" not in ada.get(page)
    with app.app_context():
        assert db.session.scalars(select(Follower.agent_id)).all() == [2]
    assert ada.client.post(f"{page}/replies", data=form).status_code == 303
    ben.post(page, f"{page}/following/delete")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Follower)) == 0


def test_a_ticket_whose_snooze_is_over_is_put_off_again_with_one_press(
    app: Flask, ada: Browser, two: tuple[int, int], now: datetime
) -> None:
    page = address(two[0])
    ada.post(page, f"{page}/snooze", **{"for": "2h"})
    assert "Snooze it again for" not in ada.get(page)
    with app.app_context():
        until = db.session.get_one(Ticket, two[0]).snoozed_until
        assert until
        wake(until + timedelta(minutes=1))
    assert "Snooze it again for" in ada.get(page)
    ada.post(page, f"{page}/snooze", **{"for": "1d"})
    assert "Snooze it again for" not in ada.get(page)


def test_what_a_colleague_did_meanwhile_is_shown_above_the_words_that_are_kept(
    app: Flask, ada: Browser, two: tuple[int, int], now: datetime
) -> None:
    page = address(two[0])
    form = {**form_fields(ada.get(page), f"{page}/replies"), "text": "My answer", "then": "waiting"}
    ben = sign_in(app, "ben@shop.example")
    ben.post(page, f"{page}/notes", text="She called already")
    ben.post(page, f"{page}/assignment", agent="me")
    stopped = ada.client.post(f"{page}/replies", data=form)
    assert stopped.status_code == 409
    newer = re.findall(r'<section class="newer".*?</section>', stopped.text, re.S)[0]
    assert "She called already" in newer and "Ben took it" in newer and "A bowl" not in newer
    again = {**form_fields(stopped.text, f"{page}/replies"), "text": "My answer", "then": "waiting"}
    assert ada.client.post(f"{page}/replies", data=again).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Message.kind == "agent")) == 1
