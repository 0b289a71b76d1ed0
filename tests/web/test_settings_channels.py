"""The channels' settings: forms drawn from what a kind declares, secrets kept, the test in plain words, the lights."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox import clock, store
from supportbox.channels import vault
from supportbox.channels.gateways import gateways
from supportbox.doctor.channels import GRACE, lights
from supportbox.doctor.mail import intakes
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.audit import Audit
from supportbox.store import transaction
from supportbox.web.settings.channels_guides import SUBSCRIBED, guide_of
from supportbox.web.settings.channels_words import DECLARED, FIXES
from supportbox.work import Worker
from tests.channels.case import StandIn
from tests.channels.telegram.case import TOKEN, WORD, TelegramCase
from tests.house.tree import ROOT
from tests.web.desk import Browser

NEW = "/settings/channels/new/telegram"


@pytest.fixture
def telegram() -> Iterator[StandIn]:
    with StandIn(TelegramCase()).running() as stand_in:
        yield stand_in


def boxes(app: Flask) -> list[Mailbox]:
    with app.app_context():
        found = store.db.session.scalars(select(Mailbox).where(Mailbox.hook_token.is_not(None))).all()
        store.db.session.expunge_all()
        return list(found)


def add(ada: Browser, stand_in: StandIn, **other: str) -> str:
    """Add the bot; returns its page."""
    values = {"mailbox_address": "@teapots_bot", "token": TOKEN, "word": WORD, "api": stand_in.url, **other}
    saved = ada.post(NEW, NEW, **values)
    assert saved.status_code == 303, saved.text
    return saved.location.partition("?")[0]


@pytest.mark.parametrize("kind", list(gateways()))
def test_every_kind_has_a_form_with_all_that_it_declares(kind: str, ada: Browser) -> None:
    page = ada.get(f"/settings/channels/new/{kind}")
    for field in gateways()[kind].FIELDS:
        tag = next(tag for tag in re.findall("<(?:input|select)[^>]*>", page) if f'name="{field.name}"' in tag)
        assert ('type="password"' in tag) is field.is_secret
        if field.default:
            chosen = re.search(f'value="{field.default}"[^>]* selected', page.partition(tag)[2])
            assert f'value="{field.default}"' in tag or chosen
    assert f"/settings/channels/new/{kind}" in ada.get("/settings/channels")


@pytest.mark.parametrize("kind", list(gateways()))
def test_all_that_a_kind_declares_is_translated(kind: str) -> None:
    said = {text for field in gateways()[kind].FIELDS for text in (field.label, field.help) if text}
    assert said <= set(DECLARED)


def test_a_new_channel_has_an_address_to_be_called_and_no_secret_on_any_page(
    app: Flask, ada: Browser, telegram: StandIn
) -> None:
    page = add(ada, telegram)
    (box,) = boxes(app)
    shown = ada.get(page)
    assert f"/hooks/telegram/{box.hook_token}" in shown
    assert len(box.hook_token or "") >= 32
    assert TOKEN not in shown
    assert WORD not in shown
    assert TOKEN not in json.dumps(box.options)
    assert json.loads(vault.unseal(app.extensions["settings"], box.options_sealed)) == {"token": TOKEN, "word": WORD}
    with app.app_context():
        noted = store.db.session.scalars(select(Audit).order_by(Audit.id.desc())).first()
        assert noted
        assert (noted.kind, noted.data) == ("mailbox_added", {"mailbox": "@teapots_bot"})


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_kept(app: Flask, ada: Browser) -> None:
    answer = ada.post(NEW, NEW, mailbox_address="", token="", word="x", api="api.telegram.org")
    assert answer.status_code == 422
    assert set(re.findall(r'id="(\w+)-problem"', answer.text)) == {"address", "token", "api"}
    sms = "/settings/channels/new/sms"
    answer = ada.post(sms, sms, mailbox_address="my phone", account="A", token="t", api="https://api.twilio.com")
    assert re.findall(r'id="(\w+)-problem"', answer.text) == ["address"]
    assert not boxes(app)


def test_the_test_says_each_stage_and_one_fix_for_what_fails(app: Flask, ada: Browser, telegram: StandIn) -> None:
    page = add(ada, telegram)
    good = ada.post(page, page, mailbox_address="@teapots_bot", token="", word="", api=telegram.url, test="1")
    assert "Telegram knows the bot @teapots_bot." in good.text
    assert "Telegram will bring messages here." in good.text
    assert 'class="stage bad"' not in good.text
    (hook,) = [asked for asked in telegram.asked if asked.path.endswith("setWebhook")]
    assert json.loads(hook.body)["url"].endswith(f"/hooks/telegram/{boxes(app)[0].hook_token}")
    for values, sentence in (
        ({"token": "1:wrong"}, "does not accept our key any more"),
        ({"token": TOKEN, "api": "http://127.0.0.1:9"}, "Telegram does not answer."),
        ({"api": "http://telegram.example"}, "Providers are called over https:// only."),
    ):
        fields = {"mailbox_address": "@teapots_bot", "token": "", "word": "", "api": telegram.url, **values}
        bad = ada.post(page, page, test="1", **fields)
        assert sentence in bad.text
        assert bad.text.count('class="stage bad"') == 1
        assert any(fix in bad.text for fix in FIXES[:4])


def test_the_test_speaks_french(app: Flask, ada: Browser, telegram: StandIn) -> None:
    page = add(ada, telegram)
    ada.post("/settings/me", "/settings/me", language="fr", name="Ada", timezone="Europe/Paris")
    fields = {"mailbox_address": "@teapots_bot", "token": "1:wrong", "word": "", "api": telegram.url}
    said = ada.post(page, page, test="1", **fields).text
    assert "n’accepte plus notre clé (Unauthorized). Saisissez-en une nouvelle dans les réglages." in said


def test_an_address_is_taken_once(app: Flask, ada: Browser, telegram: StandIn) -> None:
    add(ada, telegram)
    again = ada.post(NEW, NEW, mailbox_address="@teapots_bot", token=TOKEN, word=WORD, api=telegram.url)
    assert again.status_code == 422
    assert len(boxes(app)) == 1


def test_one_number_may_take_texts_calls_and_whatsapp(app: Flask, ada: Browser) -> None:
    number, kinds = "+33 9 39 01 12 34", ("sms", "whatsapp")
    keys = {"account": "1", "token": "t", "app_secret": "s", "word": "w", "api": "https://api.example"}
    for kind in kinds:
        page = f"/settings/channels/new/{kind}"
        saved = ada.post(page, page, mailbox_address=number, **keys)
        assert saved.status_code == 303, saved.text
        again = saved.location.partition("?")[0]
        shown = re.findall(r'name="mailbox_address" value="([^"]*)"', ada.get(again))
        assert ada.post(again, again, mailbox_address=shown[0], **keys).status_code == 303
    assert [box.address for box in boxes(app)] == ["+33939011234", "33939011234"]


def test_paused_keeps_what_comes_and_deleted_forgets_the_secrets(app: Flask, ada: Browser, telegram: StandIn) -> None:
    page = add(ada, telegram)
    hook = f"/hooks/telegram/{boxes(app)[0].hook_token}"
    update = {"headers": {"X-Telegram-Bot-Api-Secret-Token": WORD}, "data": '{"update_id": 1}'}
    assert app.test_client().post(hook, **update).status_code == 200
    ada.post(page, f"{page}/pause")
    assert "What customers write is kept until you resume." in ada.get(page)
    message = {"message_id": 1, "chat": {"id": 7, "type": "private"}, "text": "The lid is broken."}
    said = {**update, "data": json.dumps({"update_id": 2, "message": message})}
    assert app.test_client().post(hook, **said).status_code == 200
    assert "Paused" in ada.get("/settings/channels")
    assert "1 message is kept until you resume." in ada.get(page)
    with app.app_context():
        (light,) = lights(store.db.session(), now=clock.now())
        assert (light.colour, "(1 so far)" in light.sentence) == ("amber", True)
        (intake,) = intakes(store.db.session(), now=clock.now() + timedelta(days=1))
        assert intake.colour == "green", "it waits because somebody said so"
    assert ada.post(page, f"{page}/deletion", address="@teapots_bot").status_code == 409
    ada.post(page, f"{page}/resume")
    with app.app_context():
        Worker(app).run_once(patience=0)
        store.let_go()
    assert ada.post(page, f"{page}/deletion", address="@other").status_code == 400
    assert ada.post(page, f"{page}/deletion", address="@teapots_bot").status_code == 303
    assert app.test_client().post(hook, **update).status_code == 404
    assert not boxes(app)
    with app.app_context():
        gone = store.db.session.scalars(select(Mailbox).where(Mailbox.address.like("@teapots_bot (%"))).one()
        assert (gone.options, gone.options_sealed) == ({}, "")


def test_a_channel_that_is_down_is_a_red_light_with_its_sentence(app: Flask, ada: Browser, telegram: StandIn) -> None:
    add(ada, telegram)
    now = clock.now()
    number = boxes(app)[0].id
    with app.app_context():
        assert [light.colour for light in lights(store.db.session(), now=now)] == ["green"]
        with transaction() as session:
            waiting = {"mailbox_id": number, "channel": "telegram", "receiver": "77001", "due_at": now, "attempts": 2}
            why = "Telegram cannot take messages now."
            session.add(Delivery(created_at=now - GRACE * 2, last_error=why, **waiting))
            session.add(Delivery(created_at=now - GRACE * 3, last_error=why, **waiting))
        (light,) = lights(store.db.session(), now=now)
        assert (light.colour, light.name) == ("red", "telegram @teapots_bot")
        assert "Telegram cannot take messages now. (2 waiting" in light.sentence
    page = ada.get("/settings/channels")
    assert "Down" in page
    assert "2 messages wait." in page
    assert "Telegram cannot take messages now." in page
    assert "channel" in app.test_client().get("/healthz").get_json()["unwell"]
    assert "Telegram cannot take messages now." in ada.get(f"/settings/channels/{number}")


@pytest.mark.parametrize("kind", list(gateways()))
def test_every_kind_says_what_one_needs_and_what_follows(kind: str) -> None:
    guide = guide_of(kind)
    assert guide.needs
    assert len(guide.steps) > 1
    assert set(guide.hints) <= {field.name for field in gateways()[kind].FIELDS}


def test_a_number_is_shown_in_groups_and_kept_as_it_is(app: Flask, ada: Browser) -> None:
    new, typed = "/settings/channels/new/whatsapp", "+33 9 39 01 12 34"
    fields = {"account": "1", "token": "t", "app_secret": "a", "word": "w", "api": "https://graph.facebook.com/v23.0"}
    page = ada.post(new, new, mailbox_address=typed, **fields).location.partition("?")[0]
    (box,) = boxes(app)
    assert (box.address, box.name) == ("33939011234", f"WhatsApp {typed}")
    assert f'value="{typed}"' in ada.get(page)
    assert f"WhatsApp · {typed}" in ada.get("/settings/channels")
    ada.post(page, page, mailbox_address=typed, **fields)
    assert [one.address for one in boxes(app)] == ["33939011234"]


def test_the_voice_menus_language_and_transcripts_are_chosen_not_typed(app: Flask, ada: Browser) -> None:
    new = "/settings/channels/new/voice"
    fields = {"account": "AC1", "token": "t", "api": "https://api.twilio.com", "language": "fr", "transcribe": "yes"}
    page = ada.post(new, new, mailbox_address="+33 9 39 01 12 34", **fields).location.partition("?")[0]
    (box,) = boxes(app)
    assert (box.options["language"], box.options["transcribe"]) == ("fr", "yes")
    shown = ada.get(page)
    assert re.search('value="fr"[^>]* selected', shown.partition('name="language"')[2])
    assert re.search('name="transcribe"[^>]* checked', shown)


def test_what_is_missing_stands_on_top_with_a_link_to_its_field(ada: Browser) -> None:
    new = "/settings/channels/new/webhook"
    page = ada.post(new, new, mailbox_address="", url="", secret="short").text
    assert page.count('role="alert"') == 1
    assert set(re.findall(r'<li><a href="#(\w+)">', page.partition('role="alert"')[2])) == {"address", "url", "secret"}


@pytest.mark.parametrize("kind", SUBSCRIBED)
def test_meta_is_asked_to_tell_of_the_same_events_here_and_in_the_documentation(kind: str, ada: Browser) -> None:
    documented = (ROOT / "docs" / "channels.md").read_text("utf-8")
    assert all(f"`{event}`" in documented for event in SUBSCRIBED[kind].split(", "))
    assert any(SUBSCRIBED[kind] in step for step in guide_of(kind).steps)
