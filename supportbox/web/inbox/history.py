"""A customer's history as pages show it: tickets, ratings and articles read, in one order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from supportbox.inbox.folders import IS_SEEN, T
from supportbox.inbox.history import list_history
from supportbox.inbox.ticket import Ticket
from supportbox.kb.article import Article
from supportbox.kb.ticket_link import ArticleTicket
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.inbox.gate import hidden_numbers
from supportbox.web.reading import reading

# Which sign stands for which channel; whatever else there is looks like a message.
SIGNS = {"email": "at", "form": "note", "article": "open"}
_READ = (
    select(Article.id, Article.title, ArticleTicket.at)
    .join(ArticleTicket, ArticleTicket.article_id == Article.id)
    .join(Ticket.__table__, T.id == ArticleTicket.ticket_id)
    .where(T.customer_id == bindparam("customer"), ArticleTicket.how == "followed", IS_SEEN)
    .order_by(ArticleTicket.id.desc())
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Past:
    """One line of a history. `kind` is a channel, or article."""

    kind: str
    at: datetime
    href: str
    title: str
    status: str = ""
    verdict: int | None = None

    @property
    def sign(self) -> str:
        return SIGNS.get(self.kind, "reply")


def history(customer: int, *, limit: int) -> Sequence[Past]:
    """The newest of what there was, at most so many."""
    hidden, connection = hidden_numbers(), reading()
    tickets = list_history(connection, customer, hidden=hidden, limit=limit)
    values: dict[str, Any] = {"customer": customer, "hidden": hidden, "limit": limit}
    lines = [
        Past(row.channel, row.at, f"/inbox/tickets/SB-{row.id}", row.subject, row.status, row.verdict)
        for row in tickets
    ]
    lines += [
        Past("article", row.at, f"/settings/help/articles/{row.id}", row.title)
        for row in connection.execute(_READ, values)
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


@per_language
def verdict_words() -> dict[int, str]:
    """What a customer thought of a closed ticket."""
    return {1: _("not good"), 2: _("all right"), 3: _("good")}


@per_language
def kind_names() -> dict[str, str]:
    """What each kind of line is called in the filter."""
    return {
        "email": _("E-mail"),
        "form": _("Form"),
        "chat": _("Chat"),
        "phone": _("Phone"),
        "sms": _("SMS"),
        "whatsapp": "WhatsApp",
        "telegram": "Telegram",
        "messenger": "Messenger",
        "webhook": _("Other services"),
        "article": _("Articles read"),
    }
