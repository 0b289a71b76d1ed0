"""One story over real HTTP, IMAP and SMTP and in a browser: Cleo looks, chats, is written to, writes, calls, closes."""

import json
import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from supportbox import clock
from supportbox.demo.sandbox import HOST, Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.mail.letter import Letter
from supportbox.mail.parse import parse
from supportbox.people.business import change_business
from supportbox.people.contact import Contact
from supportbox.store import db, transaction
from tests.browser.served import CLEO, PATIENCE, Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DOT = "dot@demo.example"
ARTICLE = {"slug": "lids", "lang": "en", "title": "Order a new lid", "summary": "", "category": "Parts", "tags": [],
           "body": "Lids are ordered by their colour."}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox) -> Iterator[Served]:
    served = Served(tmp_path, sandbox)
    with served.app.app_context(), transaction() as session:
        session.add(Mailbox(address="chat", channel="chat", options={"nearness": 0}, created_at=clock.now()))
        change_business(session, authserv_ids=("mx.demo.example",))
    articles = tmp_path / "articles.jsonl"
    articles.write_text(json.dumps(ARTICLE))
    command = [sys.executable, "-m", "supportbox", "kb", "import", str(articles)]
    subprocess.run(command, env={"SUPPORTBOX_INSTANCE": str(tmp_path)}, check=True, capture_output=True)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def windows(browser: "Browser") -> "Iterator[Callable[[], BrowserContext]]":
    """A browser of its own for each person."""
    opened = []

    def new() -> "BrowserContext":
        context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE * 1000)
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


def test_cleo_never_says_anything_twice(shop: Served, windows: "Callable[[], BrowserContext]") -> None:
    cleo, ben = windows().new_page(), windows().new_page()
    shop.sign_in(ben, "ben")

    # She looks for an answer, and then asks a person.
    cleo.goto(f"{shop.address}/widget/panel?page=https://shop.example/teapots")
    cleo.fill("#q", "lid")
    cleo.locator("#found", has_text="Order a new lid").wait_for()
    cleo.click("[data-view=chat]")
    _say(cleo, "The lid of my teapot is broken.")

    # Her address is a claim until she follows the link that came there.
    cleo.click("#reach summary")
    cleo.fill("#name", "Cleo")
    cleo.fill("#email", CLEO)
    cleo.press("#email", "Enter")
    confirm = re.findall(r"http://\S+/widget/confirm/\S+", _letter(shop, CLEO, "/widget/confirm/").text)[0]
    other = cleo.context.new_page()
    other.goto(f"{shop.address}/widget/confirm/{confirm.rpartition('/')[2]}")
    other.click("main button")
    other.close()

    # Ben answers when she has gone; two minutes later it follows her by mail.
    number = _only_ticket(shop).id
    address = f"{shop.address}/inbox/tickets/SB-{number}"
    cleo.close()
    ben.goto(address)
    ben.fill("#chat-text", "A new lid is on its way.")
    ben.press("#chat-text", "Enter")
    _until(lambda: "A new lid is on its way." in shop.answers())
    _two_minutes_pass(shop)
    letter = _letter(shop, CLEO, "A new lid is on its way.")

    # She answers by mail, and it is the same ticket.
    _write(shop, CLEO, f"Re: {letter.subject}", "It is the blue one.", letter)
    _until(lambda: _said(shop)[-1][1] == "email")

    # She calls: Ben sees all of it first, and has it down within ten seconds of keys.
    ben.goto(address)
    for words in ("The lid of my teapot is broken.", "A new lid is on its way.", "It is the blue one."):
        assert words in ben.inner_text(".timeline")
    began = time.monotonic()
    ben.keyboard.press("p")
    ben.wait_for_url("**/inbox/calls/new*")
    ben.fill("#text", "Wants it by Friday, promised.")
    ben.press("#text", "Control+Enter")
    ben.wait_for_url(f"{address}*")
    assert time.monotonic() - began < 10

    # She closes it on her own page.
    cleo = cleo.context.new_page()
    cleo.goto(f"{shop.address}/widget/panel?page=https://shop.example/teapots")
    request = cleo.locator("#requests a").get_attribute("href") or ""
    cleo.goto(shop.address + request)
    page = cleo.inner_text("main")
    assert "It is the blue one." in page and "by Friday" not in page
    cleo.click("form[action$='/closure'] button")
    _until(lambda: _only_ticket(shop).status == "closed")
    assert _said(shop) == [
        ("customer", "chat", "The lid of my teapot is broken."),
        ("agent", "chat", "A new lid is on its way."),
        ("customer", "email", "It is the blue one."),
        ("note", "phone", "Wants it by Friday, promised."),
    ]
    _nothing_for_dot(shop, windows(), letter, request, number)


def _nothing_for_dot(shop: Served, context: "BrowserContext", letter: Letter, request: str, number: int) -> None:
    """With the reference, a guessed link, a copied chat's id, and Cleo's name on a letter that her domain disowns."""
    before = _said(shop)
    with shop.app.app_context():
        chat_id = db.session.scalars(select(Contact.value).where(Contact.kind == "chat")).one()
    page = context.new_page()
    for path in (request[:-2] + "xx", f"/r/{number}", f"/inbox/tickets/SB-{number}"):
        page.goto(shop.address + path)
        assert "blue one" not in page.content()
    seen = page.request.get(f"{shop.address}/widget/talk?after=0", headers={"X-Visitor": chat_id})
    assert "messages" not in seen.json()
    _write(shop, DOT, f"Re: {letter.subject} [SB-{number}]", "What did she order?", letter)
    forged = "mx.demo.example; dmarc=fail header.from=demo.example"
    _write(shop, CLEO, f"Re: {letter.subject}", "Send it to me instead.", letter, forged=forged)
    _until(lambda: _tickets(shop) >= 3)
    assert [one for one in _said(shop) if one in before] == before
    with shop.app.app_context():
        db.session.remove()
        own = list(db.session.scalars(select(Message.ticket_id).order_by(Message.id)))
    assert own.count(number) == len(before)
    assert not any("lid" in parse(raw).text.replace("What did she", "") for raw in shop.sandbox.inbox(DOT))


def _say(page: "Page", words: str) -> None:
    page.fill("#words", words)
    page.press("#words", "Enter")
    page.locator(".message.own[data-id]", has_text=words).wait_for()


def _two_minutes_pass(shop: Served) -> None:
    """For what waits to be fetched; the clock itself is the machine's."""
    with shop.app.app_context(), transaction() as session:
        session.execute(update(Delivery).where(Delivery.channel == "chat").values(due_at=clock.now()))


def _letter(shop: Served, address: str, words: str) -> Letter:
    found: list[Letter] = []

    def is_there() -> bool:
        found[:] = [one for raw in shop.sandbox.inbox(address) if words in (one := parse(raw)).text]
        return bool(found)

    _until(is_there)
    return found[-1]


def _write(shop: Served, sender: str, subject: str, text: str, answered: Letter, *, forged: str = "") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "support@demo.example", subject
    message["Message-ID"] = f"<{clock.now().timestamp()}@demo.example>"
    message["In-Reply-To"] = message["References"] = answered.message_id
    if forged:
        message["Authentication-Results"] = forged
    message.set_content(text)
    with smtplib.SMTP(HOST, shop.sandbox.smtp_port) as smtp:
        smtp.send_message(message)


def _said(shop: Served) -> list[tuple[str, str, str]]:
    with shop.app.app_context():
        db.session.remove()
        rows = db.session.scalars(select(Message).where((Message.kind != "note") | (Message.channel == "phone")))
        return [(row.kind, row.channel, row.visible.strip()) for row in rows]


def _only_ticket(shop: Served) -> Ticket:
    with shop.app.app_context():
        db.session.remove()
        return db.session.scalars(select(Ticket)).one()


def _tickets(shop: Served) -> int:
    with shop.app.app_context():
        db.session.remove()
        return len(db.session.scalars(select(Ticket.id)).all())


def _until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.2)
