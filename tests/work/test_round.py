"""One round from end to end: a letter in, a ticket, an answer out, the answer's answer back in the same ticket."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import text

from supportbox import clock, store
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.search.ticket_find import find
from supportbox.store import transaction
from supportbox.work import Worker
from tests.dovecot import DovecotMailbox
from tests.work.conftest import CLEO, SUPPORT, Desk, letter, raw_files


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_letter_becomes_ticket_and_is_acknowledged(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    assert desk.once().faults == {}
    ticket = desk.one(Ticket)
    assert (ticket.subject, ticket.status, ticket.preview) == ("Teapot", "open", "The lid is broken.")
    intake = desk.one(Intake)
    assert (intake.state, intake.ticket_id, intake.attempts) == ("done", ticket.id, 1)
    assert sandbox.flags(SUPPORT) == [frozenset({"\\Seen"})]
    (acknowledgement,) = sandbox.inbox(CLEO)
    said = read(acknowledgement)
    assert said["Subject"] == "We have received your request [SB-1001]"
    assert said["Auto-Submitted"] == "auto-replied" and said["Return-Path"] == "<>"
    assert "lid" not in acknowledgement.decode() and "Teapot" not in acknowledgement.decode()


def test_answer_threads_and_its_answer_joins(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    desk.once()
    desk.answer("A **new** lid is on its way.")
    desk.once()
    answer = read(sandbox.inbox(CLEO)[-1])
    assert answer["Subject"] == "Re: Teapot [SB-1001]"
    assert answer["In-Reply-To"] == "<1@demo.example>" and answer["References"].split()[-1] == "<1@demo.example>"
    assert answer["From"] == f'"Ada (The Shop)" <{SUPPORT}>' and answer["To"] == CLEO
    assert answer["Auto-Submitted"] is None and answer["Return-Path"] == f"<{SUPPORT}>"
    assert answer.get_body(("html",)).get_content().startswith("<p>A <strong>new</strong> lid")  # type: ignore[union-attr]
    delivery = next(one for one in desk.all(Delivery) if one.kind == "reply")
    assert (delivery.state, delivery.phase, delivery.external_id) == ("sent", "", answer["Message-ID"])
    thanks = letter("Re: Teapot [SB-1001]", "Thank you!", number=2, in_reply_to=answer["Message-ID"])
    sandbox.append(SUPPORT, thanks)
    desk.once()
    assert [(one.ticket_id, one.kind) for one in desk.all(Message)] == [
        (1001, "customer"),
        (1001, "agent"),
        (1001, "customer"),
    ]
    assert desk.one(Ticket).status == "open"


def test_second_round_changes_nothing(desk: Desk, sandbox: Sandbox) -> None:
    for number in range(1, 8):
        sandbox.append(SUPPORT, letter(f"Matter {number}", number=number))
    desk.once()
    before = _everything()
    desk.once()
    assert _everything() == before
    assert len(desk.all(Message)) == 7


def _everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for the clocks of the mailbox and the lease."""
    session = store.db.session()
    names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
    rows = {name: [tuple(row) for row in session.execute(text(f"SELECT * FROM {name}"))] for name in names}
    session.commit()
    del rows["mailbox"], rows["lease"]
    return rows


def test_files_of_a_letter_are_kept_under_random_names(desk: Desk, sandbox: Sandbox) -> None:
    message = read(letter())
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="../../bill.pdf")
    sandbox.append(SUPPORT, message.as_bytes())
    desk.once()
    attachment = desk.one(Attachment)
    path = desk.settings.files / attachment.token[:2] / attachment.token
    assert path.read_bytes() == b"%PDF-" and path.stat().st_mode & 0o777 == 0o600
    assert attachment.filename.endswith("bill.pdf") and len(attachment.token) == 32


def test_raw_letters_are_kept_as_they_came(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    raw = letter().replace(b"\n", b"\r\n")
    dovecot.deliver(raw)
    assert dovecot_desk.once().faults == {}
    (path,) = raw_files(dovecot_desk)
    assert path.read_bytes() == raw and path.stat().st_mode & 0o777 == 0o600
    assert [stored.flags for stored in dovecot.messages()] == ["S"]


def test_own_letter_that_comes_back_is_no_ticket(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    desk.once()
    desk.answer()
    desk.once()
    sandbox.append(SUPPORT, sandbox.inbox(CLEO)[-1])
    desk.once()
    assert [one.state for one in desk.all(Intake)] == ["done", "own"]
    assert len(desk.all(Ticket)) == 1 and len(desk.all(Message)) == 2


def test_letter_too_large_is_announced_and_stays(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter("Huge", "word " * 3_000))
    object.__setattr__(desk.settings, "max_mail_bytes", 10_000)
    desk.once()
    message = desk.one(Message)
    assert "too large to be fetched" in message.text and "word word" not in message.text
    assert desk.one(Ticket).subject == "Huge"
    assert raw_files(desk)[0].stat().st_size < 1_000


def test_since_leaves_older_letters_alone(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter("Old", number=1), at=clock.now() - timedelta(days=3))
    sandbox.append(SUPPORT, letter("Earlier today", number=2), at=clock.now() - timedelta(minutes=2))
    desk.change_mailbox(since=clock.now() - timedelta(minutes=1))
    sandbox.append(SUPPORT, letter("New", number=3))
    desk.once()
    desk.once()
    assert [one.subject for one in desk.all(Ticket)] == ["New"]
    assert desk.one(Mailbox).last_uid > 0


def test_old_mail_brought_in_is_not_acknowledged(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter(), at=clock.now() - timedelta(hours=25))
    desk.once()
    assert len(desk.all(Ticket)) == 1 and desk.all(Delivery) == []


def test_sleeping_ticket_wakes(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    desk.once()
    desk.answer()
    with transaction() as session:
        session.get_one(Ticket, 1001).snoozed_until = clock.now() + timedelta(hours=1)
    desk.once()
    assert desk.one(Ticket).status == "waiting"
    desk.once(now=lambda: clock.now() + timedelta(hours=2))
    assert (desk.one(Ticket).status, desk.one(Ticket).snoozed_until) == ("open", None)
    assert "woke" in [one.kind for one in desk.all(Event)]


def test_found_by_words_after_the_round(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter(text="My zylophone squeaks."))
    desk.once()
    assert find(store.db.session.connection(), "zyloph") == [1001]


def test_customer_is_answered_in_their_language(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(
        SUPPORT,
        letter(
            "Théière",
            "Bonjour, le couvercle de la théière que j’ai achetée chez vous la semaine dernière est cassé. "
            "Est-ce que vous pouvez m’en envoyer un autre, s’il vous plaît ?",
        ),
    )
    desk.once()
    (said,) = [read(raw) for raw in sandbox.inbox(CLEO)]
    assert said["Subject"] == "Nous avons bien reçu votre demande [SB-1001]"
    assert said.get_body(("plain",)).get_content().startswith("Bonjour,")  # type: ignore[union-attr]


@pytest.mark.parametrize(("over", "is_whole"), [(-1, True), (0, True), (1, False)])
def test_limit_is_exact(dovecot_desk: Desk, dovecot: DovecotMailbox, over: int, is_whole: bool) -> None:
    """One byte more than the limit is announced, and its text is never asked for."""
    limit = 10_000
    head = letter("Huge").replace(b"\n", b"\r\n")
    raw = head + b"x" * (limit + over - len(head))
    dovecot.deliver(raw)
    object.__setattr__(dovecot_desk.settings, "max_mail_bytes", limit)
    assert dovecot_desk.once().faults == {}
    (intake,), (path,) = dovecot_desk.all(Intake), raw_files(dovecot_desk)
    assert (intake.size, intake.state) == (limit + over, "done")
    assert (path.read_bytes() == raw) == is_whole and path.name.endswith(".headers.eml") == (not is_whole)
    assert ("too large to be fetched" in dovecot_desk.one(Message).text) == (not is_whole)


def test_long_fetch_says_how_far_it_is(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    for number in range(1, 121):
        dovecot.deliver(letter(f"Matter {number}", number=number))
    seen: list[tuple[int, int]] = []

    def on_progress(mailbox: Mailbox) -> None:
        stored = dovecot_desk.one(Mailbox)
        assert (stored.backlog_done, stored.backlog_total) == (mailbox.backlog_done, mailbox.backlog_total)
        seen.append((mailbox.backlog_done, mailbox.backlog_total))

    Worker(dovecot_desk.app).run_once(patience=0, on_progress=on_progress)
    assert seen == [(50, 120), (100, 120), (0, 0)]
    assert len(dovecot_desk.all(Ticket)) == 120
