"""The demo's world stands as the sample data say, and no mail leaves for what happened in it."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.config import load
from supportbox.demo import world
from supportbox.demo.cast import CLEO, DOT, MAIL_USERS
from supportbox.demo.correspondence import Correspondence
from supportbox.demo.letters import SampleTicket, sample_tickets
from supportbox.demo.restock import restock
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.saved_reply import SavedReply
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.inbox.views import SavedView
from supportbox.kb.article import Article
from supportbox.people.agent import Agent
from supportbox.people.customer import Customer
from supportbox.work.outgoing import outgoing_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "demo"
    world.make_world(folder, now=clock.now())
    return folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{folder / world.DATABASE}")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()


@pytest.mark.parametrize("sample", sample_tickets(), ids=lambda sample: sample.subject)
def test_each_ticket_is_as_the_sample_says(session: Session, sample: SampleTicket) -> None:
    ticket = session.scalars(select(Ticket).where(Ticket.subject == sample.subject)).one()
    messages = session.scalars(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.at)).all()
    assert [(one.kind, one.visible) for one in messages] == [(one.who, one.text) for one in sample.messages]
    assert (ticket.status, ticket.language, ticket.message_count) == (sample.status, sample.language, len(messages))
    assignee = session.get(Agent, ticket.assignee_id) if ticket.assignee_id else None
    assert (assignee.email.partition("@")[0] if assignee else None) == sample.assignee
    tags = session.scalars(select(Tag.name).join(TicketTag).where(TicketTag.ticket_id == ticket.id))
    assert sorted(tags) == sorted(sample.tags)
    assert (ticket.waiting_since is not None) == (sample.status == "open")
    customer = session.get_one(Customer, ticket.customer_id)
    assert customer.name == sample.name


def test_nothing_is_left_to_send_and_every_answer_bears_its_signed_id(session: Session) -> None:
    deliveries = session.scalars(select(Delivery)).all()
    told = [message for sample in sample_tickets() for message in sample.messages if message.who == "agent"]
    assert Counter(delivery.state for delivery in deliveries) == {"sent": len(told) + 1}  # one of them in a chat
    answers = session.scalars(select(Message).where(Message.kind == "agent")).all()
    answers = [one for one in answers if one.channel == "email"]
    assert {one.external_id for one in answers} == {one.external_id for one in deliveries if one.channel == "email"}
    assert all(one.external_id and one.external_id.startswith("<sb.10") for one in answers)


def test_attachments_are_on_the_disk_as_they_came(session: Session, folder: Path) -> None:
    files = session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert [file.filename for file in files] == ["lid.png", "box.png"]
    for file in files:
        content = (folder / "files" / file.token[:2] / file.token).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), file.content_type) == (file.sha256, "image/png")


def test_articles_are_public_in_both_languages(session: Session) -> None:
    languages = session.scalars(select(Article.lang).where(Article.status == "public"))
    assert Counter(languages) == {"en": 12, "fr": 12}


def test_the_customers_hold_their_letters_in_threads(session: Session, folder: Path) -> None:
    settings = load({}, instance=folder)
    mailbox = session.scalars(select(Mailbox).where(Mailbox.channel == "email")).one()
    with Sandbox([(one.email, one.password) for one in MAIL_USERS]) as sandbox:
        restock(sandbox, session, settings, mailbox, outgoing_of)
        letters = Correspondence(sandbox)
        cleos = {one.subject: [paper.is_own for paper in one.papers] for one in letters.threads(CLEO)}
        dots = [paper.text for one in letters.threads(DOT) for paper in one.papers]
        assert sandbox.inbox(mailbox.address) == []
    own, got = True, False
    assert cleos == {
        "Teapot lid arrived chipped (order 10477)": [own, got, own, own],
        "Carte cadeau pour ma belle-mère": [own, got, own, got],
        "New address for order 10391": [own, got, own],
    }
    assert len(dots) == 2 and dots[1].endswith("Your request: SB-1004")


def test_only_a_whole_world_of_this_version_is_ready(folder: Path, tmp_path: Path) -> None:
    assert world.is_ready(folder)
    assert not world.is_ready(tmp_path)
    world.make_world(other := tmp_path / "demo", now=clock.now())
    engine = create_engine(f"sqlite:///{other / world.DATABASE}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    assert not world.is_ready(other)
    (other / world.DATABASE).write_bytes(b"no database, only bytes" * 100)
    assert not world.is_ready(other)


def test_a_world_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    (folder := tmp_path / "demo").mkdir()
    (folder / "leftover").touch()
    (tmp_path / "demo.part").mkdir()
    world.make_world(folder, now=clock.now())
    assert world.is_ready(folder) and not (folder / "leftover").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_replies_a_view_and_a_mention_lie_ready(session: Session) -> None:
    languages = Counter(session.scalars(select(SavedReply.language)))
    assert languages == {"en": 3, "fr": 2}
    assert session.scalars(select(SavedView.name).where(SavedView.agent_id.is_(None))).all() == ["Broken on the way"]
    told = session.scalars(select(Event.kind).where(Event.kind == "mentioned")).all()
    assert told == ["mentioned"]
