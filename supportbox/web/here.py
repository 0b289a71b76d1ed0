"""Who is here now, in this process's memory alone: visitors and where they are, who types, which agents are there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app

AGENT_IS_HERE = timedelta(minutes=2)
VISITOR_IS_HERE = timedelta(seconds=45)
TYPING = timedelta(seconds=6)
# How long what polls said is collected before it is written down, in one go for all.
KEPT_BACK = timedelta(seconds=10)
MOST = 20_000


@dataclass(slots=True)
class Seen:
    """One visitor: when they were last heard of, where, and until when they count as typing."""

    at: datetime
    page: str = ""
    title: str = ""
    typing_until: datetime | None = None
    is_written: bool = True


@dataclass
class Here:
    """Times by number. A restart forgets them all, and a few seconds later they are known again."""

    visitors: dict[int, Seen] = field(default_factory=dict)  # by contact
    agents: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    typing: dict[int, tuple[datetime, str]] = field(default_factory=dict)  # by ticket: until when, who
    written_at: datetime | None = None
    lock: Lock = field(default_factory=Lock)

    def visitor_came(self, contact_id: int, *, page: str, title: str, is_typing: bool, now: datetime) -> None:
        """They asked for news."""
        with self.lock:
            if len(self.visitors) >= MOST:
                self.visitors = {one: seen for one, seen in self.visitors.items() if now - seen.at <= VISITOR_IS_HERE}
            seen = self.visitors.setdefault(contact_id, Seen(now))
            seen.at, seen.is_written = now, False
            if page:
                seen.page, seen.title = page, title
            seen.typing_until = now + TYPING if is_typing else None

    def visitor(self, contact_id: int, now: datetime) -> Seen | None:
        """What is known of one who is here."""
        seen = self.visitors.get(contact_id)
        return seen if seen and now - seen.at <= VISITOR_IS_HERE else None

    def unwritten(self, now: datetime) -> Mapping[int, Seen]:
        """What polls said since the last time, at most every ten seconds."""
        with self.lock:
            if self.written_at and now - self.written_at < KEPT_BACK:
                return {}
            self.written_at = now
            found = {one: seen for one, seen in self.visitors.items() if not seen.is_written}
            for seen in found.values():
                seen.is_written = True
            return found

    def agent_came(self, agent_id: int, name: str, now: datetime) -> None:
        """An agent who can answer looked at a page."""
        self.agents[agent_id] = (now, name)

    def agent_left(self, agent_id: int) -> None:
        self.agents.pop(agent_id, None)

    def agents_here(self, now: datetime) -> list[str]:
        """The first names of those who can answer now."""
        there = [name for at, name in list(self.agents.values()) if now - at <= AGENT_IS_HERE]
        return sorted(name.split()[0] for name in there if name.strip())

    def agent_types(self, ticket_id: int, name: str, now: datetime) -> None:
        self.typing[ticket_id] = (now + TYPING, name)

    def agent_typing(self, ticket_id: int, now: datetime) -> str:
        """Who of ours is writing there; "" for nobody."""
        until, name = self.typing.get(ticket_id, (now, ""))
        return name if until > now else ""


def here() -> Here:
    """This process's own."""
    found: Here = current_app.extensions.setdefault("here", Here())
    return found
