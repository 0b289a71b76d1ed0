"""The two ways in that nobody calls a hook of: letters over IMAP and SMTP, and the talk in the widget."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import TypeVar

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase

from supportbox import clock, store
from supportbox.channels.channel import Channel
from supportbox.channels.email.accounts import add_mailbox
from supportbox.channels.kinds import open_channel
from supportbox.demo.postman import Drop
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import transaction
from supportbox.work import Worker
from tests.servers import PASSWORD
from tests.web.widget.conftest import Guest
from tests.work.conftest import CLEO, DOT, SUPPORT, letter

Row = TypeVar("Row", bound=DeclarativeBase)


@dataclass
class Way(ABC):
    """One desk with one way in and out. `AFTER_SILENCE` is what an answer is when nobody knows whether it arrived."""

    app: Flask
    sandbox: Sandbox
    later: timedelta = timedelta(0)

    KIND = AFTER_SILENCE = ""

    def now(self) -> datetime:
        return clock.now() + self.later

    @abstractmethod
    def connect(self) -> None:
        """Add the mailbox, as an owner would."""

    @abstractmethod
    def say(self, text: str, *, number: int = 1, is_dot: bool = False) -> None:
        """Words of Cleo's or of Dot's; the same number is the same message sent again."""

    @abstractmethod
    def arrived(self) -> Sequence[str]:
        """Our words that Cleo has, each as often as she got it."""

    @abstractmethod
    def silence(self) -> AbstractContextManager[None]:
        """What is handed over meanwhile arrives, and nobody hears that it did."""

    def work(self) -> None:
        store.db.session.remove()
        Worker(self.app, clock=self.now).run_once(patience=0)

    def answer(self, text: str = "A new one is on its way.") -> None:
        store.db.session.remove()
        with transaction() as session:
            ada = session.scalars(select(Agent)).one()
            reply(session, session.get_one(Ticket, 1001), ada, text, now=self.now())

    def channel(self) -> Channel:
        box = self.all(Mailbox)[0]
        store.db.session.expunge(box)
        return open_channel(self.app.extensions["settings"], box)

    def all(self, kind: type[Row]) -> Sequence[Row]:
        store.db.session.remove()
        return store.db.session.scalars(select(kind).order_by(*kind.__table__.primary_key)).all()


class Letters(Way):
    KIND, AFTER_SILENCE = "email", "uncertain"

    def connect(self) -> None:
        imap = f"imap://support%40demo.example@127.0.0.1:{self.sandbox.imap_port}"
        smtp = f"smtp://127.0.0.1:{self.sandbox.smtp_port}"
        settings, now = self.app.extensions["settings"], clock.now()
        with transaction() as session:
            box = add_mailbox(session, settings, SUPPORT, imap_url=imap, smtp_url=smtp, password=PASSWORD, now=now)
            box.has_acknowledgement = False

    def say(self, text: str, *, number: int = 1, is_dot: bool = False) -> None:
        headers = {"from": f"Dot <{DOT}>"} if is_dot else {"in_reply_to": "<1@demo.example>"} if number > 1 else {}
        self.sandbox.append(SUPPORT, letter(text, text, number=number, **headers))

    def arrived(self) -> Sequence[str]:
        bodies = [message_from_bytes(raw, policy=default).get_body(("plain",)) for raw in self.sandbox.inbox(CLEO)]
        return [body.get_content().strip() for body in bodies if body]

    @contextmanager
    def silence(self) -> Iterator[None]:
        self.sandbox.on_data = lambda sender, receivers, raw: Drop.AFTER_STORING
        yield
        self.sandbox.on_data = None


@dataclass
class Talk(Way):
    """The visitor's page fetches our words, and tells at its next question which of them it shows."""

    shown: list[str] = field(default_factory=list)
    seen: int = 0

    KIND, AFTER_SILENCE = "chat", "queued"

    def connect(self) -> None:
        self.cleo, self.dot = Guest(self.app), Guest(self.app)
        with transaction() as session:
            session.add(Mailbox(address="chat", channel="chat", options={"nearness": 0}, created_at=clock.now()))

    def say(self, text: str, *, number: int = 1, is_dot: bool = False) -> None:
        guest = self.dot if is_dot else self.cleo
        assert guest.say(text, key=f"key-{number:08d}").status_code == 200

    def arrived(self) -> Sequence[str]:
        while messages := self.cleo.news(after=self.seen, seen=self.seen).get("messages", []):
            self.seen = messages[-1]["id"]
            self.shown += [one["html"] for one in messages if not one["own"]]
        return self.shown

    @contextmanager
    def silence(self) -> Iterator[None]:
        yield
        self.cleo.news(after=self.seen, seen=self.seen)  # an answer of ours that the line lost


WAYS: dict[str, type[Way]] = {one.KIND: one for one in (Letters, Talk)}
