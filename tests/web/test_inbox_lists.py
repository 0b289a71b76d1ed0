"""Folders: what is in them, in which order, how many, and at what cost."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from supportbox.inbox.snooze import snooze
from supportbox.inbox.tagging import tag
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from tests.web.desk import Browser, letter, sign_in


def numbers(page: str) -> list[int]:
    """The tickets of a list, in order."""
    return [
        int(part.split("?")[0].split('"')[0]) for part in page.split('class="subject" href="/inbox/tickets/SB-')[1:]
    ]


def test_a_letter_waits_among_the_unassigned(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="Where is <my> parcel?")
    page = ada.get("/inbox/")
    assert numbers(page) == [number]
    assert "Where is &lt;my&gt; parcel?" in page
    assert page.count("<h1") == 1


def test_who_waits_longest_comes_first_and_who_waits_for_nothing_last(app: Flask, ada: Browser, now: datetime) -> None:
    late = letter(app, now=now, subject="Second")
    early = letter(app, now=now - timedelta(hours=5), subject="First", sender="dot@example.net")
    calm = letter(app, now=now - timedelta(hours=9), subject="Third")
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, calm).waiting_since = None
    assert numbers(ada.get("/inbox/unassigned")) == [early, late, calm]


@pytest.mark.parametrize("folder", ["unassigned", "open", "closed"])
def test_pages_of_fifty_meet_without_gap(app: Flask, ada: Browser, now: datetime, folder: str) -> None:
    made = [letter(app, now=now + timedelta(minutes=i // 3), subject=f"Matter {i}") for i in range(104)]
    with app.app_context(), transaction() as session:
        for number in made[::2] if folder != "closed" else made:
            ticket = session.get_one(Ticket, number)
            ticket.waiting_since = None
            ticket.status = "closed" if folder == "closed" else "open"
    seen: list[int] = []
    address: str | None = f"/inbox/{folder}"
    while address:
        page = ada.get(address)
        seen += numbers(page)
        parts = page.split('rel="next" href="')
        address = f"/inbox/{folder}" + parts[1].split('"')[0].replace("&amp;", "&") if len(parts) > 1 else None
    assert len(seen) == len(made)
    assert set(seen) == set(made)


def test_each_ticket_is_in_its_folders(app: Flask, ada: Browser, now: datetime) -> None:
    names = ("mine", "bens", "waiting", "closed", "spam", "snoozed", "deleted", "fresh")
    made = {name: letter(app, now=now, subject=name) for name in names}
    with app.app_context(), transaction() as session:
        first, second = session.query(Agent).order_by(Agent.id)
        tickets = {name: session.get_one(Ticket, number) for name, number in made.items()}
        tickets["mine"].assign(first, by=first, at=now)
        tickets["bens"].assign(second, by=first, at=now)
        tickets["waiting"].wait(by=first, at=now)
        tickets["closed"].close(by=first, at=now)
        tickets["spam"].mark_spam(by=first, at=now)
        snooze(session, tickets["snoozed"], until=now + timedelta(days=1), by=first, at=now)
        tickets["deleted"].deleted_at = now
    expected = {
        "unassigned": ["fresh"], "mine": ["mine"], "assigned": ["mine", "bens"], "open": ["mine", "bens", "fresh"],
        "waiting": ["waiting"], "snoozed": ["snoozed"], "closed": ["closed"], "spam": ["spam"], "deleted": ["deleted"],
    }  # fmt: skip
    for folder, wanted in expected.items():
        assert numbers(ada.get(f"/inbox/{folder}")) == [made[name] for name in wanted], folder
    page = ada.get("/inbox/mine")
    for folder, number in (
        ("unassigned", 1),
        ("mine", 1),
        ("assigned", 2),
        ("open", 3),
        ("waiting", 1),
        ("snoozed", 1),
    ):
        part = page.split(f'href="/inbox/{folder}"')[1].split("</li>")[0]
        assert f'<span class="count">{number}</span>' in part, folder


def test_only_one_tag_or_mailbox(app: Flask, ada: Browser, now: datetime) -> None:
    plain, tagged = letter(app, now=now), letter(app, now=now, subject="Big order")
    with app.app_context(), transaction() as session:
        tag(session, session.get_one(Ticket, tagged), "VIP  client", by=session.query(Agent).first(), at=now)
    page = ada.get("/inbox/open")
    assert numbers(page) == [plain, tagged]
    assert 'href="/inbox/open?tag=vip%20client"' in page
    assert numbers(ada.get("/inbox/open?tag=vip%20client")) == [tagged]
    assert numbers(ada.get("/inbox/open?mailbox=1")) == [plain, tagged]
    assert numbers(ada.get("/inbox/open?mailbox=2")) == []


def test_late_is_said_in_a_word(app: Flask, ada: Browser, now: datetime) -> None:
    letter(app, now=now - timedelta(days=3))
    assert "Late" in ada.get("/inbox/")


def test_nonsense_in_the_address_is_harmless(app: Flask, ada: Browser) -> None:
    for query in (
        "after=x",
        "after=9e9.1",
        "after=" + "9" * 30 + ".1",
        "mailbox=x",
        "start=99999999999",
        "after=..",
        "mailbox=²",
        "mailbox=" + "9" * 25,
        "after=5." + "9" * 25,
        "closed=" + "9" * 25,
    ):
        assert ada.client.get(f"/inbox/open?{query}").status_code == 200, query
    many = "9" * 25
    for path in (
        "nowhere",
        f"tickets/SB-{many}",
        f"customers/{many}",
        f"intakes/{many}/raw",
        f"tickets/SB-1/messages/{many}/original",
    ):
        assert ada.client.get(f"/inbox/{path}").status_code == 404, path
    assert ada.client.get("/inbox/search?q=" + many).status_code == 200


@pytest.mark.parametrize(
    "path", ["/inbox/open", "/inbox/search?q=parcel", "/inbox/tickets/SB-{}", "/inbox/customers/1"]
)
def test_the_number_of_queries_does_not_grow(app: Flask, ada: Browser, now: datetime, path: str) -> None:
    first = letter(app, now=now, subject="Where is my parcel?")
    counted: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def cost() -> int:
        ada.get(path.format(first))
        counted.clear()
        ada.get(path.format(first))
        return len([statement for statement in counted if statement.startswith("SELECT")])

    before = cost()
    for i in range(30):
        letter(app, now=now + timedelta(minutes=i), subject=f"Where is my parcel, for the {i}th time?")
    assert cost() <= before + (1 if "search" in path else 0)
    assert before <= 15


def test_a_page_learns_of_news(app: Flask, ada: Browser, now: datetime) -> None:
    first = letter(app, now=now)
    after = ada.get("/inbox/").split('data-event="')[1].split('"')[0]
    other = sign_in(app, "ben@shop.example")
    page = f"/inbox/tickets/SB-{first}"
    assert ada.client.get(f"/inbox/news?after={after}").status_code == 204
    other.post(page, f"{page}/closure")
    assert ada.client.get(f"/inbox/news?after={after}").status_code == 204
    assert ada.client.get(f"/inbox/news?after={after}&ticket={first}").status_code == 200
    assert other.client.get(f"/inbox/news?after={after}&ticket={first}").status_code == 204
    letter(app, now=now, subject="Another")
    assert ada.client.get(f"/inbox/news?after={after}").status_code == 200
    assert ada.client.get("/inbox/news?after=x&ticket=²").status_code == 204
