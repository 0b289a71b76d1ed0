"""Letters of the desk to its own people leave as answers do: once, again when it must be; their words are forgotten."""

from datetime import timedelta

from supportbox import clock
from supportbox.channels.vault import seal
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.desk_letter import DeskLetter, has_way_out, queue_letter
from supportbox.inbox.event import Event
from supportbox.mail.parse import parse
from supportbox.people.agent import Agent
from supportbox.store import transaction
from tests.work.conftest import CLEO, Desk, letter

LINK = "https://desk.demo.example/invitation/abc"


def queue(desk: Desk, text: str = f"Come in & see:\n\n{LINK}", **more: object) -> None:
    with transaction() as session:
        values: dict[str, object] = {"subject": "You are invited", "language": "en", "kind": "invitation"} | more
        sealed = seal(desk.settings, text)
        queue_letter(session, to=CLEO, text=sealed, is_sealed=True, now=clock.now(), **values)  # type: ignore[arg-type]  # values of several kinds


def test_a_sealed_letter_arrives_open_and_leaves_no_words_behind(desk: Desk, sandbox: Sandbox) -> None:
    queue(desk)
    assert LINK not in desk.one(DeskLetter).text
    desk.once()
    [raw] = sandbox.inbox(CLEO)
    got = parse(raw)
    assert got.subject == "You are invited"
    assert LINK in got.text and f'<a href="{LINK}"' in (got.html or "") and "Come in &amp; see" in (got.html or "")
    assert b"auto-submitted" in raw.lower()
    assert desk.one(Delivery).state == "sent" and desk.one(DeskLetter).text == ""
    assert desk.all(Event) == []
    desk.once()
    assert len(sandbox.inbox(CLEO)) == 1


def test_it_is_tried_again_with_its_words(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.on_rcpt = lambda recipient: "451 4.7.1 Try again later"
    queue(desk)
    desk.once()
    assert desk.one(Delivery).state == "queued" and desk.one(DeskLetter).text
    sandbox.on_rcpt = None
    desk.once(now=lambda: clock.now() + timedelta(minutes=2))
    assert LINK.encode() in sandbox.inbox(CLEO)[0]


def test_what_never_arrives_is_forgotten_too(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.on_rcpt = lambda recipient: "550 5.1.1 No such user"
    queue(desk)
    desk.once()
    assert desk.one(Delivery).state == "failed" and desk.one(DeskLetter).text == ""


def test_an_answer_to_a_notice_goes_to_its_readers_own_address(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append("support@demo.example", letter())
    desk.change_mailbox(has_plus_addresses=True, has_acknowledgement=False)
    desk.once()
    with transaction() as session:
        ada = Agent(email="ada@demo.example", name="Ada", role="owner", created_at=clock.now())
        session.add(ada)
        session.flush()
        ticket = session.query(Event).first().ticket_id  # type: ignore[union-attr]  # the letter above made one
        number = ada.id
    queue(desk, kind="notice", ticket_id=ticket, agent_id=number)
    desk.once()
    [raw] = sandbox.inbox(CLEO)
    assert f"+{ticket}.a{number}.".encode() in raw


def test_no_letter_without_a_mailbox_that_sends(desk: Desk) -> None:
    with transaction() as session:
        assert has_way_out(session)
    desk.change_mailbox(smtp_url="")
    with transaction() as session:
        assert not has_way_out(session)
