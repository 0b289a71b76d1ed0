"""Articles beside a ticket: offered by its words, put into the reply as link or text, and never an internal one."""

from datetime import datetime

from flask import Flask
from sqlalchemy import select

from supportbox.inbox import reply
from supportbox.inbox.ticket import Ticket
from supportbox.kb.article import Article
from supportbox.kb.ticket_link import tickets_of
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from supportbox.work.article_links import link_articles
from tests.web.desk import Browser, letter, sign_in
from tests.web.reader import open_library


def article_id(app: Flask, slug: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Article.id).where(Article.slug == slug)).one()


def answer(app: Flask, number: int, text: str, now: datetime) -> int:
    with app.app_context(), transaction() as session:
        ada = session.scalars(select(Agent).where(Agent.name == "Ada")).one()
        return reply(session, session.get_one(Ticket, number), ada, text, now=now).id


def test_the_words_of_the_ticket_find_articles(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    number = letter(app, now=now, subject="Sending it back", text="How do I return an item?")
    ticket = f"/inbox/tickets/SB-{number}"
    assert f'data-beside="{ticket}/articles"' in ada.get(ticket)
    part = ada.get(f"{ticket}/articles?part=1")
    assert "<html" not in part
    assert "/help/en/a/return-an-item" in part
    assert "Opening hours" not in part
    assert "Opening hours" in ada.get(f"{ticket}/articles?q=opening")


def test_internal_articles_are_read_but_not_sent(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    ticket = f"/inbox/tickets/SB-{letter(app, now=now)}"
    page = ada.get(f"{ticket}/articles?q=zebrawood")
    assert "Supplier prices" in page and "Internal" in page
    assert "Insert link" not in page
    wanted = article_id(app, "supplier-prices")
    ada.get(f"{ticket}/articles?q=return")
    answer = ada.post(f"{ticket}/articles?q=return", f"{ticket}/articles/insertion", article=str(wanted))
    assert answer.status_code == 404
    assert "zebrawood" in ada.get("/help/en/search?q=zebrawood").split("<main")[1]


def test_an_article_is_put_into_the_reply(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    ticket = f"/inbox/tickets/SB-{letter(app, now=now)}"
    form = {"article": str(article_id(app, "return-an-item"))}
    address = "/help/en/a/return-an-item"
    linked = ada.post(f"{ticket}/articles?q=return", f"{ticket}/articles/insertion", **form).text
    reply_box = linked.split('<textarea id="reply"')[1].split("</textarea>")[0]
    assert "Return an item" in reply_box and reply_box.endswith(address)
    words = ada.post(f"{ticket}/articles?q=return", f"{ticket}/articles/insertion", **form, **{"as": "text"}).text
    reply_box = words.split('<textarea id="reply"')[1].split("</textarea>")[0]
    assert "Use the first box." in reply_box and "[!NOTE]" not in reply_box and "##" not in reply_box
    assert reply_box.endswith(address), "the link stays, so that the ticket is counted with the article"


def test_an_answer_can_become_an_article_but_not_by_light_agents(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    message = answer(app, number, "Yes.", now)
    there = f'href="/settings/help/new?message={message}"'
    assert there in ada.get(f"/inbox/tickets/SB-{number}")
    with app.app_context(), transaction() as session:
        session.scalars(select(Agent).where(Agent.name == "Ben")).one().role = "light"
    ben = sign_in(app, "ben@shop.example")
    assert there not in ben.get(f"/inbox/tickets/SB-{number}")


def test_replies_that_link_to_an_article_are_its_tickets(app: Flask, now: datetime) -> None:
    open_library(app, now)
    number = letter(app, now=now)
    base = app.extensions["settings"].base_url
    answer(app, number, f"See {base}/help/en/a/opening-hours.", now)
    answer(
        app, number, f"And again {base}/help/en/a/opening-hours or http://else.example/help/en/a/return-an-item", now
    )
    with app.app_context():
        for _ in range(2):
            link_articles(db.session())
        hours = tickets_of(db.session(), article_id(app, "opening-hours"), limit=9)
        assert [(one.ticket_id, one.how) for one in hours] == [(number, "linked")]
        assert tickets_of(db.session(), article_id(app, "return-an-item"), limit=9) == []
