"""The same questions to every channel whose other side calls us."""

from dataclasses import replace
from datetime import timedelta

import pytest

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from tests.channels.conftest import Desk, cases
from tests.channels.toy import ToyCase

EVERYBODY = [*cases(), ToyCase()]
everybody = pytest.mark.parametrize("desk", EVERYBODY, indirect=True, ids=lambda case: case.KIND)
answering = pytest.mark.parametrize(
    "desk", [case for case in EVERYBODY if case.can_answer], indirect=True, ids=lambda case: case.KIND
)


@everybody
def test_a_message_becomes_a_ticket_and_the_next_one_goes_on(desk: Desk) -> None:
    assert desk.say("The lid is broken.").status_code == 200
    desk.work()
    assert desk.say("And the cup too.", outside_id="m2").status_code == 200
    desk.work()
    (ticket,) = desk.all(Ticket)
    assert (ticket.subject, ticket.message_count) == ("The lid is broken.", 2)
    assert [message.text for message in desk.all(Message)] == ["The lid is broken.", "And the cup too."]
    assert {message.channel for message in desk.all(Message)} == {desk.case.KIND}
    assert [intake.state for intake in desk.all(Intake)] == ["done", "done"]


@everybody
def test_somebody_else_has_a_ticket_of_their_own(desk: Desk) -> None:
    desk.say("The lid is broken.")
    desk.say("What did she say?", sender=desk.case.DOT, outside_id="m2")
    desk.work()
    assert len({ticket.customer_id for ticket in desk.all(Ticket)}) == 2


@everybody
def test_the_same_call_twice_is_one_message(desk: Desk) -> None:
    assert [desk.say("The lid is broken.").status_code for _ in range(3)] == [200, 200, 200]
    desk.work()
    assert desk.say("The lid is broken.").status_code == 200
    desk.work()
    assert len(desk.all(Message)) == len(desk.all(Intake)) == 1


@everybody
def test_a_call_that_is_not_the_providers_leaves_nothing(desk: Desk) -> None:
    real = desk.case.message(desk.hook_url, desk.case.CLEO, "The lid is broken.", outside_id="m1", at=desk.now)
    changed = replace(real, body=real.body.replace(b"broken", b"golden"), query=real.query.replace("broken", "golden"))
    unsigned = replace(real, headers={k: v for k, v in real.headers.items() if k.lower() == "content-type"})
    assert {desk.call(one).status_code for one in (unsigned, *([changed] if desk.case.signs_body else []))} == {403}
    desk.work()
    assert not desk.all(Intake)


@everybody
def test_an_address_that_nobody_was_given_is_nowhere(desk: Desk) -> None:
    client = desk.app.test_client()
    for path in (f"/hooks/{desk.case.KIND}/{'x' * 29}", f"/hooks/{desk.case.KIND}/x", "/hooks/email/" + "x" * 29):
        assert client.post(path).status_code == 404


@everybody
def test_a_paused_channel_keeps_what_comes_until_it_is_resumed_and_a_deleted_one_is_nowhere(desk: Desk) -> None:
    desk.say("The lid is broken.")
    desk.work()
    desk.switch(is_active=False)
    assert [desk.say("And the cup too.", outside_id="m2").status_code for _ in range(2)] == [200, 200]
    desk.work()
    assert len(desk.all(Message)) == 1
    assert [intake.state for intake in desk.all(Intake)] == ["done", "stored"]
    desk.switch(is_active=True)
    desk.work()
    assert [message.text for message in desk.all(Message)] == ["The lid is broken.", "And the cup too."]
    desk.delete()
    assert desk.say("And the saucer.", outside_id="m3").status_code == 404
    assert {ticket.message_count for ticket in desk.all(Ticket)} == {2}


@everybody
def test_a_kind_of_message_that_nobody_knows_is_told_and_its_call_kept(desk: Desk) -> None:
    strange = desk.case.strange(desk.hook_url, desk.case.CLEO, outside_id="m1", at=desk.now)
    if strange is None:
        return
    assert desk.call(strange).status_code == 200
    desk.work()
    (message,), (intake,) = desk.all(Message), desk.all(Intake)
    assert "does not know" in message.text
    assert message.facts["defects"] == ["unknown kind"]
    assert (desk.app.extensions["settings"].raw / intake.path).exists()


@everybody
def test_each_step_is_tried_and_closing_twice_does_no_harm(desk: Desk) -> None:
    channel = desk.channel()
    stages = list(channel.check())
    assert stages and all(stage.is_good and stage.sentence.endswith(".") for stage in stages)
    assert not desk.stand_in.sent, "nothing is sent to anybody"
    channel.close()
    channel.close()


@everybody
def test_a_delivery_bears_one_id_for_ever_and_no_other_has_it(desk: Desk) -> None:
    ids = [channel.name_message(1001, number) for channel in (desk.channel(), desk.channel()) for number in (1, 2)]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2


@answering
def test_an_answer_leaves_once_in_plain_words_and_the_customers_next_words_go_on(desk: Desk) -> None:
    _answered(desk, "See [our page](https://shop.example/lids): **now**.")
    desk.work()
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.channel) == ("sent", desk.case.KIND)
    assert [text for _, text in desk.stand_in.sent] == ["See our page: https://shop.example/lids: now."]
    assert desk.stand_in.sent[0][0].endswith(desk.case.CLEO)
    assert delivery.outside_id
    desk.say("Thank you.", outside_id="m2")
    desk.work()
    assert [message.ticket_id for message in desk.all(Message)] == [1001] * 3


@answering
def test_too_many_at_a_time_and_away_for_a_moment_are_tried_again(desk: Desk) -> None:
    _answered(desk)
    for status in (429, 503):
        desk.stand_in.statuses.append(status)
        desk.work()
        (delivery,) = desk.all(Delivery)
        assert delivery.state == "queued", status
        desk.stand_in.sent.clear()
        desk.now += timedelta(hours=2)
    desk.work()
    assert desk.all(Delivery)[0].state == "sent"
    assert len(desk.stand_in.sent) == 1


@answering
def test_whatever_may_have_arrived_is_never_sent_again_by_itself(desk: Desk) -> None:
    for number, status in enumerate((500, 502, 504, 0)):
        desk.say("The lid is broken.", outside_id=f"m{number}")
        desk.work()
        desk.stand_in.statuses, desk.stand_in.is_silent = [status] if status else [], not status
        desk.answer()
        desk.work()
        desk.stand_in.is_silent = False
        desk.now += timedelta(days=1)
        desk.work()
    assert [delivery.state for delivery in desk.all(Delivery)] == ["uncertain"] * 4
    assert len(desk.stand_in.sent) == 4


@answering
def test_a_clear_no_is_for_good_and_a_refused_key_is_said(desk: Desk) -> None:
    _answered(desk)
    desk.stand_in.statuses.append(400)
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.phase) == ("failed", "")
    desk.answer()
    desk.stand_in.statuses.append(401)
    desk.work()
    delivery = desk.all(Delivery)[-1]
    assert delivery.state == "queued"
    assert "key" in delivery.last_error


@answering
def test_word_of_our_message_is_noted_in_whatever_order_it_comes(desk: Desk) -> None:
    _answered(desk)
    desk.work()
    (delivery,) = desk.all(Delivery)
    calls = [
        desk.case.news(desk.hook_url, news, delivery_id=delivery.id, outside_id=delivery.outside_id or "", at=desk.now)
        for news in ("read", "delivered", "delivered", "failed")
    ]
    for call in calls:
        if call is None:
            return
        assert desk.call(call).status_code == 200
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert delivery.state == "sent"
    assert delivery.delivered_at
    assert len(desk.all(Message)) == 2


def _answered(desk: Desk, text: str = "A new one is on its way.") -> None:
    desk.say("The lid is broken.")
    desk.work()
    desk.answer(text)
