"""Placeholders: known ones filled once, unknown ones told, nothing ever run."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox import receive
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.placeholders import check_filled, fill, values_for
from tests.conftest import People

VALUES = {"customer.name": "Cleo", "customer.first_name": "Cleo", "agent.name": "", "ticket.reference": "SB-1042"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello {{customer.name}},", "Hello Cleo,"),
        ("Bonjour {{ prénom }},", "Bonjour Cleo,"),
        ("Bonjour {{Client.Prénom}},", "Bonjour Cleo,"),
        ("{{agent.name|the team}}", "the team"),
        ("{{ticket.reference}}{{ticket.reference}}", "SB-1042SB-1042"),
        ("{% raw %} {customer.name} {{}}", "{% raw %} {customer.name} {{}}"),
    ],
)
def test_what_is_known_is_filled_in(text: str, said: str) -> None:
    assert check_filled(fill(text, VALUES)) == said


@pytest.mark.parametrize("token", ["{{order.number}}", "{{agent.name}}", "{{7*7}}", "{{customer.__class__}}"])
def test_what_is_not_known_stays_and_is_refused_by_name(token: str) -> None:
    filled = fill(f"About {token}: soon.", VALUES)
    assert filled.text == f"About {token}: soon."
    with pytest.raises(Refused) as refusal:
        check_filled(filled)
    assert token in str(refusal.value)


def test_a_name_that_looks_like_a_placeholder_is_only_a_name(session: Session, people: People, now: datetime) -> None:
    incoming = Incoming("email", Sender("email", "x@example.org", "{{agent.name}}"), "Hi", "Hi", now,
                        mailbox_id=people.support.id, may_acknowledge=False)  # fmt: skip
    number = receive(session, incoming, now=now).ticket_id or 0
    session.flush()
    values = values_for(session.connection(), number, agent_name="Ben Roy", business="Shop", website="")
    said = check_filled(fill("{{customer.name}} {{agent.first_name}}", values))
    assert said == "{agent.name} Ben"
    assert fill(said, values).text == said
