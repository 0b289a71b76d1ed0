"""The same questions to every channel whose other side calls us."""

from dataclasses import replace

from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from tests.channels.conftest import Desk


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


def test_somebody_else_has_a_ticket_of_their_own(desk: Desk) -> None:
    desk.say("The lid is broken.")
    desk.say("What did she say?", sender=desk.case.DOT, outside_id="m2")
    desk.work()
    assert len({ticket.customer_id for ticket in desk.all(Ticket)}) == 2


def test_the_same_call_twice_is_one_message(desk: Desk) -> None:
    assert [desk.say("The lid is broken.").status_code for _ in range(3)] == [200, 200, 200]
    desk.work()
    assert desk.say("The lid is broken.").status_code == 200
    desk.work()
    assert len(desk.all(Message)) == len(desk.all(Intake)) == 1


def test_a_call_that_is_not_the_providers_leaves_nothing(desk: Desk) -> None:
    real = desk.case.message(desk.hook_url, desk.case.CLEO, "The lid is broken.", outside_id="m1", at=desk.now)
    changed = replace(real, body=real.body.replace(b"broken", b"golden"), query=real.query.replace("broken", "golden"))
    unsigned = replace(real, headers={k: v for k, v in real.headers.items() if k.lower() == "content-type"})
    assert {desk.call(one).status_code for one in (unsigned, *([changed] if desk.case.signs_body else []))} == {403}
    desk.work()
    assert not desk.all(Intake)


def test_an_address_that_nobody_was_given_is_nowhere(desk: Desk) -> None:
    client = desk.app.test_client()
    for path in (f"/hooks/{desk.case.KIND}/{'x' * 29}", f"/hooks/{desk.case.KIND}/x", "/hooks/email/" + "x" * 29):
        assert client.post(path).status_code == 404


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
