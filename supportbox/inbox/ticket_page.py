"""What one ticket's page shows, read without the ORM by statements built once."""

from sqlalchemy import Connection, String, bindparam, cast, exists, func, select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.draft import Draft
from supportbox.inbox.event import Event
from supportbox.inbox.folders import T
from supportbox.inbox.follow import Follower
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.merge import Merge
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.notice import HAS_UNREAD
from supportbox.inbox.presence import Presence
from supportbox.inbox.query import TAGS, A, AnyRow, C
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer

# Longer tickets show their last messages first and the older ones on request.
MESSAGES = 50
NEWEST = 2**62  # no message has this number
# What the messages themselves already say needs no line of its own.
SILENT = ("opened", "received", "replied", "noted", "delivered", "followed", "unfollowed", "mentioned", "called")

M, E, D, F, K = (model.__table__.c for model in (Message, Event, Delivery, Attachment, Contact))
B = Mailbox.__table__.c

# What most tickets do not have is asked with the ticket, so that nothing further is asked in vain.
_HAS_DRAFTS = exists().where(Draft.ticket_id == T.id, Draft.agent_id == bindparam("me"))
_HAS_COMPANY = exists().where(Presence.ticket_id == T.id)
_HAS_ACCEPTED = exists().where(Participant.ticket_id == T.id, Participant.is_accepted)
_HAS_FILES = exists().where(F.message_id == M.id, M.ticket_id == T.id)
_IS_FOLLOWED = exists().where(Follower.ticket_id == T.id, Follower.agent_id == bindparam("me"))
_MERGED = (
    select(func.aggregate_strings(cast(Merge.ticket_id, String), ","))
    .where(Merge.into_id == T.id)
    .correlate(Ticket.__table__)
    .scalar_subquery()
)
_TICKET = (
    select(
        T.id, T.subject, T.status, T.version, T.language, T.customer_id, T.assignee_id, T.message_count, T.answer_to,
        T.created_at, T.customer_at, T.waiting_since, T.seen_at, T.snoozed_until, T.deleted_at, T.merged_into_id,
        T.may_belong_to_id, T.mailbox_id, C.name.label("customer"), C.notes.label("customer_notes"),
        C.caution,
        C.language.label("customer_language"), C.created_at.label("customer_since"), C.company, C.timezone, C.fields,
        A.name.label("assignee"), B.address.label("mailbox"), B.name.label("mailbox_name"), TAGS.label("tags"),
        _IS_FOLLOWED.label("is_followed"), _MERGED.label("merged"), HAS_UNREAD.label("has_notices"),
        _HAS_DRAFTS.label("has_drafts"), _HAS_COMPANY.label("has_company"), _HAS_ACCEPTED.label("has_accepted"),
        _HAS_FILES.label("has_files"),
    )
    .select_from(Ticket.__table__)
    .join(Customer.__table__, C.id == T.customer_id)
    .outerjoin(Agent.__table__, A.id == T.assignee_id)
    .outerjoin(Mailbox.__table__, B.id == T.mailbox_id)
    .where(T.id == bindparam("ticket"))
)  # fmt: skip
_MESSAGES = (
    select(
        M.id, M.kind, M.channel, M.at, M.agent_id, M.intake_id, M.sender_name, M.sender_value, M.text, M.visible_text,
        func.length(M.html).label("html"), M.verdict, M.facts,
    )
    .where(M.ticket_id == bindparam("ticket"), M.id < bindparam("before"))
    .order_by(M.id.desc())
    .limit(bindparam("limit"))
)  # fmt: skip
_EVENTS = (
    select(E.id, E.at, E.kind, E.data, A.name.label("agent"))
    .outerjoin(Agent.__table__, A.id == E.agent_id)
    .where(E.ticket_id == bindparam("ticket"), *(E.kind != kind for kind in SILENT))
    .order_by(E.id.desc())
    .limit(bindparam("limit"))
)
# By message: a delivery stays with the ticket that its receiver knows, also when that was merged into this one.
_DELIVERIES = (
    select(
        D.id,
        D.message_id,
        D.kind,
        D.receiver,
        D.state,
        D.attempts,
        D.due_at,
        D.sent_at,
        D.last_error,
        D.channel,
        D.delivered_at,
        D.read_at,
    )
    .join(Message.__table__, M.id == D.message_id)
    .where(M.ticket_id == bindparam("ticket"), M.id >= bindparam("first"), M.id < bindparam("before"))
    .order_by(D.id)
)
_FILES = (
    select(F.message_id, F.token, F.filename, F.content_type, F.size, F.is_inline)
    .join(Message.__table__, M.id == F.message_id)
    .where(M.ticket_id == bindparam("ticket"), M.id >= bindparam("first"), M.id < bindparam("before"))
    .order_by(F.id)
)
_CONTACTS = select(K.kind, K.value, K.verified_at).where(K.customer_id == bindparam("customer")).order_by(K.id)


def find_ticket(connection: Connection, number: int, *, me: int) -> AnyRow | None:
    """The ticket with its customer, assignee, mailbox and tags, and whether I follow it."""
    return connection.execute(_TICKET, {"ticket": number, "me": me}).first()


def list_messages(connection: Connection, number: int, limit: int, *, before: int = NEWEST) -> list[AnyRow]:
    """The last messages before one, oldest first."""
    return list(connection.execute(_MESSAGES, {"ticket": number, "limit": limit, "before": before}))[::-1]


def list_events(connection: Connection, number: int, limit: int = 200) -> list[AnyRow]:
    """What happened besides messages, oldest first."""
    return list(connection.execute(_EVENTS, {"ticket": number, "limit": limit}))[::-1]


def list_deliveries(connection: Connection, number: int, *, first: int = 0, before: int = NEWEST) -> list[AnyRow]:
    """How the answers fare, of the messages from one on and before another."""
    return list(connection.execute(_DELIVERIES, {"ticket": number, "first": first, "before": before}))


def list_files(connection: Connection, number: int, *, first: int = 0, before: int = NEWEST) -> list[AnyRow]:
    """What is attached to the messages from one on and before another."""
    return list(connection.execute(_FILES, {"ticket": number, "first": first, "before": before}))


def list_contacts(connection: Connection, customer: int) -> list[AnyRow]:
    return list(connection.execute(_CONTACTS, {"customer": customer}))
