"""A customer's history as pages show it: tickets, ratings and articles read, in one order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select

from supportbox.inbox.folders import IS_SEEN, LIVE, T
from supportbox.inbox.message import Message
from supportbox.inbox.rating import Rating
from supportbox.inbox.ticket import Ticket
from supportbox.kb.article import Article
from supportbox.kb.ticket_link import ArticleTicket
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.inbox.gate import hidden_numbers
from supportbox.web.reading import reading

# Which sign stands for which channel; whatever else there is looks like a message.
SIGNS = {"email": "at", "form": "note", "article": "open"}
M, R, L = Message.__table__.c, Rating.__table__.c, ArticleTicket.__table__.c
# A ticket is of the channel on which it began, also where it went on by another.
_CHANNEL = select(M.channel).where(M.ticket_id == T.id).order_by(M.id).limit(1).scalar_subquery()
_VERDICT = select(R.verdict).where(R.ticket_id == T.id).order_by(R.id.desc()).limit(1).scalar_subquery()
# Most customers read nothing first: which articles is asked only of those who did.
_HAS_READ = exists().where(L.ticket_id == T.id, L.how == "followed")
_TICKETS = (
    select(
        T.id, T.subject, T.status, T.created_at.label("at"), func.coalesce(_CHANNEL, "").label("channel"),
        _VERDICT.label("verdict"), _HAS_READ.label("has_read"),
    )
    .where(T.customer_id == bindparam("customer"), LIVE)
    .order_by(T.id.desc())
    .limit(bindparam("limit"))
)  # fmt: skip
_READ = (
    select(Article.id, Article.title, L.at)
    .join(ArticleTicket.__table__, L.article_id == Article.id)
    .join(Ticket.__table__, T.id == L.ticket_id)
    .where(T.customer_id == bindparam("customer"), L.how == "followed")
    .order_by(L.id.desc())
    .limit(bindparam("limit"))
)
# Agents to whom nothing is hidden are spared the list of what is.
_SEEN_TICKETS, _SEEN_READ = _TICKETS.where(IS_SEEN), _READ.where(IS_SEEN)


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
    values: dict[str, Any] = {"customer": customer, "limit": limit, **({"hidden": hidden} if hidden else {})}
    tickets = connection.execute(_SEEN_TICKETS if hidden else _TICKETS, values).all()
    lines = [
        Past(row.channel, row.at, f"/inbox/tickets/SB-{row.id}", row.subject, row.status, row.verdict)
        for row in tickets
    ]
    if any(row.has_read for row in tickets):
        read = connection.execute(_SEEN_READ if hidden else _READ, values)
        lines += [Past("article", row.at, f"/settings/help/articles/{row.id}", row.title) for row in read]
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
