"""The one gate to a ticket: whoever may not know of its mailbox is told that there is no such ticket."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from supportbox.errors import NotFound
from supportbox.inbox.folders import T
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.people.team import hidden_mailboxes
from supportbox.web.access import get_viewer
from supportbox.web.reading import reading

NO_TICKET = "There is no ticket of this number."
_TICKET = select(T.id, T.mailbox_id, T.customer_id, T.version, T.merged_into_id, T.deleted_at).where(
    T.id == bindparam("ticket")
)


def visible_ticket(number: int) -> AnyRow:
    """The ticket's id, mailbox, customer and version, read for a page. NotFound when it is not there for this agent."""
    row = reading().execute(_TICKET, {"ticket": number}).first()
    if row is None:
        raise NotFound(NO_TICKET)
    check_visible(row.mailbox_id)
    return row


def check_visible(mailbox_id: int | None) -> None:
    """NotFound when the mailbox is one of a team to which this agent does not belong."""
    if mailbox_id is not None and mailbox_id in get_viewer().hidden_mailboxes:
        raise NotFound(NO_TICKET)


def get_ticket(session: Session, number: int) -> Ticket:
    """The ticket to be changed. NotFound when it is not there for this agent."""
    ticket = session.get(Ticket, number)
    # Asked within the write: a reading begun here would not see what is about to be written.
    if ticket is None or ticket.mailbox_id in hidden(session):
        raise NotFound(NO_TICKET)
    return ticket


def hidden(session: Session) -> frozenset[int]:
    """The mailboxes that are hidden from this agent, asked within a write."""
    viewer = get_viewer()
    return hidden_mailboxes(session.connection(), viewer.id, viewer.role)


def hidden_numbers() -> Sequence[int]:
    """The same for a page, as `folders.IS_SEEN` wants them."""
    return sorted(get_viewer().hidden_mailboxes)
