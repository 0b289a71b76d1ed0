"""What may be set of a mailbox: names and signature, its acknowledgement, pausing, other servers, deletion."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from supportbox import clock, store
from supportbox.channels import vault
from supportbox.channels.email.acknowledgement import acknowledgement_text, usual_text
from supportbox.channels.email.letters import draft_of
from supportbox.config import Settings
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Outgoing, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.people.team import Team, TeamMailbox
from supportbox.store import transaction
from tests.web.desk import Browser, letter

PAGE = "/settings/mailboxes/1"
WORDS = "Bien reçu : {{ticket.reference}}. À bientôt, {{mailbox.name}}"


def box(app: Flask) -> Mailbox:
    with app.app_context():
        return store.db.session.get_one(Mailbox, 1)


def change(app: Flask, **values: object) -> None:
    with app.app_context(), transaction() as session:
        mailbox = session.get_one(Mailbox, 1)
        for name, value in values.items():
            setattr(mailbox, name, value)


def test_name_language_signature_and_plus_addresses(app: Flask, ada: Browser) -> None:
    saved = ada.post(PAGE, PAGE, name=" Atelier  Nord ", language="fr", signature="Ada\r\n01 23", plus="on", since="")
    assert saved.location == f"{PAGE}?saved"
    now = box(app)
    assert (now.name, now.language, now.signature, now.has_plus_addresses) == ("Atelier Nord", "fr", "Ada\n01 23", True)
    assert "Ada\n01 23</textarea>" in ada.get(PAGE)
    ada.post(PAGE, PAGE, name="Atelier Nord", language="xx", signature="")
    assert (box(app).language, box(app).has_plus_addresses) == ("fr", False)


def test_since_can_be_changed_until_letters_have_come(app: Flask, ada: Browser) -> None:
    ada.post(PAGE, PAGE, name="", language="en", signature="", since="2026-01-31")
    assert box(app).since == datetime(2026, 1, 31, tzinfo=UTC)
    change(app, good_poll_at=clock.now())
    assert 'name="since"' not in ada.get(PAGE)
    ada.post(PAGE, PAGE, name="", language="en", signature="", since="2020-01-01")
    assert box(app).since == datetime(2026, 1, 31, tzinfo=UTC)


def test_no_page_has_more_than_nine_fields(ada: Browser) -> None:
    for path in (PAGE, f"{PAGE}/acknowledgement", "/settings/mailboxes/new"):
        visible = re.findall(r'<(?:input(?! type="hidden")|select|textarea)[^>]*name="(?!q")[^"]+', ada.get(path))
        assert 0 < len(visible) <= 9, path


def test_pause_and_resume(app: Flask, ada: Browser) -> None:
    ada.post(PAGE, f"{PAGE}/pause")
    assert not box(app).is_active and "Paused" in ada.get("/settings/mailboxes")
    ada.post(PAGE, f"{PAGE}/resume")
    assert box(app).is_active


def test_what_has_no_password_cannot_be_resumed(app: Flask, ada: Browser) -> None:
    change(app, is_active=False, imap_url="imaps://a%40b.c@mail.example.org:993/INBOX")
    assert ada.post(PAGE, f"{PAGE}/resume").status_code == 409
    assert not box(app).is_active


def test_own_words_are_kept_for_each_language_and_shown_first(app: Flask, ada: Browser) -> None:
    page = f"{PAGE}/acknowledgement"
    preview = ada.post(page, page, on="on", text_en="", text_fr=WORDS, do="preview")
    assert "Bien reçu : SB-1042. À bientôt, Shop" in preview.text and box(app).acknowledgements == {}
    ada.post(page, page, on="on", text_en="", text_fr=WORDS)
    assert box(app).acknowledgements == {"fr": WORDS} and box(app).has_acknowledgement
    ada.post(page, page, text_en="", text_fr=WORDS)
    assert not box(app).has_acknowledgement


@pytest.mark.parametrize(("language", "words"), [("fr", "Bien reçu : SB-1001. À bientôt, Shop"), ("en", "Hello,")])
def test_the_letter_has_the_mailboxs_own_words(
    app: Flask, settings: Settings, tmp_path: Path, language: str, words: str
) -> None:
    change(app, acknowledgements={"fr": WORDS})
    outgoing = Outgoing(
        1, "acknowledgement", 1001, Sender("email", "cleo@example.org"), "Hi", "", clock.now(), language, "<1@a.b>"
    )  # fmt: skip
    draft = draft_of(outgoing, box(app), key=settings.key("tokens"), files_folder=tmp_path)
    assert draft.text.startswith(words) and "{{" not in draft.text


def test_fields_are_replaced_once_and_nothing_else_is() -> None:
    own = "{{mailbox.name}} {{ticket.reference}} {{customer.name}} %(x)s {{mailbox.address}}"
    said = acknowledgement_text(own, "en", "{{ticket.reference}}", "a@b.c", "SB-1")
    assert said == "{{ticket.reference}} SB-1 {{customer.name}} %(x)s a@b.c"
    assert acknowledgement_text("  ", "en", "Shop", "a@b.c", "SB-1") == usual_text("en", "Shop")


def test_other_servers_go_through_the_wizard_and_keep_the_password(
    app: Flask, ada: Browser, settings: Settings
) -> None:
    sealed = vault.seal(settings, "old secret words")
    change(
        app,
        imap_url="imaps://a%40shop.example@mail.shop.example:993/INBOX",
        smtp_url="smtps://a%40shop.example@mail.shop.example:465",
        imap_sealed=sealed,
    )  # fmt: skip
    assert ada.post(PAGE, f"{PAGE}/servers").location == "/settings/mailboxes/new/servers"
    page = ada.get("/settings/mailboxes/new/servers")
    assert 'value="mail.shop.example"' in page and "A password is kept" in page and "old secret" not in page
    ada.post("/settings/mailboxes/new/test", "/settings/mailboxes/new/save")
    now = box(app)
    assert (now.imap_sealed, now.name) == (sealed, "Shop") and not now.is_active


def test_deletion_wants_the_address_and_leaves_the_tickets(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    assert ada.post(PAGE, f"{PAGE}/deletion", address="shop").status_code == 400
    assert box(app).channel == "email"
    assert (
        ada.post(PAGE, f"{PAGE}/deletion", address=" SUPPORT@shop.example ").location == "/settings/mailboxes?deleted"
    )
    assert ada.client.get(PAGE).status_code == 404
    assert "Where is my parcel?" in ada.get(f"/inbox/tickets/SB-{number}")
    with app.app_context():
        assert store.db.session.get_one(Ticket, number).mailbox_id is None
        assert {one.mailbox_id for one in store.db.session.query(Delivery).filter_by(state="queued")} <= {None}
    gone = box(app)
    assert (gone.is_active, gone.imap_sealed, gone.smtp_url, gone.oauth_sealed) == (False, "", "", "")
    for path in ("/settings/mailboxes", "/settings/mail", "/inbox/"):
        assert "(deleted" not in ada.client.get(path, follow_redirects=True).text
    assert (
        ada.post("/settings/mailboxes/new", "/settings/mailboxes/new", address="support@shop.example").status_code
        == 303
    )


def test_a_teams_mailbox_is_not_deleted_behind_its_back(app: Flask, ada: Browser) -> None:
    with app.app_context(), transaction() as session:
        session.add(Team(id=7, name="Returns"))
        session.flush()
        session.add(TeamMailbox(team_id=7, mailbox_id=1))
    answer = ada.post(PAGE, f"{PAGE}/deletion", address="support@shop.example")
    assert answer.status_code == 409 and box(app).channel == "email"
