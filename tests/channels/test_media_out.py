"""Answers with files: which go along themselves, which as links, and what holds when an answer is several messages."""

import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from supportbox import store
from supportbox.channels.files import keep_files
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment, Message, columns_of
from supportbox.inbox.resend import resend
from supportbox.mail.letter import Enclosure
from supportbox.people.agent import Agent
from supportbox.store import transaction
from supportbox.translations.retelling import retold_in
from supportbox.web.inbox.sentences import delivery_sentence
from supportbox.web.times import Times
from tests.channels.case import PICTURE
from tests.channels.conftest import Desk, cases

PNG = Enclosure("lid.png", "image/png", PICTURE)
NOTE = Enclosure("note.txt", "text/plain", b"Turn it to the left.")
FILM = Enclosure("old.avi", "video/x-msvideo", b"RIFF")
ANSWERING = [case for case in cases() if case.can_answer]
answering = pytest.mark.parametrize("desk", ANSWERING, indirect=True, ids=lambda case: case.KIND)
# Those of which an answer with files is several messages.
in_parts = pytest.mark.parametrize(
    "desk", [case for case in ANSWERING if len(case.three_files) > 1], indirect=True, ids=lambda case: case.KIND
)
# And those of them that take files in before anything is sent: Instagram fetches them.
leaving_first = pytest.mark.parametrize(
    "desk",
    [case for case in ANSWERING if len(case.three_files) > 1 and case.KIND != "instagram"],
    indirect=True,
    ids=lambda case: case.KIND,
)


@answering
def test_each_of_three_files_goes_as_its_provider_takes_it(desk: Desk) -> None:
    _answered(desk, PNG, NOTE, FILM)
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert delivery.state == "sent"
    expected = desk.case.three_files
    words = desk.stand_in.sent[0][1]
    assert [text for _, text in desk.stand_in.sent] == [words, *[""] * (len(expected) - 1)]
    assert words.startswith("Here they are.")
    names = [name for _, names in expected for name in names]
    assert len(desk.stand_in.taken) == len(names)
    lent = set(re.findall(r"^(\S+): http://127\.0\.0\.1:8000/files/", words, re.M))
    assert lent == {"lid.png", "note.txt", "old.avi"} - set(names)
    if desk.case.KIND != "instagram":
        assert [name for name, _ in desk.stand_in.taken] == names


@in_parts
def test_a_part_that_is_put_off_leaves_later_and_what_left_before_is_not_sent_again(desk: Desk) -> None:
    _answered(desk, PNG, NOTE, FILM)
    _refuse_after_the_first(desk, 429)
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.parts) == ("queued", 1)
    assert "message 2 of" in delivery.last_error
    assert "fewer messages" in delivery.last_error
    _all_leave(desk)


@in_parts
def test_a_part_that_is_refused_is_named_and_sending_again_begins_with_it(desk: Desk) -> None:
    _answered(desk, PNG, NOTE, FILM)
    _refuse_after_the_first(desk, 400)
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.parts) == ("failed", 1)
    assert delivery.last_error.startswith(f"All before {desk.case.three_files[1][1][0]} (message 2")
    _send_again(desk)
    _all_leave(desk)


@in_parts
def test_a_part_that_may_have_arrived_is_uncertain_and_nothing_goes_on_by_itself(desk: Desk) -> None:
    _answered(desk, PNG, NOTE, FILM)
    desk.stand_in.goes_on = lambda moment: len(desk.stand_in.sent) != 2
    desk.work()
    desk.stand_in.goes_on = lambda moment: True
    desk.now += timedelta(days=1)
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.parts) == ("uncertain", 1)
    assert "message 2 of" in delivery.last_error
    assert "may have arrived" in delivery.last_error
    said = retold_in("fr", delivery.last_error)
    assert re.match(
        r"Tout ce qui précède \S+ \(message 2 sur \d\) est parti .+ n’a pas dit s’il a pris le message", said
    )
    with desk.app.test_request_context():
        row = store.db.session.execute(select(Delivery.__table__)).one()
        assert delivery_sentence(row, desk.now, Times(desk.now))[1].startswith(f"Partly sent to {row.receiver}. ")
    assert len(desk.stand_in.sent) == 2


@in_parts
def test_a_worker_killed_between_two_parts_leaves_the_rest_to_an_agent(desk: Desk) -> None:
    """Killed for real once the second message was taken."""
    delivery = _killed(desk, "taken")
    assert (delivery.state, delivery.parts) == ("uncertain", 1)
    assert "before message 2 of this answer" in delivery.last_error and "was stopped" in delivery.last_error
    assert len(desk.stand_in.sent) == 2


@leaving_first
def test_a_worker_killed_while_files_are_left_there_sends_it_whole_afterwards(desk: Desk) -> None:
    """Before anything is sent nothing is begun."""
    assert _killed(desk, "asked").state == "sent"
    assert len(desk.stand_in.sent) == len(desk.case.three_files)


def _killed(desk: Desk, moment: str) -> Delivery:
    """The delivery after a worker died at that moment and another one came."""
    _answered(desk, PNG, NOTE, FILM)
    folder = desk.app.extensions["settings"].instance
    worker = subprocess.Popen([sys.executable, "-m", "tests.channels.one_round", str(folder)])
    desk.stand_in.goes_on = lambda said: not _is_killed(desk, worker, moment)
    assert worker.wait(60) == -9
    desk.stand_in.goes_on = lambda said: True
    desk.work()
    (delivery,) = desk.all(Delivery)
    return delivery


@pytest.mark.parametrize("desk", [c for c in ANSWERING if c.KIND == "whatsapp"], indirect=True, ids=["whatsapp"])
def test_word_of_an_uncertain_part_lets_the_rest_leave(desk: Desk) -> None:
    """WhatsApp gives our numbers back with its receipts: what nobody knew is known then."""
    _answered(desk, PNG, NOTE, Enclosure("plan.pdf", "application/pdf", b"%PDF-"))
    desk.stand_in.goes_on = lambda moment: len(desk.stand_in.sent) != 2
    desk.work()
    desk.stand_in.goes_on = lambda moment: True
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.parts) == ("uncertain", 1)
    for part, state in ((f"{delivery.id}.1", "uncertain"), (f"{delivery.id}.2", "sent")):
        status = {"id": f"wamid.{part}", "status": "delivered", "timestamp": "1", "biz_opaque_callback_data": part}
        value = {"metadata": {"phone_number_id": "106540352242922"}, "statuses": [status]}
        call = desk.case.signed(desk.hook_url, {"entry": [{"changes": [{"value": value}]}]}, at=desk.now)
        assert call
        assert desk.call(call).status_code == 200
        desk.work()
        assert desk.all(Delivery)[0].state == state
    assert desk.all(Delivery)[0].state == "sent"
    assert [name for name, _ in desk.stand_in.taken] == ["lid.png", "note.txt", "plan.pdf"]


@pytest.mark.parametrize("desk", [c for c in ANSWERING if c.KIND == "whatsapp"], indirect=True, ids=["whatsapp"])
def test_a_file_that_the_service_will_not_have_stops_the_answer_before_anything_leaves(desk: Desk) -> None:
    _answered(desk, PNG, NOTE)
    desk.stand_in.statuses = [200, 400]
    desk.work()
    (delivery,) = desk.all(Delivery)
    assert (delivery.state, delivery.parts, desk.stand_in.sent) == ("failed", 0, [])


@pytest.mark.parametrize("desk", [c for c in ANSWERING if c.KIND in ("whatsapp", "telegram")], indirect=True)
def test_words_that_are_too_long_for_below_a_file_go_before_it(desk: Desk) -> None:
    long = "x" * 1025
    _answered(desk, NOTE, words=long)
    _refuse_after_the_first(desk, 503)
    desk.work()
    assert [text for _, text in desk.stand_in.sent] == [long]
    desk.now += timedelta(hours=3)
    desk.work()
    assert [text for _, text in desk.stand_in.sent] == [long, ""]
    assert desk.stand_in.taken == [("note.txt", b"Turn it to the left.")]
    assert [delivery.state for delivery in desk.all(Delivery)] == ["sent"]


@pytest.mark.parametrize("desk", [c for c in ANSWERING if c.KIND == "sms"], indirect=True, ids=["sms"])
def test_between_numbers_of_north_america_pictures_go_along_by_an_address_of_ours(desk: Desk) -> None:
    store.db.session.remove()
    with transaction() as session:
        session.scalars(select(Mailbox).where(Mailbox.channel == "sms")).one().address = "+15005550006"
    _answered(desk, PNG, NOTE, sender="+14155550123")
    desk.work()
    ((address, _),) = desk.stand_in.taken
    got = desk.app.test_client().get(address.removeprefix("http://127.0.0.1:8000"))
    assert (got.status_code, got.content_type, got.data) == (200, "image/png", PICTURE)
    got.close()
    ((_, words),) = desk.stand_in.sent
    assert "note.txt: http" in words
    assert "lid.png" not in words


@pytest.mark.parametrize("desk", [c for c in ANSWERING if c.KIND == "webhook"], indirect=True, ids=["webhook"])
def test_a_program_gets_each_file_with_its_address_and_the_words_without_links(desk: Desk) -> None:
    _answered(desk, PNG, NOTE)
    desk.work()
    said = json.loads(desk.stand_in.asked[-1].body)
    assert said["words"] == "Here they are."
    assert said["text"].startswith("Here they are.\n\nlid.png: http://127.0.0.1:8000/files/")
    assert [(one["name"], one["type"], one["size"]) for one in said["files"]] == [
        ("lid.png", "image/png", len(PICTURE)),
        ("note.txt", "text/plain", len(NOTE.content)),
    ]
    got = desk.app.test_client().get(said["files"][1]["url"].removeprefix("http://127.0.0.1:8000"))
    assert got.data == NOTE.content
    got.close()


def _answered(desk: Desk, *files: Enclosure, words: str = "Here they are.", sender: str = "") -> None:
    """Cleo wrote, and Ada's answer with these files is due."""
    desk.say("The lid is broken.", sender=sender)
    desk.work()
    desk.answer(words)
    kept = keep_files(desk.app.extensions["settings"].files, files)
    with transaction() as session:
        message = session.scalars(select(Message).where(Message.kind == "agent")).one()
        session.add_all(Attachment(message_id=message.id, **columns_of(file)) for file in kept)


def _refuse_after_the_first(desk: Desk, status: int) -> None:
    """From now on the stand-in answers to the second message, and only to it, that it does not take it."""
    refused: list[tuple[str, str]] = []

    def goes_on(moment: str) -> bool:
        if moment == "taken" and len(desk.stand_in.sent) == 2 and not refused:
            refused.append(desk.stand_in.sent.pop())
            desk.stand_in.taken.pop()
            desk.stand_in.statuses = [status]
        return True

    desk.stand_in.goes_on = goes_on


def _all_leave(desk: Desk) -> None:
    """What is left of the answer leaves in time, and every message of it was taken once."""
    desk.now += timedelta(hours=3)
    desk.work()
    desk.work()
    assert [delivery.state for delivery in desk.all(Delivery)] == ["sent"]
    assert len(desk.stand_in.sent) == len(desk.case.three_files)
    assert len({content or name for name, content in desk.stand_in.taken}) == len(desk.stand_in.taken)


def _send_again(desk: Desk) -> None:
    store.db.session.remove()
    with transaction() as session:
        ada = session.scalars(select(Agent).order_by(Agent.id)).first()
        assert ada
        resend(session, session.scalars(select(Delivery)).one(), by=ada, at=desk.now)


def _is_killed(desk: Desk, worker: subprocess.Popen[bytes], moment: str) -> bool:
    is_time = len(desk.stand_in.sent) == 2 if moment == "taken" else bool(desk.stand_in.left)
    if is_time:
        worker.kill()
        worker.wait()
    return is_time
