"""The first run: a code, one owner, four steps that are each saved, a checklist; afterwards the door is shut."""

from collections.abc import Iterator

import pytest
from flask import Flask

from supportbox import store
from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.ticket import Ticket
from supportbox.kb.article import Article
from supportbox.people.business import load_business
from supportbox.people.invitation import Invitation
from supportbox.store import transaction
from tests.web.desk import Browser, sign_in

YOU = {"name": "Ada", "email": "ada@shop.example", "code": "the-code", "password": "long enough words"}
BUSINESS = {"name": "Atelier Nord", "language": "fr", "timezone": "Europe/Brussels", "accent": "#8B1A5C"}


@pytest.fixture
def fresh(settings: Settings) -> Iterator[Flask]:
    (settings.instance / "setup.code").write_text("the-code\n")
    app = create_app(settings)
    app.testing = True
    yield app
    with app.app_context():
        store.db.engine.dispose()


@pytest.fixture
def owner(fresh: Flask) -> Browser:
    """Step 1 is done."""
    browser = Browser(fresh.test_client())
    assert browser.post("/setup", "/setup", **YOU).location == "/setup/business"
    return browser


def finished(owner: Browser) -> Browser:
    owner.post("/setup/business", "/setup/business", **BUSINESS)
    owner.post("/settings/mailboxes/new", "/setup/later")
    assert owner.post("/setup/people", "/setup/end").location == "/inbox/"
    return owner


def test_the_code_makes_the_owner_once(fresh: Flask, owner: Browser, settings: Settings) -> None:
    assert not (settings.instance / "setup.code").exists()
    assert Browser(fresh.test_client()).client.get("/setup?code=the-code").status_code == 404
    finished(owner)
    assert owner.client.get("/setup?code=the-code").status_code == 404


def test_the_printed_address_fills_in_the_code(fresh: Flask) -> None:
    assert 'value="the-code"' in Browser(fresh.test_client()).get("/setup?code=the-code")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"code": "a guess"}, 403),
        ({"password": "short"}, 400),
        ({"password": "aaaaaaaaaaaa"}, 400),
        ({"email": "x"}, 400),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_rest_kept(fresh: Flask, wrong: dict[str, str], status: int) -> None:
    answer = Browser(fresh.test_client()).post("/setup", "/setup", **{**YOU, **wrong})
    assert answer.status_code == status and 'role="alert"' in answer.text
    assert 'value="Ada"' in answer.text and YOU["password"] not in answer.text


def test_the_business_is_named_and_coloured(fresh: Flask, owner: Browser) -> None:
    answer = owner.post("/setup/business", "/setup/business", **BUSINESS)
    assert answer.location == "/settings/mailboxes/new"
    with fresh.app_context():
        kept = load_business(store.db.session())
    assert (kept.name, kept.language, kept.timezone, kept.accent) == (
        "Atelier Nord", "fr", "Europe/Brussels", "#8b1a5c",
    )  # fmt: skip
    assert 'value="Atelier Nord"' in owner.get("/setup/business"), "back works"


def test_each_field_of_the_business_has_its_word(owner: Browser) -> None:
    wrong = {"name": "", "language": "fr", "timezone": "Mars/Base", "accent": "red"}
    answer = owner.post("/setup/business", "/setup/business", **wrong)
    assert answer.status_code == 422 and answer.text.count('aria-invalid="true"') == 3
    assert 'value="Mars/Base"' in answer.text


def test_who_comes_back_goes_on_where_they_stopped(fresh: Flask, owner: Browser) -> None:
    assert owner.client.get("/setup").location == "/setup/business"
    owner.post("/setup/business", "/setup/business", **BUSINESS)
    assert owner.client.get("/setup").location == "/settings/mailboxes/new"
    assert "3" in owner.get("/settings/mailboxes/new").split('class="wizard-step">')[1].split("</p>")[0]
    owner.post("/settings/mailboxes/new", "/setup/later")
    assert owner.client.get("/setup").location == "/setup/people"


def test_the_sample_ticket_can_be_answered_and_nothing_leaves(fresh: Flask, owner: Browser) -> None:
    finished(owner)
    with fresh.app_context():
        number = store.db.session.query(Ticket).one().id
    page = f"/inbox/tickets/SB-{number}"
    assert owner.post(page, f"{page}/replies", text="Un autre couvercle arrive.", then="waiting").status_code == 303
    with fresh.app_context():
        assert store.db.session.query(Delivery).count() == 0
    assert "Un autre couvercle arrive." in owner.get(page)


def test_one_click_takes_the_sample_away(fresh: Flask, owner: Browser) -> None:
    finished(owner)
    assert "/setup/sample/deletion" in owner.get("/inbox/unassigned")
    owner.post("/inbox/unassigned", "/setup/sample/deletion")
    page = owner.get("/inbox/unassigned")
    assert "/setup/sample/deletion" not in page and "SB-10" not in page


def test_colleagues_get_links_while_no_mailbox_can_send(fresh: Flask, owner: Browser) -> None:
    owner.post("/setup/business", "/setup/business", **BUSINESS)
    owner.post("/settings/mailboxes/new", "/setup/later")
    answer = owner.post("/setup/people", "/setup/people", addresses="ben@shop.example\ncleo@shop.example")
    assert answer.status_code == 200 and answer.text.count("/invitation/") == 2
    with fresh.app_context():
        assert [one.email for one in store.db.session.query(Invitation)] == ["ben@shop.example", "cleo@shop.example"]


def test_one_wrong_address_invites_nobody(fresh: Flask, owner: Browser) -> None:
    answer = owner.post("/setup/people", "/setup/people", addresses="ben@shop.example nonsense")
    assert answer.status_code == 400 and "ben@shop.example" in answer.text
    with fresh.app_context():
        assert store.db.session.query(Invitation).count() == 0


def test_the_checklist_knows_what_is_done_and_can_be_hidden(fresh: Flask, owner: Browser) -> None:
    finished(owner)
    left = owner.get("/inbox/unassigned")
    assert left.count('<span class="done">') == 1 and "/setup/article" in left
    assert "/settings/widget" in left
    owner.post("/setup/site", "/setup/site")
    made = owner.post("/setup/article", "/setup/article", template="returns")
    with fresh.app_context(), transaction() as session:
        article = session.query(Article).one()
        assert (made.location, article.status) == (f"/settings/help/articles/{article.id}", "draft")
        article.status = "public"
    left = owner.get("/inbox/unassigned")
    assert left.count('<span class="done">') == 3
    owner.post("/inbox/unassigned", "/setup/checklist/deletion")
    assert 'id="checklist"' not in owner.get("/inbox/unassigned")


def test_a_desk_without_a_first_run_has_no_checklist(ada: Browser) -> None:
    assert 'id="checklist"' not in ada.get("/inbox/unassigned")


def test_agents_see_neither_steps_nor_checklist(app: Flask) -> None:
    ben = sign_in(app, "ben@shop.example")
    for path in ("business", "people", "article", "site"):
        assert ben.client.get(f"/setup/{path}").status_code == 403


def test_guesses_of_the_code_come_to_an_end(fresh: Flask) -> None:
    browser = Browser(fresh.test_client())
    told = [browser.post("/setup", "/setup", **{**YOU, "code": f"guess {n}"}).text for n in range(22)]
    assert "Too many tries" in told[-1] and "Too many tries" not in told[0]
