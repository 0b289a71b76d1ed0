"""Notices, by letter and in the browser: who hears of what, what an answer does, and who never hears of anything."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from supportbox import clock
from supportbox.announce.announce import PAUSE, READER, announce
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Bookmark
from supportbox.inbox.message import Message
from supportbox.inbox.notice import Notice, mark_read
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.mail.letter import Letter
from supportbox.mail.parse import parse
from supportbox.people.agent import Agent
from supportbox.people.business import change_business
from supportbox.people.team import TeamMailbox, make_team
from supportbox.store import transaction
from tests.work.conftest import CLEO, SUPPORT, Desk, letter

ADA, BEN = "ada@demo.example", "ben@demo.example"
TICKET = 1001
SERVER = "mx.demo.example"


def told(desk: Desk, who: str) -> list[str]:
    """What an agent has been told, as kinds."""
    with transaction() as session:
        mine = select(Notice.kind).join(Agent, Agent.id == Notice.agent_id).where(Agent.email == who)
        return list(session.scalars(mine.order_by(Notice.id)))


def agent(desk: Desk, who: str, **values: object) -> int:
    with transaction() as session:
        found = session.scalars(select(Agent).where(Agent.email == who)).one()
        for name, value in values.items():
            setattr(found, name, value)
        return found.id


def give(desk: Desk, who: str, *, by: str | None) -> None:
    with transaction() as session:
        agents = {one.email: one for one in session.scalars(select(Agent))}
        session.get_one(Ticket, TICKET).assign(agents[who], by=agents[by] if by else None, at=clock.now())


def say(desk: Desk, who: str, text: str, *, is_note: bool = False) -> None:
    with transaction() as session:
        by = session.scalars(select(Agent).where(Agent.email == who)).one()
        reply(session, session.get_one(Ticket, TICKET), by, text, now=clock.now(), is_note=is_note)


def look(desk: Desk, now: datetime | None = None) -> None:
    announce(desk.settings, now or clock.now())


def letters(sandbox: Sandbox, who: str) -> list[Letter]:
    return [parse(raw) for raw in sandbox.inbox(who)]


@pytest.fixture
def opened(crew: Desk, sandbox: Sandbox) -> Desk:
    """Cleo has written, and both agents know."""
    sandbox.append(SUPPORT, letter())
    crew.once()
    assert told(crew, ADA) == told(crew, BEN) == ["new"]
    return crew


def test_a_letter_tells_of_an_assignment_and_its_answer_goes_to_the_customer(opened: Desk, sandbox: Sandbox) -> None:
    give(opened, BEN, by=ADA)
    opened.once()
    [got] = letters(sandbox, BEN)
    assert got.subject == "Ada gave you a ticket: Teapot [SB-1001]"
    assert "/inbox/tickets/SB-1001" in got.text and "your words go to the customer" in got.text
    assert told(opened, ADA) == ["new"] and letters(sandbox, ADA) == []
    with transaction() as session:
        change_business(session, authserv_ids=(SERVER,))
    sandbox.append(SUPPORT, _answer(sandbox, "We send a new lid."))
    opened.once()
    opened.once()
    [answer] = letters(sandbox, CLEO)
    assert answer.text.strip().startswith("We send a new lid.")
    message = opened.all(Message)[-1]
    assert (message.kind, message.sender_value) == ("agent", BEN)


def _answer(sandbox: Sandbox, text: str) -> bytes:
    """Ben's answer from his own mail program, vouched for by his mail server."""
    raw = sandbox.inbox(BEN)[-1].decode()
    reply_to = re.search(r"^reply-to:.*?<([^>]+)>", raw, re.I | re.M | re.S)
    assert reply_to
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Ben <{BEN}>", reply_to[1], "Re: Ada gave you a ticket"
    message["Message-ID"] = "<answer@demo.example>"
    message["Authentication-Results"] = f"{SERVER}; dmarc=pass header.from=demo.example"
    message.set_content(text)
    return message.as_bytes()


def test_an_answer_that_begins_with_note_stays_among_colleagues(opened: Desk, sandbox: Sandbox) -> None:
    give(opened, BEN, by=ADA)
    opened.once()
    with transaction() as session:
        change_business(session, authserv_ids=(SERVER,))
    sandbox.append(SUPPORT, _answer(sandbox, "@note She is a friend."))
    opened.once()
    opened.once()
    note = opened.all(Message)[-1]
    assert (note.kind, note.text.strip(), letters(sandbox, CLEO)) == ("note", "She is a friend.", [])


def test_own_acts_give_no_notice(opened: Desk) -> None:
    give(opened, BEN, by=BEN)
    say(opened, BEN, "A new lid is on its way.")
    say(opened, BEN, "@Ben think of the lid.", is_note=True)
    look(opened)
    assert told(opened, BEN) == ["new"] and told(opened, ADA) == ["new"]


def test_a_customers_answer_is_told_to_whom_the_ticket_belongs(opened: Desk, sandbox: Sandbox) -> None:
    give(opened, BEN, by=BEN)
    sandbox.append(SUPPORT, letter("Re: Teapot [SB-1001]", "And the spout?", number=2, in_reply_to="<1@demo.example>"))
    opened.once()
    opened.once()
    assert told(opened, BEN) == ["new", "mine"] and told(opened, ADA) == ["new"]
    [got] = letters(sandbox, BEN)
    assert got.subject.startswith("Cleo has answered: Teapot") and "> And the spout?" in got.text


def test_who_is_called_in_a_note_is_told_once_and_as_that(opened: Desk) -> None:
    give(opened, BEN, by=BEN)
    say(opened, ADA, "@ben what do we say?", is_note=True)
    look(opened)
    assert told(opened, BEN) == ["new", "mentioned"]


def test_a_ticket_out_of_sight_gives_no_notice(crew: Desk, sandbox: Sandbox) -> None:
    with transaction() as session:
        team = make_team(session, "Returns")
        session.add(TeamMailbox(team_id=team.id, mailbox_id=1))
    sandbox.append(SUPPORT, letter())
    crew.once()
    assert told(crew, ADA) == ["new"] and told(crew, BEN) == []


def test_spam_and_machines_give_no_notice(crew: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter(x_spam_flag="YES"))
    sandbox.append(SUPPORT, letter("Out of office", number=2, auto_submitted="auto-replied"))
    crew.once()
    assert crew.all(Ticket) and told(crew, ADA) == []


def test_what_happens_within_five_minutes_comes_in_one_letter(opened: Desk, sandbox: Sandbox) -> None:
    now = clock.now()
    give(opened, BEN, by=ADA)
    look(opened, now)
    say(opened, ADA, "@ben first", is_note=True)
    say(opened, ADA, "@ben second", is_note=True)
    look(opened, now + timedelta(minutes=1))
    opened.once()
    assert len(letters(sandbox, BEN)) == 1
    opened.once(now=lambda: now + PAUSE)
    opened.once(now=lambda: now + PAUSE)
    _, second = letters(sandbox, BEN)
    assert "> @ben first" in second.text and "> @ben second" in second.text


def test_what_was_read_in_the_browser_needs_no_letter(opened: Desk, sandbox: Sandbox) -> None:
    now = clock.now()
    give(opened, BEN, by=ADA)
    look(opened, now)
    say(opened, ADA, "@ben look", is_note=True)
    look(opened, now)
    with transaction() as session:
        mark_read(session, agent(opened, BEN), at=now, ticket_id=TICKET)
    look(opened, now + PAUSE)
    opened.once()
    assert len(letters(sandbox, BEN)) == 1


def test_an_agent_chooses_what_comes_and_how(crew: Desk, sandbox: Sandbox) -> None:
    agent(crew, ADA, notices={"new.browser": False})
    agent(crew, BEN, notices={"new.letter": True}, language="fr")
    sandbox.append(SUPPORT, letter())
    crew.once()
    crew.once()
    assert told(crew, ADA) == [] and letters(sandbox, ADA) == []
    [got] = letters(sandbox, BEN)
    assert got.subject == "Nouveau ticket de Cleo\xa0: Teapot [SB-1001]"


def test_reading_the_events_again_tells_nobody_twice(opened: Desk) -> None:
    with transaction() as session:
        session.delete(session.get_one(Bookmark, READER))
    del opened.app.extensions[READER]
    look(opened)
    assert told(opened, ADA) == ["new"]


def test_after_a_long_pause_nobody_hears_of_last_week(crew: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    crew.once(now=lambda: clock.now() - timedelta(days=7))
    with transaction() as session:
        session.query(Notice).delete()
        session.query(Bookmark).filter_by(reader=READER).delete()
    crew.app.extensions.pop(READER)
    look(crew)
    assert told(crew, ADA) == []


def test_a_flood_of_tickets_is_no_flood_of_letters(crew: Desk, sandbox: Sandbox) -> None:
    agent(crew, BEN, notices={"new.letter": True})
    for number in range(65):
        sandbox.append(SUPPORT, letter(f"Teapot {number}", number=number))
    crew.once()
    with transaction() as session:
        queued = session.query(Delivery).filter_by(kind="notice").count()
    assert queued == 60 and len(told(crew, BEN)) == 65
