"""The sample world of Atelier Nord, a small shop: its tickets and articles, plain data read from the files beside."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ARTICLES = Path(__file__).with_name("articles")
"""A folder as `kb.importer.read_articles` takes it: a dozen articles in English, and the same in French."""

_TICKETS = Path(__file__).with_name("tickets")


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """`by` is "ada" or "ben" for an agent's message or a note; attachments are file names with their bytes."""

    who: Literal["customer", "agent", "note"]
    text: str
    hours_ago: float
    by: str | None = None
    attachments: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class SampleTicket:
    """A conversation; `name` and `email` are the customer's, `assignee` is "ada", "ben" or nobody."""

    subject: str
    name: str
    email: str
    language: str
    status: Literal["open", "waiting", "closed", "spam"]
    assignee: str | None
    tags: tuple[str, ...]
    messages: tuple[SampleMessage, ...]


def sample_tickets() -> list[SampleTicket]:
    """All tickets, the one that began first in front."""
    tickets = [_ticket(tomllib.loads(file.read_text("utf-8"))) for file in _TICKETS.glob("*.toml")]
    return sorted(tickets, key=lambda ticket: -ticket.messages[0].hours_ago)


def _ticket(found: dict[str, Any]) -> SampleTicket:
    return SampleTicket(
        subject=found["subject"],
        name=found["name"],
        email=found["email"],
        language=found["language"],
        status=found["status"],
        assignee=found.get("assignee"),
        tags=tuple(found["tags"]),
        messages=tuple(_message(message) for message in found["messages"]),
    )


def _message(found: dict[str, Any]) -> SampleMessage:
    return SampleMessage(
        who=found["who"],
        text=found["text"].strip(),
        hours_ago=float(found["hours_ago"]),
        by=found.get("by"),
        attachments=tuple((name, (_TICKETS / name).read_bytes()) for name in found.get("attachments", ())),
    )
