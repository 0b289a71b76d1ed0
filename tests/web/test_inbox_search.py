"""Searching tickets from the page."""

from datetime import datetime

from flask import Flask

from supportbox.search.tickets import index_tickets
from supportbox.store import transaction
from tests.web.desk import Browser, letter


def index(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        while index_tickets(session):
            pass


def test_words_names_and_numbers_find_the_ticket(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="Colis non reçu", text="La bonbonnière est cassée.", name="Amélie Roy")
    letter(app, now=now, subject="Something else", sender="dot@example.net")
    index(app)
    for query in ("recu", "REÇU", "bonbon", "amelie roy", "cleo@example.org cassee", "colis -"):
        assert f'/inbox/tickets/SB-{number}"' in ada.get(f"/inbox/search?q={query}"), query
    assert "No ticket has all of these words" in ada.get("/inbox/search?q=colis+absent")
    for query in (f"SB-{number}", f"sb-{number}", f"%23{number}", str(number)):
        assert ada.client.get(f"/inbox/search?q={query}").location == f"/inbox/tickets/SB-{number}"


def test_any_query_is_harmless(app: Flask, ada: Browser, now: datetime) -> None:
    letter(app, now=now)
    assert "What are you looking for?" in ada.get("/inbox/search")
    index(app)
    for query in ('"', "' OR 1=1", "NEAR(", "a*b", "x" * 9000, "😀", "(", "words:x", "²", "-", "AND OR NOT", "%00"):
        assert ada.client.get("/inbox/search", query_string={"q": query}).status_code == 200, query[:20]
