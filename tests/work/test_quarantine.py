"""A letter that cannot be read waits, visible, with its raw file; the next one goes on; a replay brings it back."""

from email.message import EmailMessage

from sqlalchemy import delete, update

from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.store import transaction
from supportbox.work.replay import replay
from tests.dovecot import DovecotMailbox
from tests.work.conftest import SUPPORT, Desk, letter, raw_files

TOO_MANY = b"From: cleo@demo.example\r\nMessage-ID: <many@demo.example>\r\nTo: " + b", ".join(
    b"a%d@demo.example" % number for number in range(300)
)


def test_letter_over_the_caps_waits_with_its_raw_file(desk: Desk, sandbox: Sandbox) -> None:
    hostile = TOO_MANY + b"\r\nSubject: all of you\r\n\r\nHello\r\n"
    sandbox.append(SUPPORT, hostile)
    sandbox.append(SUPPORT, letter())
    assert desk.once().faults == {}
    bad, good = desk.all(Intake)
    assert (bad.state, bad.attempts, bad.message_id) == ("quarantined", 1, "<many@demo.example>")
    assert bad.reason.startswith("The letter has more addresses")
    assert (desk.settings.raw / bad.path).read_bytes() == hostile
    assert good.state == "done" and desk.one(Ticket).subject == "Teapot"


def test_three_tries_then_quarantine_then_replay(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    desk.once()
    _forget(desk)
    (path,) = raw_files(desk)
    away = path.rename(path.with_suffix(".away"))
    desk.once()
    intake = desk.one(Intake)
    assert (intake.state, intake.attempts) == ("quarantined", 3)
    assert intake.reason == "Its raw file is missing on the disk."
    desk.once()
    assert desk.one(Intake).attempts == 3
    away.rename(path)
    (said,) = replay(desk.settings, intake.id)
    assert said.startswith("Intake 1: done in SB-1002.")
    assert desk.one(Message).text == "The lid is broken."


def _forget(desk: Desk) -> None:
    """As if the process had died right after the letter was kept."""
    with transaction() as session:
        session.execute(update(Intake).values(state="stored", reason="", ticket_id=None))
        for table in (Event, Delivery, Message, Ticket):
            session.execute(delete(table))


def test_kept_but_not_understood_is_taken_up(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    desk.once()
    _forget(desk)
    desk.once()
    intake = desk.one(Intake)
    assert (intake.state, intake.attempts) == ("done", 2)
    assert len(desk.all(Message)) == 1


def test_letter_that_stopped_the_process_three_times_is_not_tried_again(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    desk.once()
    _forget(desk)
    with transaction() as session:
        session.execute(update(Intake).values(attempts=3))
    desk.once()
    assert desk.one(Intake).state == "quarantined" and desk.all(Message) == []
    assert desk.one(Intake).reason == "SupportBox stopped each time it read this letter."


def test_all_of_the_quarantine_is_replayed(desk: Desk, sandbox: Sandbox) -> None:
    for number in range(3):
        sandbox.append(SUPPORT, TOO_MANY + b"\r\nSubject: %d\r\n\r\nHello\r\n" % number)
    desk.once()
    said = replay(desk.settings, None)
    assert len(said) == 3 and all("quarantined. The letter has more addresses" in one for one in said)
    assert all(one.state == "quarantined" for one in desk.all(Intake))


def test_letter_that_may_have_killed_the_worker_is_tried_by_a_child(desk: Desk, sandbox: Sandbox) -> None:
    for number in (1, 2):
        sandbox.append(SUPPORT, letter(f"Matter {number}", number=number))
    desk.once()
    _forget(desk)
    # The first one needs far more memory than one of its size may: the raw file says so when it is read.
    path = desk.settings.raw / desk.all(Intake)[0].path
    path.write_bytes(b"Subject: greed\r\n\r\n" + b"word " * 12_000_000)
    with transaction() as session:
        session.execute(update(Intake).where(Intake.id == 1).values(size=-50_000_000))
    desk.once()
    greedy, other = desk.all(Intake)
    assert (greedy.state, greedy.attempts) == ("quarantined", 2) and "MB of memory" in greedy.reason
    assert (other.state, other.attempts) == ("done", 1)


def test_big_letter_passes_its_trial(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "cleo@demo.example", "Photographs"
    message.set_content("Here they are.")
    message.add_attachment(b"\1" * 9_000_000, maintype="application", subtype="zip", filename="photographs.zip")
    dovecot.deliver(message.as_bytes().replace(b"\n", b"\r\n"))
    assert dovecot_desk.once().faults == {}
    assert dovecot_desk.one(Intake).state == "done"
    assert dovecot_desk.one(Attachment).size == 9_000_000


def test_only_the_first_of_a_batch_has_been_tried_when_a_process_dies(desk: Desk, sandbox: Sandbox) -> None:
    for number in range(1, 4):
        sandbox.append(SUPPORT, letter(f"Matter {number}", number=number))
    desk.once()
    for tries in (2, 3):
        _forget(desk)
        desk.once()
        assert [one.attempts for one in desk.all(Intake)] == [tries, 1, 1]
    _forget(desk)
    desk.once()
    assert [(one.state, one.attempts) for one in desk.all(Intake)] == [("quarantined", 3), ("done", 1), ("done", 1)]
