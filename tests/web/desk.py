"""A desk for page tests: an application with its people, signed-in browsers, and letters that came in."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supportbox.inbox import receive
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.people.agent import Agent
from supportbox.people.password import hash_password
from supportbox.store import transaction

PASSWORD = "correct horse battery"


@dataclass
class Browser:
    """A browser that fills in forms as a person does: hidden fields are taken from the page."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> str:
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    def post(self, page: str, action: str, **fields: str) -> TestResponse:
        """Send the form with that action of that page, as it stands, with some fields changed."""
        form = form_fields(self.get(page), action)
        return self.client.post(action, data={**form, **fields})


def form_fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    forms = re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', page, re.S)
    content = next(body for address, body in forms if address == action)
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', content))


def sign_in(app: Flask, email: str = "ada@shop.example") -> Browser:
    browser = Browser(app.test_client())
    answer = browser.post("/login", "/login", email=email, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return browser


def give_passwords(app: Flask) -> None:
    """Both agents get the same password; hashing it once saves a test's time."""
    hashed = hash_password(PASSWORD)
    with app.app_context(), transaction() as session:
        for agent in session.query(Agent):
            agent.password_hash = hashed


def letter(app: Flask, *, now: datetime, subject: str = "Where is my parcel?", text: str = "It has not come.",
           sender: str = "cleo@example.org", name: str = "Cleo", mailbox: int = 1, **more: object) -> int:  # fmt: skip
    """Something came in; returns the ticket's number."""
    with app.app_context(), transaction() as session:
        incoming = Incoming("email", Sender("email", sender, name), subject, text, now, mailbox_id=mailbox, **more)  # type: ignore[arg-type]  # fields of Incoming
        receipt = receive(session, incoming, now=now)
        assert receipt.ticket_id
    return receipt.ticket_id
