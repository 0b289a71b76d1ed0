"""`supportbox ticket` and `supportbox reply`: tickets from scripts, in the form that the contract fixes."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from supportbox.cli.export import BATCH, export_tickets
from supportbox.inbox.ticket import Ticket
from tests.cli.conftest import Shell
from tests.cli.stock import make_message, make_ticket
from tests.conftest import NOW, People


def test_an_export_has_every_ticket_in_the_fixed_form(stocked: Shell) -> None:
    first, second = (json.loads(line) for line in stocked.says("ticket", "export", "--jsonl").splitlines())
    assert first == {
        "reference": "SB-1001",
        "subject": "Broken teapot",
        "status": "waiting",
        "assignee": "ada@shop.example",
        "tags": ["refund", "teapot"],
        "created_at": "2026-03-02T09:00:00+00:00",
        "customer": {
            "name": "Cleo",
            "contacts": [
                {"kind": "email", "value": "cleo@example.org", "verified": False},
                {"kind": "phone", "value": "+33123456789", "verified": True},
            ],
        },
        "messages": [
            {
                "id": 1,
                "kind": "customer",
                "channel": "email",
                "from": "cleo@example.org",
                "message_id": "<a@example.org>",
                "at": "2026-03-02T09:00:00+00:00",
                "text": "It broke.\n> Hello",
                "visible_text": "It broke.",
                "attachments": [{"filename": "photo.jpg", "size": 3}],
                "delivery": None,
            },
            {
                "id": 2,
                "kind": "agent",
                "channel": "email",
                "from": "ada@shop.example",
                "message_id": "<sb@shop.example>",
                "at": "2026-03-02T10:00:00+00:00",
                "text": "We send another.",
                "visible_text": "We send another.",
                "attachments": [],
                "delivery": "uncertain",
            },
        ],
    }
    assert (second["reference"], second["messages"][0]["message_id"], second["assignee"]) == ("SB-1002", None, None)


def test_one_ticket_is_shown_by_reference_or_number(stocked: Shell) -> None:
    shown = json.loads(stocked.says("ticket", "show", "sb-1001", "--json"))
    assert shown == json.loads(stocked.says("ticket", "export", "--jsonl").splitlines()[0])
    assert "It broke." in stocked.says("ticket", "show", "1001")


def test_the_list_is_newest_first_and_can_be_narrowed(stocked: Shell) -> None:
    assert _references(stocked.says("ticket", "list", "--json")) == ["SB-1002", "SB-1001"]
    assert _references(stocked.says("ticket", "list", "--query", "teapot", "--json")) == ["SB-1001"]
    assert _references(stocked.says("ticket", "list", "--query", "SB-1002", "--json")) == ["SB-1002"]
    assert _references(stocked.says("ticket", "list", "--query", "nowhere", "--json")) == []


def test_a_search_looks_into_what_was_written(stocked: Shell) -> None:
    assert _references(stocked.says("ticket", "list", "--query", "where", "--json")) == []
    note = ("reply", "1002", "--as", "ada@shop.example", "--note", "--text-file", "-")
    assert stocked.run(*note, typed="I look.").exit_code == 0
    stocked.says("work", "--once")  # follows the event, and puts the ticket's words into the table
    assert _references(stocked.says("ticket", "list", "--query", "where", "--json")) == ["SB-1002"]


def test_an_unknown_ticket_is_named(stocked: Shell) -> None:
    assert stocked.refusal("ticket", "show", "SB-7") == "There is no ticket SB-7."
    assert "'teapot' is not a reference" in stocked.refusal("ticket", "show", "teapot")


def test_a_reply_waits_for_the_worker_and_the_ticket_for_the_customer(stocked: Shell, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("Thé ou café ?\n", "utf-8")
    output = stocked.says("reply", "SB-1002", "--as", "ada@shop.example", "--text-file", str(tmp_path / "words"))
    assert output.startswith("Answered SB-1002")
    ticket = json.loads(stocked.says("ticket", "show", "SB-1002", "--json"))
    assert (ticket["status"], ticket["assignee"]) == ("waiting", "ada@shop.example")
    assert (ticket["messages"][-1]["text"], ticket["messages"][-1]["delivery"]) == ("Thé ou café ?", "queued")


def test_a_note_from_standard_input_reaches_nobody(stocked: Shell) -> None:
    result = stocked.run(
        "reply", "1002", "--as", "ADA@shop.example", "--note", "--close", "--text-file", "-", typed="Écoutez".encode()
    )
    assert result.exit_code == 0, result.stderr
    ticket = json.loads(stocked.says("ticket", "show", "1002", "--json"))
    assert ticket["status"] == "closed"
    assert (ticket["messages"][-1]["kind"], ticket["messages"][-1]["delivery"]) == ("note", None)


def test_a_reply_can_close_the_ticket(stocked: Shell, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("Done.")
    stocked.says("reply", "1001", "--as", "ada@shop.example", "--close", "--text-file", str(tmp_path / "words"))
    assert json.loads(stocked.says("ticket", "show", "1001", "--json"))["status"] == "closed"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--as", "eve@shop.example", "--text-file", "-"), "There is no agent eve@shop.example."),
        (("--as", "ada@shop.example", "--text-file", "/nowhere/words"), "/nowhere/words cannot be read"),
        (("--as", "ada@shop.example", "--text-file", "-"), "write a few words first"),
    ],
)
def test_a_reply_that_cannot_be_is_refused(arguments: tuple[str, ...], sentence: str, stocked: Shell) -> None:
    assert sentence in stocked.refusal("reply", "SB-1002", *arguments)


def test_an_export_asks_as_often_for_many_tickets_of_a_batch_as_for_few(session: Session, people: People) -> None:
    few, many = _questions(session, people, 3), _questions(session, people, BATCH - 10)
    assert few == many


def test_an_export_goes_on_after_a_batch(session: Session, people: People) -> None:
    _add_tickets(session, people, BATCH + 1)
    numbers = [row["reference"] for row in export_tickets(session)]
    assert len(numbers) == len(set(numbers)) == BATCH + 1
    assert all(len(row["messages"]) == 1 for row in export_tickets(session))


def test_deleted_tickets_are_not_exported(session: Session, people: People) -> None:
    _add_tickets(session, people, 2)
    session.scalars(select(Ticket)).first().deleted_at = NOW  # type: ignore[union-attr] # there are two
    session.flush()
    assert len(list(export_tickets(session))) == 1


def _add_tickets(session: Session, people: People, count: int) -> None:
    for number in range(count):
        ticket = make_ticket(people, f"Matter {number}", "open", None)
        session.add(ticket)
        session.flush()
        session.add(make_message(ticket, "customer", "cleo@example.org", text=f"Words {number}"))
    session.flush()


def _questions(session: Session, people: People, count: int) -> int:
    """How many statements it takes to export so many tickets more."""
    _add_tickets(session, people, count)
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        asked.append(statement)

    engine = session.get_bind()
    assert isinstance(engine, Engine)
    event.listen(engine, "before_cursor_execute", note)
    list(export_tickets(session))
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def _references(output: str) -> list[str]:
    return [row["reference"] for row in json.loads(output)]
