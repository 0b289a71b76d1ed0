"""A desk with the widget switched on, and visitors who write by it as its panel does."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase
from werkzeug.test import TestResponse

from supportbox import store
from supportbox.channels.vault import seal
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import transaction
from tests.conftest import NOW

Row = TypeVar("Row", bound=DeclarativeBase)
SECRET = "a site's own long secret"


@dataclass
class Guest:
    """Somebody's panel on one site."""

    app: Flask
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    language: str = "en"

    def post(self, path: str, **fields: str) -> TestResponse:
        headers = {"X-Visitor": self.token, "Accept-Language": self.language}
        return self.app.test_client().post(f"/widget/{path}", data=fields, headers=headers)

    def send(self, path: str, *files: tuple[str, bytes], **fields: str) -> TestResponse:
        """With files, as the panel's picker sends them."""
        kept = [(BytesIO(content), name) for name, content in files]
        data = {**fields, "files": kept}
        answer = self.app.test_client().post(f"/widget/{path}", data=data, headers={"X-Visitor": self.token})
        answer.request.environ["wsgi.input"].close()  # the test client leaves big files open
        return answer

    def file(self, token: str) -> TestResponse:
        return self.app.test_client().get(f"/widget/files/{token}", headers={"X-Visitor": self.token}, buffered=True)

    def say(self, text: str, key: str = "") -> TestResponse:
        return self.post("talk", text=text, key=key or secrets.token_hex(8))

    def poll(self, after: int = 0, seen: int = 0, tag: str = "", **more: str) -> TestResponse:
        headers = {"X-Visitor": self.token, "Accept-Language": self.language}
        if tag:
            headers["If-None-Match"] = tag
        query = {"after": str(after), "seen": str(seen), **more}
        return self.app.test_client().get("/widget/talk", query_string=query, headers=headers)

    def news(self, after: int = 0, seen: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.poll(after, seen).text)
        return found

    def words(self) -> list[str]:
        return [message["html"] for message in self.news().get("messages", [])]


@pytest.fixture
def chat(app: Flask) -> Flask:
    """The widget is on; the machine says nothing; mail can leave."""
    with app.app_context(), transaction() as session:
        support = session.get_one(Mailbox, 1)
        support.smtp_url = "smtp://127.0.0.1:1"
        session.add(
            Mailbox(
                address="chat",
                name="Chat",
                channel="chat",
                language="",
                options={"nearness": 0, "origins": ["https://shop.example"]},
                options_sealed=seal(app.extensions["settings"], SECRET),
                created_at=NOW,
            )
        )
    return app


@pytest.fixture
def cleo(chat: Flask) -> Guest:
    return Guest(chat)


@pytest.fixture
def dot(chat: Flask) -> Guest:
    return Guest(chat)


def rows(app: Flask, kind: type[Row]) -> Sequence[Row]:
    """All of a table."""
    with app.app_context():
        store.db.session.remove()
        return store.db.session.scalars(select(kind).order_by(*kind.__table__.primary_key)).all()
