"""Searching tickets from the page."""

import re
from datetime import datetime, timedelta

from flask import Flask

from supportbox.inbox.mailbox import Mailbox
from supportbox.people.team import Team, TeamMailbox
from supportbox.search.tickets import index_tickets
from supportbox.store import transaction
from tests.web.desk import Browser, letter, sign_in


def index(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        while index_tickets(session):
            pass


def found(page: str) -> list[int]:
    """The tickets of a list, in order."""
    return [int(number) for number in re.findall(r'class="subject" href="/inbox/tickets/SB-(\d+)', page)]


def test_words_names_and_numbers_find_the_ticket(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="Colis non reçu", text="La bonbonnière est cassée.", name="Amélie Roy")
    letter(app, now=now, subject="Something else", sender="dot@example.net")
    index(app)
    for query in ("recu", "REÇU", "bonbon", "amelie roy", "cleo@example.org cassee", "colis -"):
        assert found(ada.get(f"/inbox/search?q={query}")) == [number], query
    assert "No ticket has all of these words" in ada.get("/inbox/search?q=colis+absent")
    for query in (f"SB-{number}", f"sb-{number}", f"%23{number}", str(number)):
        assert ada.client.get(f"/inbox/search?q={query}").location == f"/inbox/tickets/SB-{number}"


def test_any_query_is_harmless(app: Flask, ada: Browser, now: datetime) -> None:
    letter(app, now=now)
    assert "What are you looking for?" in ada.get("/inbox/search")
    index(app)
    for query in ('"', "' OR 1=1", "NEAR(", "a*b", "x" * 9000, "😀", "(", "words:x", "²", "-", "AND OR NOT", "%00"):
        assert ada.client.get("/inbox/search", query_string={"q": query}).status_code == 200, query[:20]


def test_a_result_leads_to_the_message_and_shows_its_words(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="A question", text="Hello.")
    page = f"/inbox/tickets/SB-{number}"
    ada.post(page, f"{page}/notes", text="First note.")
    ada.post(page, f"{page}/notes", text="Line one.\nThe Élégant <b>vase</b> is the one with œufs on it.")
    ada.post(page, f"{page}/notes", text="Last note.")
    index(app)
    answer = ada.get("/inbox/search?q=elegant+oeu")
    assert f'href="{page}#m3"' in answer
    assert "The <mark>Élégant</mark> &lt;b&gt;vase&lt;/b&gt; is the one with <mark>œu</mark>fs" in answer
    assert f'href="{page}"' in ada.get("/inbox/search?q=subject:question")


def test_operators_work_in_the_search_field(app: Flask, ada: Browser, now: datetime) -> None:
    mine, other = letter(app, now=now, subject="Mine"), letter(app, now=now, subject="Other")
    ada.post(f"/inbox/tickets/SB-{mine}", f"/inbox/tickets/SB-{mine}/assignment", agent="me")
    index(app)
    assert found(ada.get("/inbox/search?q=assigned:me")) == [mine]
    assert found(ada.get("/inbox/search?q=is:open")) == [other, mine]
    assert found(ada.get("/inbox/search?q=is:open+order:oldest")) == [mine, other]
    assert found(ada.get("/inbox/search?q=is:open&sort=oldest")) == [mine, other]
    assert found(ada.get("/inbox/search?q=is:open+SB-1")) == [mine]


def test_what_is_not_understood_is_one_sentence(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="Blue")
    index(app)
    page = ada.get("/inbox/search?q=colour:blue+blue")
    assert "colour: is no operator" in page
    page = ada.get("/inbox/search?q=is:purple+blue")
    assert found(page) == [number]
    assert "is:purple is not known." in page
    page = ada.get("/inbox/search?q=" + "lamp " * 2000)
    assert "This is too long to be searched for" in page
    assert page.count('class="notice warn"') == 1
    assert "lamp lamp lamp" in page


def test_pages_of_results_meet(app: Flask, ada: Browser, now: datetime) -> None:
    made = [letter(app, now=now + timedelta(minutes=i), subject=f"Parcel {i}") for i in range(103)]
    index(app)
    for sort in ("newest", "oldest", "longest", "changed"):
        seen: list[int] = []
        address: str | None = f"/inbox/search?q=parcel&sort={sort}"
        while address:
            page = ada.get(address)
            seen += found(page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = "/inbox/search" + following[1].replace("&amp;", "&") if following else None
        assert seen == sorted(made, reverse=sort in ("newest", "changed")), sort


def test_hidden_mailboxes_hide_from_search_lists_counts_and_news(app: Flask, ada: Browser, now: datetime) -> None:
    with app.app_context(), transaction() as session:
        session.add(secret := Mailbox(address="boss@shop.example", name="Boss", created_at=now))
        session.add(team := Team(name="Bosses"))
        session.flush()
        session.add(TeamMailbox(team_id=team.id, mailbox_id=secret.id))
        number = secret.id
    ben = sign_in(app, "ben@shop.example")
    open_one = letter(app, now=now, subject="Parcel, for all")
    after = ben.get("/inbox/open").split('data-event="')[1].split('"')[0]
    hidden = letter(app, now=now, subject="Parcel, for few", mailbox=number)
    index(app)
    assert ben.client.get(f"/inbox/news?after={after}").status_code == 204
    assert ada.client.get(f"/inbox/news?after={after}").status_code == 200
    for address in ("/inbox/open", "/inbox/unassigned", "/inbox/search?q=parcel", "/inbox/search?q=is:open"):
        assert found(ben.get(address)) == [open_one], address
        assert set(found(ada.get(address))) == {open_one, hidden}, address
    page = ben.get("/inbox/open")
    assert "Boss" not in page
    assert '<span class="count">1</span>' in page
    assert '<span class="count">2</span>' in ada.get("/inbox/open")
    assert ben.client.get(f"/inbox/search?q=SB-{hidden}").status_code == 200
