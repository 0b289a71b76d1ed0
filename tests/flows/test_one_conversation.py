"""One story: Cleo goes from channel to channel and stays in one ticket; Dot, with all that she copied, sees nothing."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from supportbox import clock, store
from supportbox.channels import vault
from supportbox.channels.gateways import gateways
from supportbox.channels.kinds import KINDS
from supportbox.demo.cast import CUSTOMERS
from supportbox.inbox.callback import Callback
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.store import transaction
from tests.channels.case import Call, Case, StandIn
from tests.channels.sms.case import SmsCase
from tests.channels.voice.case import VoiceCase
from tests.channels.whatsapp.case import WhatsappCase
from tests.flows.conftest import Shop
from tests.web.desk import Browser

CLEO = next(one for one in CUSTOMERS if one.email == "cleo@demo.example")
LINK = re.compile(r"/go/[A-Za-z0-9_-]{43}")
BASE = "http://127.0.0.1:8000"


@dataclass
class Line:
    """One channel of the shop with its provider's stand-in."""

    case: Case
    stand_in: StandIn
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def hook_url(self) -> str:
        return f"{BASE}/hooks/{self.case.KIND}/{self.token}"

    @property
    def last(self) -> str:
        """What the customer read last on their phone."""
        return self.stand_in.sent[-1][1]


@dataclass
class Town:
    shop: Shop
    lines: dict[str, Line]

    def call(self, kind: str, call: Call) -> TestResponse:
        path = f"/hooks/{kind}/{self.lines[kind].token}" + (f"?{call.query}" if call.query else "")
        client = self.shop.app.test_client()
        return client.open(path, method=call.method, data=call.body, headers=dict(call.headers), base_url=BASE)

    def says(self, kind: str, text: str, *, sender: str = "", outside_id: str) -> Call:
        line = self.lines[kind]
        call = line.case.message(line.hook_url, sender or line.case.CLEO, text, outside_id=outside_id, at=clock.now())
        assert self.call(kind, call).status_code == 200
        self.shop.round()
        return call

    def entries(self) -> list[tuple[str, str, str]]:
        """Kind, channel and words of all that was said, in order."""
        with self.shop.app.app_context():
            rows = store.db.session.scalars(select(Message).order_by(Message.id))
            return [(row.kind, row.channel, row.visible.strip()) for row in rows]


@pytest.fixture
def town(shop: Shop) -> Iterator[Town]:
    lines = {}
    with ExitStack() as stack:
        for number, case in enumerate((WhatsappCase(), SmsCase(), VoiceCase())):
            line = Line(case, stack.enter_context(StandIn(case).running()))
            lines[case.KIND] = line
            _add(shop, line, f"+3393901123{number}")
        with shop.app.app_context(), transaction() as session:
            session.add(Mailbox(address="chat", channel="chat", options={"nearness": 0}, created_at=clock.now()))
        yield Town(shop, lines)


def _add(shop: Shop, line: Line, address: str) -> None:
    secret = {one.name for one in gateways()[line.case.KIND].FIELDS if one.is_secret}
    options = line.case.options(line.stand_in.url)
    sealed = json.dumps({name: value for name, value in options.items() if name in secret})
    with shop.app.app_context(), transaction() as session:
        session.add(
            Mailbox(
                address=address,
                channel=line.case.KIND,
                hook_token=line.token,
                options={name: value for name, value in options.items() if name not in secret},
                options_sealed=vault.seal(shop.app.extensions["settings"], sealed),
                created_at=clock.now(),
            )
        )


def _invite(ada: Browser, ticket: int, channel: str) -> None:
    here = f"/inbox/tickets/SB-{ticket}/continuations"
    assert ada.post(here, here, channel=channel).status_code == 303


def _answer(ada: Browser, ticket: int, text: str) -> None:
    here = f"/inbox/tickets/SB-{ticket}"
    way = re.search(r'<option value="([^"]*)"[^>]* selected>', ada.get(here).split('id="way"')[1])
    assert way
    assert ada.post(here, f"{here}/replies", text=text, way=way[1]).status_code == 303


def _digits(text: str) -> str:
    found = re.search(r"\d{3} \d{3}", text)
    assert found
    return found[0]


def test_one_ticket_over_five_channels(town: Town) -> None:
    shop, whatsapp, sms = town.shop, town.lines["whatsapp"], town.lines["sms"]
    ada, phone, dot = shop.sign_in(), shop.app.test_client(), shop.app.test_client()

    first = town.says("whatsapp", "The lid of my teapot is broken.", outside_id="wamid.1")
    (ticket,) = shop.tickets()

    # Into the chat, by a link that came by WhatsApp; Dot looked over her shoulder.
    _invite(ada, ticket.id, "chat")
    shop.round()
    link = LINK.findall(whatsapp.last)[0]
    assert "teapot" not in dot.get(link).text
    opened = phone.post(f"{link}/chat").text
    assert dot.post(f"{link}/chat").status_code == dot.get(link).status_code == 404
    visitor = re.findall(r'data-visitor="([^"]+)"', opened)[0]
    request = re.findall(r'href="(/r/[^"#]+)#last"', opened)[0]
    headers = {"X-Visitor": visitor}
    history = phone.get("/widget/talk?after=0", headers=headers).get_json()
    assert "The lid of my teapot is broken." in str(history["messages"])
    assert "messages" not in dot.get("/widget/talk?after=0", headers={"X-Visitor": "x" * 43}).get_json()
    said = phone.post("/widget/talk", data={"text": "It is the blue one.", "key": "k" * 12}, headers=headers)
    assert said.status_code == 200

    # She leaves, and wants the answer by text message.
    phone.post(f"{request}/answers/code", data={"kind": "sms", "value": "06 12 34 56 78"})
    shop.round()
    assert phone.post(f"{request}/answers/proof", data={"code": _digits(sms.last)}).status_code == 303
    _answer(ada, ticket.id, "A new lid is on its way.")
    shop.round()
    assert sms.stand_in.sent[-1] == (sms.case.CLEO, "A new lid is on its way.")

    # On to letters, by a link in a text message.
    _invite(ada, ticket.id, "email")
    shop.round()
    link = LINK.findall(sms.last)[0]
    phone.post(f"{link}/code", data={"value": CLEO.email})
    shop.round()
    code = next(one.newest.text for one in shop.letters.threads(CLEO) if "code" in one.subject.lower())
    assert phone.post(f"{link}/proof", data={"code": _digits(code)}).status_code == 303
    shop.round()
    thread = next(one for one in shop.letters.threads(CLEO) if ticket.reference in one.subject + one.newest.text)
    shop.letters.answer(CLEO, thread, text="It has come, thank you.", now=clock.now())
    shop.round()

    # And by phone, from the number that she has proven.
    voice = town.lines["voice"]
    assert isinstance(voice.case, VoiceCase)
    for step, form in (("", {}), ("chosen", {"Digits": "1"})):
        assert town.call("voice", voice.case.step(voice.hook_url, voice.case.CLEO, step, **form)).status_code == 200
    shop.round()

    assert [one.id for one in shop.tickets()] == [ticket.id]
    told = town.entries()
    assert [(kind, channel) for kind, channel, _words in told] == [
        ("customer", "whatsapp"), ("agent", "whatsapp"), ("customer", "chat"), ("agent", "sms"), ("agent", "sms"),
        ("customer", "email"), ("customer", "voice"),
    ]  # fmt: skip
    assert told[5][2] == "It has come, thank you."
    with shop.app.app_context():
        assert store.db.session.scalars(select(Callback.ticket_id)).one() == ticket.id

    # What was replayed adds nothing.
    assert town.call("whatsapp", first).status_code == 200
    shop.round()
    assert town.entries() == told
    # What was forged is turned away.
    forged = replace(first, body=first.body.replace(b"broken", b"stolen"))
    assert town.call("whatsapp", forged).status_code == 403
    # The copied links, brought by WhatsApp, are a matter of Dot's own, which shows her nothing of Cleo's.
    for number, path in enumerate((link, LINK.findall(whatsapp.last)[0])):
        town.says(
            "whatsapp", f"go-{path.removeprefix('/go/')}", sender=whatsapp.case.DOT, outside_id=f"wamid.dot{number}"
        )
    assert [one.customer_id == ticket.customer_id for one in shop.tickets()] == [True, False]
    assert town.entries()[: len(told)] == told
    for address in (link, f"{request[:-1]}x", f"{request[:-1]}x/answers", f"{request[:-1]}x/safe"):
        assert dot.get(address).status_code == 404
    assert set(KINDS) >= {"whatsapp", "sms", "voice", "chat", "email"}


def test_a_number_with_a_new_owner_opens_nothing(town: Town) -> None:
    town.says("whatsapp", "The lid of my teapot is broken.", outside_id="wamid.1")
    (ticket,) = town.shop.tickets()
    with town.shop.app.app_context(), transaction() as session:
        long_ago = clock.now().replace(year=clock.now().year - 1)
        session.get_one(Ticket, ticket.id).customer_at = long_ago
        session.scalars(select(Message)).one().at = long_ago
    town.says("whatsapp", "Hello, who is this?", outside_id="wamid.2")
    old, new = town.shop.tickets()
    assert old.id == ticket.id
    assert town.shop.words(new.id) == [("customer", "Hello, who is this?")]
