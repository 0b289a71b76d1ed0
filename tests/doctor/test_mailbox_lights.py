"""A light for each way in which a mailbox can be: with its sentence, and its fix where one is needed."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from supportbox.doctor.mail import mailboxes
from supportbox.inbox.mailbox import Mailbox
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("values", "colour", "words"),
    [
        ({"good_poll_at": NOW - timedelta(minutes=2)}, "green", "was fetched 2 minutes ago"),
        ({"good_poll_at": NOW - timedelta(minutes=11), "last_error": "No way in."}, "red", "11 minutes: No way in."),
        ({"good_poll_at": NOW, "last_error": "No way in."}, "amber", "failed: No way in."),
        ({"good_poll_at": NOW, "oauth_fault": "Sign in again."}, "red", "Sign in again."),
        ({"good_poll_at": NOW, "backlog_done": 312, "backlog_total": 10_000}, "green", "312 of 10,000 letters"),
        ({"is_active": False}, "amber", "switched off"),
        ({}, "green", "waits for its first poll"),
    ],
)
def test_each_state_has_its_sentence(session: Session, values: dict[str, object], colour: str, words: str) -> None:
    session.add(Mailbox(address="a@shop.example", imap_url="imaps://a@mail.example", created_at=NOW, **values))
    session.flush()
    (light,) = mailboxes(session, now=NOW)
    assert light.colour == colour and words in light.sentence
    assert light.colour == "green" or light.fix
