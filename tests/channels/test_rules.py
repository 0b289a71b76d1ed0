"""Providers' rules, asked of every kind: what is not for us, comes late, is too large or too long, and the right answer
to each."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from supportbox import store
from supportbox.channels import vault
from supportbox.channels.files import keep_files
from supportbox.channels.gateway import Gateway
from supportbox.channels.http import Reply
from supportbox.channels.kinds import open_channel
from supportbox.channels.lending import LASTS, file_address
from supportbox.channels.media import fetch_media
from supportbox.channels.traits import traits, windows
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.ways import Way, list_ways
from supportbox.mail.letter import Enclosure
from supportbox.store import transaction
from tests.channels.case import PICTURE, Call
from tests.channels.conftest import TOKEN, Desk, cases

OTHER = "another-token-that-nobody-guesses"


METAS = [case for case in cases() if case.KIND in ("whatsapp", "messenger", "instagram")]
metas = pytest.mark.parametrize("desk", METAS, indirect=True, ids=lambda case: case.KIND)
windowed = pytest.mark.parametrize(
    "desk", [case for case in cases() if case.closed_window], indirect=True, ids=lambda case: case.KIND
)
answering = pytest.mark.parametrize(
    "desk", [case for case in cases() if case.can_answer], indirect=True, ids=lambda case: case.KIND
)
carrying = pytest.mark.parametrize(
    "desk", [case for case in cases() if case.photo("") is not None], indirect=True, ids=lambda case: case.KIND
)


@carrying
def test_a_picture_is_kept_beside_its_words(desk: Desk) -> None:
    assert _photo(desk)
    desk.work()
    (message,), (file,) = desk.all(Message), desk.all(Attachment)
    assert (message.text, file.content_type, file.size) == ("Look.", "image/gif", len(PICTURE))
    kept = desk.app.extensions["settings"].files / file.token[:2] / file.token
    assert kept.read_bytes() == PICTURE


@carrying
@pytest.mark.parametrize("fault", ["404", "500", "silence"])
def test_words_are_kept_when_their_picture_cannot_be_fetched(desk: Desk, fault: str) -> None:
    desk.stand_in.picture = (int(fault) if fault.isdecimal() else 200, b"no")
    assert _photo(desk)
    desk.stand_in.is_silent = fault == "silence"
    desk.work()
    (message,) = desk.all(Message)
    assert message.text == "Look."
    (said,) = message.facts["defects"]
    assert said.startswith("A file could not be fetched")
    assert not desk.all(Attachment)
    assert [intake.state for intake in desk.all(Intake)] == ["done"]


def test_a_picture_that_is_too_large_is_left_out_and_said(tmp_path: Path) -> None:
    ask = lambda: Reply(200, b"x" * 2_100_000, "image/png")  # noqa: E731 - short
    files, said = fetch_media(tmp_path, "lid.png", "", 2_000_000, ask, provider="Any")
    assert (files, said) == ((), "A file was left out (lid.png, 2.1 MB): at most 2 MB are taken from Any.")


@answering
def test_an_answer_with_a_file_carries_it_or_a_link_that_is_over_after_a_week(desk: Desk) -> None:
    token = _answer_with_file(desk)
    desk.work()
    assert [delivery.state for delivery in desk.all(Delivery)] == ["sent"]
    text, *others = [text for _, text in desk.stand_in.sent]
    assert text.startswith("Here it is.")
    assert others == ([""] if desk.case.KIND == "messenger" else [])
    if desk.case.KIND in ("whatsapp", "telegram", "messenger"):
        assert desk.stand_in.taken == [("lid.txt", b"A drawing of the lid.")]
        assert "http" not in text
        return
    settings, client = desk.app.extensions["settings"], desk.app.test_client()
    path = text.rpartition(settings.base_url)[2]
    got = client.get(path)
    assert got.data == b"A drawing of the lid."
    assert got.headers["Content-Disposition"] == "attachment; filename=lid.txt"
    got.close()
    for wrong in (path[:-1], path + "0", path.replace(token, "0" * 32), f"/files/{token}/x.y", f"/files/{token}/."):
        assert client.get(wrong).status_code == 404
    over = file_address(settings, token, now=desk.now - LASTS - timedelta(seconds=1))
    assert client.get(over.removeprefix(settings.base_url)).status_code == 404


@answering
def test_what_is_too_long_is_refused_before_anything_leaves_and_says_how_long_it_is(desk: Desk) -> None:
    most = traits(desk.case.KIND).longest
    assert most
    desk.say("The lid is broken.")
    desk.work()
    desk.answer("x" * (most + 1))
    desk.answer("y" * most)
    desk.work()
    one, two = desk.all(Delivery)
    assert (one.state, two.state) == ("failed", "sent")
    assert f"has {most + 1} characters" in one.last_error
    assert [text for _, text in desk.stand_in.sent] == ["y" * most]


def test_a_call_for_another_mailbox_of_ours_is_not_this_ones(desk: Desk) -> None:
    """Sent again by somebody who saw it, to an address that has other secrets; or, by Meta, another account."""
    _second_mailbox(desk, same_secrets=False)
    call = desk.case.message(desk.hook_url, desk.case.CLEO, "The lid is broken.", outside_id="m1", at=desk.now)
    assert _call_other(desk, call) == 403
    assert not desk.all(Intake)


@metas
def test_one_app_of_metas_may_serve_several_accounts_each_in_its_own_mailbox(desk: Desk) -> None:
    _second_mailbox(desk, same_secrets=True)
    call = desk.case.message(desk.hook_url, desk.case.CLEO, "The lid is broken.", outside_id="m1", at=desk.now)
    assert _call_other(desk, call) == 200
    assert not desk.all(Intake)
    assert desk.call(call).status_code == 200
    assert len(desk.all(Intake)) == 1


def test_messages_in_the_wrong_order_are_all_in_one_ticket(desk: Desk) -> None:
    first, desk.now = desk.now, desk.now + timedelta(seconds=40)
    desk.say("Second.", outside_id="m2")
    desk.work()
    desk.now = first
    desk.say("First.", outside_id="m1")
    desk.now += timedelta(seconds=50)
    desk.work()
    assert {message.text for message in desk.all(Message)} == {"First.", "Second."}
    assert len(desk.all(Ticket)) == 1


@pytest.mark.parametrize("said", [[], {}, {"entry": 3}, {"entry": [3]}, {"update_id": 5, "message": 3}, "x"])
def test_what_is_proven_and_means_nothing_is_refused_or_left_alone(desk: Desk, said: Any) -> None:
    if desk.case.KIND == "sms" and not isinstance(said, dict):
        return  # a form is always names and values
    said = {name: str(value) for name, value in said.items()} if desk.case.KIND == "sms" and said else said
    call = desk.case.signed(desk.hook_url, said, at=desk.now)
    if call is None:
        return
    assert desk.call(call).status_code in (200, 400)
    desk.work()
    assert not desk.all(Intake)
    assert desk.say("The lid is broken.").status_code == 200


def test_an_old_call_cannot_be_played_again(desk: Desk) -> None:
    """A signed time is checked where there is one; elsewhere the same id is the same message for ever."""
    old = desk.case.message(desk.hook_url, desk.case.CLEO, "Hello.", outside_id="m0", at=desk.now - timedelta(days=9))
    assert desk.call(old).status_code == (403 if desk.case.KIND == "webhook" else 200)
    desk.work()
    assert desk.call(old).status_code == (403 if desk.case.KIND == "webhook" else 200)
    desk.work()
    assert len(desk.all(Message)) == (0 if desk.case.KIND == "webhook" else 1)


def test_only_metas_services_close_a_window() -> None:
    assert {case.KIND for case in cases() if case.closed_window} == {case.KIND for case in METAS}
    assert {case.KIND for case in cases() if traits(case.KIND).window} == {case.KIND for case in METAS}


@windowed
def test_a_closed_window_is_said_before_and_at_sending(desk: Desk) -> None:
    desk.say("The lid is broken.")
    desk.work()
    for hours, is_open in ((23, True), (25, False)):
        ways = _ways(desk, timedelta(hours=hours))
        assert [way.is_open for way in ways if way.channel == desk.case.KIND] == [is_open]
    desk.answer()
    desk.stand_in.canned.append((400, desk.case.closed_window))
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.phase) == ("failed", "")
    assert "24 hours" in delivery.last_error


@windowed
@pytest.mark.parametrize(("code", "word"), [(131056, "fewer"), (4, "fewer"), (190, "key")])
def test_metas_codes_count_for_more_than_their_status(desk: Desk, code: int, word: str) -> None:
    desk.say("The lid is broken.")
    desk.work()
    desk.answer()
    desk.stand_in.canned.append((400, json.dumps({"error": {"code": code, "message": "No."}}).encode()))
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert delivery.state == "queued"
    assert word in delivery.last_error
    desk.now += timedelta(hours=3)
    desk.work()
    assert desk.all(Delivery)[0].state == "sent"


@pytest.mark.parametrize("desk", [case for case in cases() if case.unwanted], indirect=True, ids=lambda case: case.KIND)
def test_whoever_wants_nothing_more_gets_nothing_and_it_is_said(desk: Desk) -> None:
    """Blocked, or stopped with a word: no try helps."""
    desk.say("The lid is broken.")
    desk.work()
    desk.answer()
    assert desk.case.unwanted
    desk.stand_in.canned.append(desk.case.unwanted)
    desk.work()
    desk.now += timedelta(days=1)
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.phase) == ("failed", "")
    assert re.search("blocked|unsubscribed|isn't available|undeliverable", delivery.last_error)
    assert len(desk.stand_in.sent) == 1  # the one that was answered with no


def _photo(desk: Desk) -> bool:
    """Cleo sends a picture."""
    call = desk.case.signed(desk.hook_url, desk.case.photo(desk.stand_in.url), at=desk.now)
    assert call
    return desk.call(call).status_code == 200


def _answer_with_file(desk: Desk) -> str:
    desk.say("The lid is broken.")
    desk.work()
    desk.answer("Here it is.")
    folder = desk.app.extensions["settings"].files
    (file,) = keep_files(folder, (Enclosure("lid.txt", "text/plain", b"A drawing of the lid."),))
    with transaction() as session:
        message = session.scalars(select(Message).where(Message.kind == "agent")).one()
        values = {"filename": file.filename, "content_type": file.content_type, "size": file.size}
        session.add(Attachment(message_id=message.id, token=file.token, sha256=file.sha256, **values))
    return file.token


def _second_mailbox(desk: Desk, *, same_secrets: bool) -> None:
    store.db.session.remove()
    settings = desk.app.extensions["settings"]
    with transaction() as session:
        first = session.scalars(select(Mailbox).where(Mailbox.hook_token == TOKEN)).one()
        sealed = vault.unseal(settings, first.options_sealed)
        if not same_secrets:
            sealed = json.dumps({name: f"other {value}" for name, value in json.loads(sealed).items()})
        session.add(
            Mailbox(
                address="another",
                channel=desk.case.KIND,
                hook_token=OTHER,
                options={**first.options, "account": "another"},
                options_sealed=vault.seal(settings, sealed),
                created_at=desk.now,
            )
        )


def _call_other(desk: Desk, call: Call) -> int:
    query = f"?{call.query}" if call.query else ""
    address = f"/hooks/{desk.case.KIND}/{OTHER}{query}"
    client = desk.app.test_client()
    return client.post(
        address, data=call.body, headers=dict(replace(call).headers), base_url="http://127.0.0.1:8000"
    ).status_code


def _ways(desk: Desk, later: timedelta) -> list[Way]:
    session = store.db.session()
    ticket = session.get_one(Ticket, 1001)
    ways = list_ways(session, ticket, windows([desk.case.KIND]), now=desk.now + later)
    session.commit()
    return list(ways)


def test_every_kind_is_a_gateway_that_can_be_opened(desk: Desk) -> None:
    box = desk.all(Mailbox)[-1]
    assert isinstance(open_channel(desk.app.extensions["settings"], box), Gateway)
