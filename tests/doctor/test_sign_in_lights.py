"""What of a sign-in ends is told 30 days before, in red once it is over; the account and its token when all is well."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from supportbox.doctor.sign_in import lights
from supportbox.inbox.mailbox import Mailbox
from tests.conftest import NOW

DAY = timedelta(days=1)
WELL = {"oauth_until": NOW + timedelta(minutes=50), "oauth_secret_until": NOW + 90 * DAY}


@pytest.mark.parametrize(
    ("values", "colour", "words"),
    [
        ({}, "green", "signed in with Microsoft as office@shop.example. Its token is good until 2026-03-02 09:50 UTC"),
        ({"oauth_secret_until": NOW + 31 * DAY}, "green", "signed in"),
        ({"oauth_secret_until": NOW + 30 * DAY}, "amber", "client secret for a@shop.example ends in 30 days"),
        ({"oauth_secret_until": NOW - DAY}, "red", "client secret for a@shop.example ended 1 day ago"),
        ({"oauth_secret_until": None}, "amber", "Nobody has noted when Microsoft's client secret"),
        ({"oauth_secret_until": None, "oauth_provider": "Google"}, "green", "signed in with Google"),
        ({"oauth_sign_in_until": NOW + 7 * DAY}, "green", "signed in"),
        ({"oauth_sign_in_until": NOW + 2 * DAY}, "amber", "The sign-in of a@shop.example ends in 2 days"),
        ({"oauth_sign_in_until": NOW - DAY}, "red", "The sign-in of a@shop.example ended 1 day ago"),
        ({"oauth_until": NOW - timedelta(hours=2)}, "amber", "access token of a@shop.example ended 2 hours ago"),
    ],
)
def test_each_end_has_its_sentence(session: Session, values: dict[str, object], colour: str, words: str) -> None:
    add(session, **values)
    found = lights(session, now=NOW)
    assert words in found[0].sentence and found[0].colour == colour
    assert found[0].colour == "green" or found[0].fix


def test_a_fault_is_told_by_the_mailbox_alone_and_a_secret_that_ended_beside_it(session: Session) -> None:
    add(session, oauth_fault="Sign in again.")
    assert lights(session, now=NOW) == []
    add(session, address="b@shop.example", oauth_fault="Sign in again.", oauth_secret_until=NOW - DAY)
    assert [light.name for light in lights(session, now=NOW)] == ["secret b@shop.example"]


def test_mailboxes_with_passwords_have_none(session: Session) -> None:
    add(session, oauth_sealed="")
    assert lights(session, now=NOW) == []


def add(session: Session, **values: object) -> None:
    given = {
        "address": "a@shop.example", "imap_url": "imaps://office%40shop.example@outlook.office365.com:993/INBOX",
        "oauth_sealed": "x", "oauth_provider": "Microsoft", "created_at": NOW, **WELL, **values,
    }  # fmt: skip
    session.add(Mailbox(**given))
    session.flush()
