"""Handing out and erasing: all is in the zip, then nothing is anywhere, and the figures are the same."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from supportbox.app import create_core
from supportbox.backup import copy_database
from supportbox.config import Settings
from supportbox.errors import NotFound
from supportbox.inbox.event import Event
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from supportbox.inbox.rating import Rating
from supportbox.inbox.ticket import Ticket
from supportbox.people.customer import Customer
from supportbox.privacy.erase import erase_customer
from supportbox.privacy.export import export_customer
from supportbox.privacy.person import get_person
from supportbox.privacy.scrub import is_scrub_due, scrub
from supportbox.store import db, transaction
from tests.conftest import add_people
from tests.privacy.desk_of_cleo import HERS, KEPT, figures, fill, found_in, moment


@pytest.fixture
def desk(core: Flask, settings: Settings) -> tuple[int, int]:
    with transaction() as session:
        return fill(session, settings, add_people(session))


def erase(settings: Settings, address: str = "cleo@example.org") -> None:
    number = get_person(db.session(), address).id
    db.session.commit()
    erase_customer(settings, number, by=None, now=moment())
    assert scrub()


def test_the_zip_holds_who_they_are_what_was_said_letters_and_files(
    desk: tuple[int, int], settings: Settings, tmp_path: Path
) -> None:
    own, shared = desk
    target = tmp_path / "cleo.zip"
    number = get_person(db.session(), "Cleo@Example.org").id
    assert export_customer(db.session(), settings, number, target, business="Shop") == 2
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        person, tickets = json.loads(archive.read("person.json")), json.loads(archive.read("tickets.json"))
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert person["names"] == ["Cleopatra Q", "wasname"]
    assert [(one["kind"], one["value"], one["verified_how"]) for one in person["contacts"]][:2] == [
        ("email", "cleo@example.org", None),
        ("phone", "+33612345678", "call"),
    ]
    said = {ticket["reference"]: [message["text"] for message in ticket["messages"]] for ticket in tickets}
    assert said[f"SB-{own}"] == ["teapotwords\n> quotedwords", "Dear Cleopatra: answerwords"], "no notes"
    assert said[f"SB-{shared}"] == ["sharedwords"], "of other people's tickets only their own words"
    assert any(name.startswith("letters/") and b"teapotwords" in raw for name, raw in contents.items())
    assert any(name.endswith("filenamewords.txt") and raw == b"filewords" for name, raw in contents.items())
    assert not [name for name in contents if ".." in name or name.startswith("/")]
    assert b"dotswords" not in b"".join(contents.values())


def test_nothing_is_left_and_the_figures_stay(desk: tuple[int, int], settings: Settings, tmp_path: Path) -> None:
    own, shared = desk
    assert set(found_in(settings, HERS)) == set(HERS), "a test that looks for nothing proves nothing"
    before = figures(db.session())
    db.session.commit()
    erase(settings)
    assert found_in(settings, HERS) == {}
    assert set(found_in(settings, KEPT)) == set(KEPT)
    assert figures(db.session()) == before
    ticket = db.session.get_one(Ticket, own)
    assert (ticket.subject, ticket.preview, ticket.message_count) == ("", "", 3)
    assert db.session.scalars(select(Rating.verdict)).all() == [3]
    said = db.session.scalars(select(Message.text).where(Message.ticket_id == shared).order_by(Message.id)).all()
    assert said == ["dotswords before", "", "dotswords after, […] and […]"]
    copy = tmp_path / "copy.db"
    db.session.commit()
    copy_database(settings.instance / "supportbox.db", copy)
    assert not [word for word in HERS if word.lower().encode() in copy.read_bytes().lower()]


def test_the_index_forgets_and_the_others_are_found(desk: tuple[int, int], settings: Settings) -> None:
    erase(settings)
    assert desk[1] in _numbers("dotswords")
    assert _numbers("sharedwords") == _numbers("teapotwords") == []


def _numbers(words: str) -> list[int]:
    rows = db.session.execute(text("SELECT rowid FROM ticket_text WHERE ticket_text MATCH :words"), {"words": words})
    return [row[0] for row in rows]


def test_a_letter_that_was_erased_is_not_fetched_again(desk: tuple[int, int], settings: Settings) -> None:
    erase(settings)
    hers = db.session.scalars(select(Intake).where(Intake.uid == 1)).one()
    assert (hers.path, hers.message_id, hers.state) == ("", "", "done")
    assert hers.sha256, "the same bytes under another number are known by it"


def test_erased_is_erased(desk: tuple[int, int], settings: Settings, tmp_path: Path) -> None:
    number = get_person(db.session(), "cleo@example.org").id
    erase(settings)
    for address in ("cleo@example.org", "cleo.work@example.org", "06 12 34 56 78"):
        with pytest.raises(NotFound, match="nobody of this address"):
            get_person(db.session(), address)
    with pytest.raises(NotFound):
        export_customer(db.session(), settings, number, tmp_path / "again.zip", business="Shop")
    assert not (tmp_path / "again.zip").exists()
    assert db.session.get_one(Customer, number).erased_at == moment()
    kinds = db.session.scalars(select(Event.kind).where(Event.ticket_id == desk[0])).all()
    assert kinds[-1] == "erased"


class Cut(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("part", [0.02, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.97])
def test_cut_off_anywhere_it_is_finished_by_doing_it_again(
    part: float, desk: tuple[int, int], settings: Settings
) -> None:
    before = figures(db.session())
    db.session.commit()
    total = _statements_of_a_whole_run(settings)
    number = get_person(db.session(), "cleo@example.org").id
    db.session.commit()
    cut = _Scissors(int(total * part))
    event.listen(db.engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(Cut):
            erase_customer(settings, number, by=None, now=moment())
    finally:
        event.remove(db.engine, "before_cursor_execute", cut)
    db.session.rollback()
    erase(settings)
    assert found_in(settings, HERS) == {}
    assert figures(db.session()) == before


class _Scissors:
    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, *given: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cut


def _statements_of_a_whole_run(settings: Settings) -> int:
    """Counted on a copy of the instance."""
    instance = settings.instance.with_name("copy")
    copytree(settings.instance, instance)
    other = replace(settings, instance=instance, database_url=f"sqlite:///{instance / 'supportbox.db'}")
    app = create_core(other)
    counted = _Scissors(10**9)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", counted)
        erase_customer(other, get_person(db.session(), "cleo@example.org").id, by=None, now=moment())
        db.session.remove()
        db.engine.dispose()
    return 10**9 - counted.left - 5  # some only look the person up


def test_readers_hold_the_scrubbing_up_until_they_are_done(desk: tuple[int, int], settings: Settings) -> None:
    number = get_person(db.session(), "cleo@example.org").id
    db.session.commit()
    with db.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM message").scalar()
        reader.exec_driver_sql("PRAGMA busy_timeout=1")
        erase_customer(settings, number, by=None, now=moment())
        assert is_scrub_due(db.session())
        db.session.commit()
    assert scrub()
    assert not is_scrub_due(db.session())
    assert found_in(settings, HERS) == {}
