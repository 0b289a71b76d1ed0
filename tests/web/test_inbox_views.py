"""Saved views: a search under a name, one's own or everybody's."""

from datetime import datetime

from flask import Flask

from supportbox.inbox.views import MOST, SavedView
from supportbox.search.tickets import index_tickets
from supportbox.store import transaction
from tests.web.desk import Browser, form_fields, letter, sign_in


def save(browser: Browser, name: str, query: str, **fields: str) -> str:
    """Save a search as a view; returns its address."""
    page = browser.get(f"/inbox/search?q={query}")
    answer = browser.client.post("/inbox/views", data={**form_fields(page, "/inbox/views"), "name": name, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def index(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        while index_tickets(session):
            pass


def test_a_search_becomes_a_view_that_stands_in_the_folders(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="Blue cup")
    letter(app, now=now, subject="Red lamp", sender="dot@example.net")
    index(app)
    address = save(ada, "Cups <3", "subject:cup")
    page = ada.get(address)
    assert f'href="{address}" aria-current="page"' in page
    assert "Cups &lt;3" in page
    assert page.count('class="subject"') == 1
    assert f'/inbox/tickets/SB-{number}"' in page


def test_a_view_of_ones_own_is_nobody_elses(app: Flask, ada: Browser) -> None:
    address = save(ada, "Mine alone", "is:open")
    ben = sign_in(app, "ben@shop.example")
    assert ben.client.get(address).status_code == 404
    assert "Mine alone" not in ben.get("/inbox/")
    token = {**form_fields(ben.get("/settings/me"), "/settings/me"), "name": "x", "q": "x"}
    assert ben.client.post(address, data=token).status_code == 404
    assert ben.client.post(f"{address}/delete", data=token).status_code == 404


def test_only_managers_share_and_change_what_is_shared(app: Flask, ada: Browser) -> None:
    shared = save(ada, "For all", "is:open", shared="1")
    ben = sign_in(app, "ben@shop.example")
    assert "For all" in ben.get(shared)
    assert f'action="{shared}"' not in ben.get(shared)
    token = {**form_fields(ben.get("/settings/me"), "/settings/me"), "name": "Ben's", "q": "is:open"}
    assert ben.client.post(shared, data=token).status_code == 403
    assert ben.client.post(f"{shared}/delete", data=token).status_code == 403
    assert ben.client.post("/inbox/views", data={**token, "shared": "1"}).status_code == 403
    own = ben.client.post("/inbox/views", data=token).location
    assert ben.client.post(own, data={**token, "shared": "1"}).status_code == 403


def test_a_view_can_be_changed_and_deleted(app: Flask, ada: Browser, now: datetime) -> None:
    letter(app, now=now)
    address = save(ada, "First name", "is:closed")
    assert "No ticket fits this view now." in ada.get(address)
    ada.post(address, address, name="Second name", q="is:open")
    page = ada.get(address)
    assert "Second name" in page
    assert "First name" not in page
    assert page.count('class="subject"') == 1
    assert ada.post(address, f"{address}/delete").location == "/inbox/"
    assert ada.client.get(address).status_code == 404
    assert "Second name" not in ada.get("/inbox/")


def test_open_tickets_of_a_view_come_as_they_wait(app: Flask, ada: Browser, now: datetime) -> None:
    first, second = letter(app, now=now, subject="A"), letter(app, now=now, subject="B")
    address = save(ada, "Open", "is:open")
    page = ada.get(address)
    assert page.index(f"SB-{first}") < page.index(f"SB-{second}")
    page = ada.get(f"{address}?sort=newest")
    assert page.index(f"SB-{second}") < page.index(f"SB-{first}")


def test_nonsense_is_one_sentence(app: Flask, ada: Browser) -> None:
    token = form_fields(ada.get("/settings/me"), "/settings/me")
    for fields in ({"name": "", "q": "a"}, {"name": "x" * 61, "q": "a"}, {"name": "x", "q": " "},
                   {"name": "x", "q": "a" * 501}):  # fmt: skip
        assert ada.client.post("/inbox/views", data={**token, **fields}).status_code == 400
    with app.app_context(), transaction() as session:
        session.add_all(SavedView(name=f"View {i}", query="a", agent_id=1) for i in range(MOST))
    assert ada.client.post("/inbox/views", data={**token, "name": "one more", "q": "a"}).status_code == 400
