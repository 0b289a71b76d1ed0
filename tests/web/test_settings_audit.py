"""The audit page: sentences, newest first, found by person and kind, and harmless in a spreadsheet."""

import csv
import io

from flask import Flask

from supportbox.people.agent import Agent
from supportbox.people.audit import note
from supportbox.store import db, transaction
from supportbox.web.settings.audit import PAGE_LENGTH
from supportbox.web.settings.audit_sentences import kind_words, sentence
from tests.conftest import NOW
from tests.web.desk import Browser

PAGE = "/settings/audit"


def fill(app: Flask, count: int, kind: str = "agent_invited", **data: object) -> None:
    with app.app_context(), transaction() as session:
        for number in range(count):
            note(session, kind, agent_id=1, at=NOW, address="192.0.2.1", **({"email": f"a{number}@x.example"} | data))


def test_who_did_what_in_sentences(app: Flask, ada: Browser) -> None:
    fill(app, 1, role="light")
    page = ada.get(PAGE)
    assert "Invited a0@x.example as: Light agent." in page and "192.0.2.1" in page
    assert "Invité" not in page


def test_a_failed_sign_in_is_there_and_harmless(app: Flask, ada: Browser) -> None:
    Browser(app.test_client()).post("/login", "/login", email="<script>=1+1", password="guess it is")
    page = ada.get(PAGE)
    assert "&lt;script&gt;" in page and "<script>=" not in page
    lines = list(csv.reader(io.StringIO(ada.get(f"{PAGE}/audit.csv"))))
    assert any("<script>=1+1" in line[2] for line in lines)
    assert not any(cell[:1] in "=+-@" for line in lines for cell in line if cell)


def test_formulas_of_strangers_are_words(app: Flask, ada: Browser) -> None:
    with app.app_context(), transaction() as session:
        session.get_one(Agent, 1).name = "=HYPERLINK(1)"
    fill(app, 1)
    lines = list(csv.reader(io.StringIO(ada.get(f"{PAGE}/audit.csv"))))
    assert lines[1][1] == "'=HYPERLINK(1)"


def test_pages_go_on_where_the_last_one_ended(app: Flask, ada: Browser) -> None:
    fill(app, PAGE_LENGTH + 5)
    first = ada.get(f"{PAGE}?kind=agent_invited")
    assert first.count("@x.example") == PAGE_LENGTH and "a0@x.example" not in first
    older = first.split("before=")[1].split('"')[0]
    second = ada.get(f"{PAGE}?kind=agent_invited&before={older}")
    assert second.count("@x.example") == 5 and "a0@x.example" in second


def test_by_person_and_kind(app: Flask, ada: Browser) -> None:
    fill(app, 2)
    fill(app, 1, "team_made", team="Returns")
    assert "Made the team Returns." not in ada.get(f"{PAGE}?kind=agent_invited")
    assert "Made the team Returns." in ada.get(f"{PAGE}?who=1")
    assert "Nothing of the kind." in ada.get(f"{PAGE}?who=2")
    for nonsense in ("who=x", "who=-1", "before=99999999999999999999999", "before=%00", "kind=%27;--"):
        ada.get(f"{PAGE}?{nonsense}")


def test_every_sentence_bears_an_entry_that_lacks_its_names(app: Flask) -> None:
    with app.test_request_context():
        assert all(sentence(kind, {}) for kind in kind_words())
        assert sentence("something_new", {"a": 1}) == "Something new."


def test_what_is_rolled_back_was_never_noted(app: Flask) -> None:
    with app.app_context():
        try:
            with transaction() as session:
                note(session, "team_made", agent_id=None, at=NOW, team="x")
                raise RuntimeError
        except RuntimeError:
            pass
        assert db.session.connection().exec_driver_sql("SELECT count(*) FROM audit").scalar() == 0
