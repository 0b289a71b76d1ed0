"""C27, C28, C31: what an SMTP server says at each verb decides: later, or never; and a grey list is waited for."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bench.torture.moments import Kind, Rule
from bench.torture.proxy import Proxy
from supportbox import clock
from supportbox.channels import vault
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import transaction
from tests.servers import PASSWORD
from tests.work.conftest import CLEO, SUPPORT, Desk, letter

LATER, NEVER = "451 4.3.0 Come back later", "554 5.7.1 We do not want this"
BEFORE: list[tuple[Kind, str]] = [("greeting", ""), ("command", "EHLO"), ("command", "AUTH")]
OF_THE_LETTER: list[tuple[Kind, str]] = [("command", "MAIL"), ("command", "RCPT"), ("command", "DATA")]


def at(minutes: float) -> Callable[[], datetime]:
    return lambda: clock.now() + timedelta(minutes=minutes)


@pytest.fixture
def asked(desk: Desk, sandbox: Sandbox) -> Desk:
    """A desk with one ticket whose answers need a login."""
    desk.change_mailbox(has_acknowledgement=False, smtp_sealed=vault.seal(desk.settings, PASSWORD))
    sandbox.append(SUPPORT, letter())
    desk.once()
    return desk


def answer(desk: Desk, sandbox: Sandbox, *rules: Rule) -> Delivery:
    """What becomes of an answer while the server says that."""
    with Proxy(sandbox.smtp_port, "SMTP", list(rules)) as proxy:
        desk.change_mailbox(smtp_url=f"smtp://support%40demo.example@127.0.0.1:{proxy.port}")
        desk.answer()
        desk.once()
    desk.change_mailbox(smtp_url=f"smtp://support%40demo.example@127.0.0.1:{sandbox.smtp_port}")
    return desk.one(Delivery)


def kinds(desk: Desk) -> list[str]:
    return [one.kind for one in desk.all(Event) if one.kind.startswith("deliver")]


@pytest.mark.parametrize(("kind", "verb"), [*BEFORE, *OF_THE_LETTER])
def test_not_now_at_any_verb_is_tried_again(asked: Desk, sandbox: Sandbox, kind: Kind, verb: str) -> None:
    said = "421 4.3.2 Come back later" if kind == "greeting" else LATER
    delivery = answer(asked, sandbox, Rule(kind, verb, said, times=50))
    assert delivery.state == "queued" and "Come back later" in delivery.last_error
    assert delivery.due_at - clock.now() <= timedelta(minutes=1)
    asked.once(now=at(2))
    assert asked.one(Delivery).state == "sent" and len(sandbox.inbox(CLEO)) == 1


@pytest.mark.parametrize(("kind", "verb"), OF_THE_LETTER)
def test_never_at_a_verb_of_the_letter_fails_it_and_is_told(
    asked: Desk, sandbox: Sandbox, kind: Kind, verb: str
) -> None:
    delivery = answer(asked, sandbox, Rule(kind, verb, NEVER, times=50))
    assert delivery.state == "failed" and "We do not want this" in delivery.last_error
    asked.once(now=at(6000))
    assert asked.one(Delivery).state == "failed" and sandbox.inbox(CLEO) == []
    assert kinds(asked) == ["delivery_failed"]


@pytest.mark.parametrize(("kind", "verb"), BEFORE)
def test_never_before_the_letter_is_no_letters_fault(asked: Desk, sandbox: Sandbox, kind: Kind, verb: str) -> None:
    said = "535 5.7.8 Wrong" if verb == "AUTH" else NEVER
    delivery = answer(asked, sandbox, Rule(kind, verb, said, times=50))
    assert delivery.state == "queued" and delivery.last_error
    asked.once(now=at(2))
    assert asked.one(Delivery).state == "sent" and kinds(asked) == ["delivered"]


def test_one_receiver_who_is_refused_keeps_the_others_letters(asked: Desk, sandbox: Sandbox) -> None:
    sandbox.on_rcpt = lambda recipient: "550 5.1.1 No such user" if recipient == "gone@demo.example" else None
    for _ in range(5):
        asked.answer()
    second = asked.all(Delivery)[1].id
    with transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == second).values(receiver="gone@demo.example"))
    asked.once()
    assert [one.state for one in asked.all(Delivery)] == ["sent", "failed", "sent", "sent", "sent"]
    assert len(sandbox.inbox(CLEO)) == 4


def test_grey_list_is_waited_for_with_the_same_letter(asked: Desk, sandbox: Sandbox) -> None:
    """Five minutes long the server knows this sender and receiver not yet."""
    now = clock.now()
    times: list[datetime] = []

    def grey(recipient: str) -> str | None:
        times.append(now)
        return "451 4.7.1 Greylisted" if now < began + timedelta(minutes=5) else None

    began, sandbox.on_rcpt = now, grey
    asked.answer()
    while asked.one(Delivery).state != "sent":
        assert asked.once(now=lambda moment=now: moment).faults == {}
        now += timedelta(seconds=30)
        assert now < began + timedelta(minutes=15)
    assert 2 <= len(times) <= 4
    (got,) = sandbox.inbox(CLEO)
    assert (asked.one(Delivery).external_id or "").encode() in got
    assert asked.one(Mailbox).last_error == ""
