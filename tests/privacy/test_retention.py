"""What is old enough is forgotten in small pieces; how much that is, is told before; nothing else is touched."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from supportbox.channels.email.presets import Server
from supportbox.channels.email.wizard import Unsaved, keep_unsaved
from supportbox.config import Settings
from supportbox.inbox.folders import FOLDERS
from supportbox.inbox.follow import Follower, follow
from supportbox.inbox.intake import Intake
from supportbox.inbox.merge import Merge
from supportbox.inbox.message import Message
from supportbox.inbox.presence import Presence, mark
from supportbox.inbox.query import list_folder
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.business import Business, Setting, change_business, load_business
from supportbox.privacy.retention import Due, count_due, forget_batch
from supportbox.privacy.scrub import ask_for_scrub, is_scrub_due
from supportbox.store import db, transaction
from supportbox.work.privacy import clean, forget
from tests.conftest import NOW, add_people
from tests.privacy.desk_of_cleo import letter

LATER = NOW + timedelta(days=40)


def some_letters(settings: Settings, number: int) -> list[int]:
    with transaction() as session:
        add_people(session)
        return [
            letter(session, settings, uid, "cleo@example.org", f"Subject {uid}", f"words{uid}")
            for uid in range(1, number + 1)
        ]


def test_spam_and_deleted_go_after_thirty_days_and_leave_a_shell(core: Flask, settings: Settings) -> None:
    spam, deleted, closed, opened = some_letters(settings, 4)
    with transaction() as session:
        session.get_one(Ticket, spam).mark_spam(by=None, at=NOW)
        session.get_one(Ticket, deleted).deleted_at = NOW
        session.get_one(Ticket, closed).close(by=None, at=NOW)
    rules = load_business(db.session())
    assert count_due(db.session(), rules, now=NOW + timedelta(days=29)) == Due(0, 0, 0)
    assert count_due(db.session(), rules, now=LATER) == Due(2, 0, 0)
    db.session.commit()
    assert forget(settings, LATER) == 2
    assert forget(settings, LATER) == 0
    said = dict(db.session.execute(select(Message.ticket_id, Message.text)).all())
    assert said == {spam: "", deleted: "", closed: "words3", opened: "words4"}
    assert sorted(path.name for path in settings.raw.rglob("*.eml")) == ["3.eml", "4.eml"]
    assert len(db.session.scalars(select(Intake.id)).all()) == 4, "known, so that nothing is fetched again"
    for folder in ("spam", "deleted"):
        assert folder in FOLDERS
        assert list_folder(db.session.connection(), folder, me=1).rows == []


def test_nothing_else_is_forgotten_unless_somebody_says_so(core: Flask, settings: Settings) -> None:
    numbers = some_letters(settings, 2)
    with transaction() as session:
        session.get_one(Ticket, numbers[0]).close(by=None, at=NOW)
    years = NOW + timedelta(days=4000)
    assert forget_batch(settings, now=years) == 0
    rules = Business(purge_days=0, forget_months=24, raw_days=90)
    assert count_due(db.session(), rules, now=years) == Due(0, 1, 2)
    with transaction() as session:
        change_business(session, purge_days=0, forget_months=24, raw_days=90)
    done = []
    while some := forget_batch(settings, now=years):
        done.append(some)
    assert done == [1, 1], "the closed one with its letter, then the other letter"
    assert db.session.scalars(select(Message.text).order_by(Message.id)).all() == ["", "words2"]
    assert list(settings.raw.rglob("*.eml")) == []


def test_small_pieces(core: Flask, settings: Settings) -> None:
    numbers = some_letters(settings, 45)
    with transaction() as session:
        for number in numbers:
            session.get_one(Ticket, number).deleted_at = NOW
    assert [forget(settings, LATER) for _ in range(4)] == [20, 20, 5, 0]


def test_the_worker_writes_the_file_anew_when_asked(core: Flask, settings: Settings) -> None:
    with transaction() as session:
        ask_for_scrub(session)
    clean(NOW)
    assert not is_scrub_due(db.session())
    db.session.commit()
    assert Path(f"{settings.instance / 'supportbox.db'}-wal").stat().st_size < 10_000


def test_who_followed_or_looked_and_what_was_merged_goes_too(core: Flask, settings: Settings) -> None:
    one, other, third = some_letters(settings, 3)
    with transaction() as session:
        ada = session.scalars(select(Agent)).first()
        assert ada
        for number in (one, third):
            follow(session, session.get_one(Ticket, number), ada, at=NOW)
            mark(session, number, ada.id, "viewing", now=NOW)
        for number, into in ((other, one), (one, third)):
            session.add(Merge(ticket_id=number, into_id=into, agent_id=ada.id, at=NOW, moved=[], state={}))
        session.get_one(Ticket, one).deleted_at = NOW
    forget(settings, LATER)
    assert db.session.scalars(select(Follower.ticket_id)).all() == [third]
    assert db.session.scalars(select(Presence.ticket_id)).all() == [third]
    assert db.session.scalars(select(Merge.into_id)).all() == [third], "an erasure has to know what came into others"


def test_a_mailbox_that_nobody_finished_setting_up_is_forgotten(core: Flask, settings: Settings) -> None:
    server = Server("mail.example", 993, "tls")
    unsaved = Unsaved("support@shop.example", "own", "domain", server, server, "support", password_sealed="sealed")
    with transaction() as session:
        keep_unsaved(session, 1, unsaved, NOW)
        keep_unsaved(session, 2, unsaved, NOW + timedelta(hours=20))
    forget(settings, NOW + timedelta(hours=25))
    kept = db.session.scalars(select(Setting.key).where(Setting.key.startswith("mailbox-wizard"))).all()
    assert kept == ["mailbox-wizard:2"]
