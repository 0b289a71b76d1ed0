"""The page on which people see how mail comes in and leaves, and the red line above the desk when it does not."""

from datetime import timedelta

import pytest
from flask import Flask

from supportbox import clock
from supportbox.channels.email.domain import SENTENCES
from supportbox.channels.email.resolving import Dns
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.business import change_business
from supportbox.store import transaction
from supportbox.web.alarm import desk_alarms
from supportbox.web.settings.domain_words import KNOWN
from tests.nameserver import NameServer
from tests.web.desk import Browser, letter, sign_in

CANARY = "canary-9d2f"


def change(app: Flask, **values: object) -> None:
    """The shop's mailbox, as the worker left it; what was looked up before is forgotten."""
    with app.app_context(), transaction() as session:
        box = session.get_one(Mailbox, 1)
        for name, value in {"imap_url": "imaps://support@mail.example:993/INBOX", **values}.items():
            setattr(box, name, value)
    app.extensions["alarms"] = (0.0, [])


@pytest.fixture
def ada(app: Flask) -> Browser:
    return sign_in(app)


def test_well_mailbox_and_quiet_desk(app: Flask, ada: Browser) -> None:
    change(app, good_poll_at=clock.now() - timedelta(minutes=3))
    page = ada.get("/settings/mail")
    assert "Well" in page and "support@shop.example" in page and "3 min" in page
    assert "None waits to be sent." in page and "every letter that came in is in a ticket" in page
    assert 'role="alert"' not in page and 'role="alert"' not in ada.get("/inbox/")


def test_outage_is_red_on_every_page_of_the_desk_with_its_reason_one_click_away(app: Flask, ada: Browser) -> None:
    said = "Nobody listens on mail.example port 993. Check the port, or whether the server runs."
    change(app, good_poll_at=clock.now() - timedelta(minutes=11), last_error=said)
    for path in ("/inbox/", "/inbox/search?q=x", "/settings/me"):
        page = ada.get(path)
        assert "No mail comes in at support@shop.example." in page and 'href="/settings/mail"' in page
    page = ada.get("/settings/mail")
    assert said in page and "Stopped" in page and "supportbox mailbox test support@shop.example" in page
    assert "No mail comes in" not in app.test_client().get("/login").text
    change(app, good_poll_at=clock.now())
    assert "No mail comes in" not in ada.get("/inbox/")


def test_looking_for_alarms_is_cheap(app: Flask) -> None:
    with app.app_context():
        first = desk_alarms()
        assert all(desk_alarms() is first for _ in range(100))


def test_long_fetch_shows_how_far_it_is(app: Flask, ada: Browser) -> None:
    change(app, good_poll_at=clock.now(), backlog_done=312, backlog_total=10_000)
    assert "312 of 10,000 letters" in ada.get("/settings/mail")


def test_each_skipped_letter_has_its_reason(app: Flask, ada: Browser) -> None:
    now = clock.now()
    change(app, good_poll_at=now)
    values = {"mailbox_id": 1, "uidvalidity": 1, "sha256": "", "size": 2, "received_at": now, "kept_at": now}
    with app.app_context(), transaction() as session:
        for uid, (state, reason) in enumerate(
            [("done", ""), ("quarantined", "Too <many> parts."), ("done", "The same letter again."), ("stored", "")]
        ):
            session.add(Intake(uid=uid, path=f"{uid}.eml", state=state, reason=reason, **values))
    letter(app, now=now, intake_id=1)
    page = ada.get("/settings/mail")
    assert "Too &lt;many&gt; parts." in page and "The same letter again." in page
    figures = [line for line in page.replace("</dd>", "\n").splitlines() if "<dt>" in line]
    told = {one.split("<dt>")[-1].split("</dt>")[0]: one.rpartition("<dd>")[2] for one in figures}
    assert (told["Letters seen"], told["In tickets"], told["Skipped"], told["Not read yet"]) == ("4", "1", "2", "1")


def test_answers_that_did_not_get_through_say_what_to_do(app: Flask, ada: Browser) -> None:
    number = letter(app, now=clock.now())
    with app.app_context(), transaction() as session:
        for state in ("failed", "uncertain", "queued"):
            session.add(
                Delivery(ticket_id=number, receiver="cleo@example.org", state=state, last_error=f"It was {state}.",
                         due_at=clock.now(), created_at=clock.now() - timedelta(hours=5))
            )  # fmt: skip
    page = ada.get("/settings/mail")
    assert "It was failed." in page and "Put right what is wrong" in page
    assert "It was uncertain." in page and "It may have arrived." in page
    assert "1 answer waits" in page or "answers wait to be sent" in page
    assert "Late" in page and "5 h" in page


def test_no_secret_is_on_the_page(app: Flask, ada: Browser) -> None:
    change(app, imap_sealed=CANARY, smtp_sealed=CANARY, oauth_sealed=CANARY, oauth_fault="Sign in again.")
    page = ada.get("/settings/mail")
    assert CANARY not in page and "Somebody has to sign in again." in page


def test_in_french(app: Flask, ada: Browser) -> None:
    change(app, good_poll_at=clock.now() - timedelta(minutes=11), backlog_done=1, backlog_total=10_000)
    page = ada.get("/settings/mail", **{"Accept-Language": "fr"})
    assert "Aucun courriel n’arrive plus à support@shop.example." in page and "1 sur 10\u202f000 courriels" in page


def test_dns_is_asked_by_a_button_and_the_page_keeps_what_it_said(app: Flask, ada: Browser) -> None:
    change(app, good_poll_at=clock.now(), smtp_url="smtps://support@smtp.gmail.com:465")
    assert "Not asked yet." in ada.get("/settings/mail")
    with NameServer({"shop.example": ["v=spf1 mx <b> -all"], "_dmarc.shop.example": ["v=DMARC1; p=reject"]}) as server:
        app.extensions["dns"] = Dns(server.place)
        assert ada.post("/settings/mail", "/settings/mail/domains").status_code == 303
        asked = len(server.asked)
        page = ada.get("/settings/mail")
        ada.post("/settings/mail", "/settings/mail/domains")
        assert len(server.asked) == asked > 3  # neither the page nor a second press asks again
    assert "does not name Google" in page and "p=reject" in page
    assert "<code>v=spf1 mx &lt;b&gt; include:_spf.google.com ~all</code>" in page
    french = ada.get("/settings/mail", **{"Accept-Language": "fr"})
    assert "ne cite pas Google" in french and "Remplacez l’enregistrement par celui-ci." in french


def test_dns_that_does_not_answer_is_no_broken_page(app: Flask, ada: Browser) -> None:
    with NameServer({}, fails=True) as server:
        app.extensions["dns"] = Dns(server.place)
        assert ada.post("/settings/mail", "/settings/mail/domains").status_code == 303
    assert "DNS gave no answer for shop.example" in ada.get("/settings/mail")


def test_every_sentence_about_dns_can_be_said_in_other_languages() -> None:
    assert set(SENTENCES) == set(KNOWN)


def test_connected_account_shows_what_ends_when(app: Flask, ada: Browser) -> None:
    now = clock.now()
    change(
        app, good_poll_at=now, oauth_sealed=CANARY, oauth_provider="Microsoft", oauth_until=now + timedelta(hours=1)
    )  # fmt: skip
    page = ada.get("/settings/mail")
    assert "Connected account" in page and "(Microsoft)" in page and "nobody has noted when it ends" in page
    day = f"{now + timedelta(days=20):%Y-%m-%d}"
    assert ada.post("/settings/mail", "/settings/mail/1/secret", until=day).status_code == 303
    page = ada.get("/settings/mail?saved")
    assert f'value="{day}"' in page and "Look at this" in page and "Make a new one at the provider" in page
    change(app, oauth_secret_until=now - timedelta(days=1))
    assert "Over" in ada.get("/settings/mail")
    change(app, oauth_secret_until=now + timedelta(days=31))
    assert "Look at this" not in ada.get("/settings/mail")
    assert ada.post("/settings/mail", "/settings/mail/1/secret", until="soon").status_code == 400


def test_mailbox_with_a_password_has_no_sign_in_to_end(app: Flask, ada: Browser) -> None:
    page = ada.get("/settings/mail")
    assert "Connected account" not in page and "/secret" not in page


def test_sending_is_switched_on_after_a_restore_by_owners_and_admins(app: Flask, ada: Browser) -> None:
    with app.app_context(), transaction() as session:
        change_business(session, is_sending=False)
    app.extensions.pop("business", None)
    assert "Sending is off, as after a restore" in ada.get("/settings/mail")
    assert "Switch sending on" not in sign_in(app, "ben@shop.example").get("/settings/mail")
    assert ada.post("/settings/mail", "/settings/mail/sending").status_code == 303
    page = ada.get("/settings/mail")
    assert "Sending is off" not in page and "Switch sending off" in page
    assert "Switched sending on." in ada.get("/settings/audit")
    ada.post("/settings/mail", "/settings/mail/sending")
    assert "Sending is off" in ada.get("/settings/mail")
