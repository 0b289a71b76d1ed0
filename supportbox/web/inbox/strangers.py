"""Who wrote into a ticket besides its customer, for the lines of the page that say so and let an agent decide."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from supportbox.inbox.message import Message
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Participant
from supportbox.people.contact import Contact
from supportbox.web.reading import reading

_STRANGERS = (
    select(Message.id, Participant.contact_id, Participant.is_accepted, Contact.value)
    .join(Participant, (Participant.ticket_id == Message.ticket_id) & (Participant.contact_id == Message.contact_id))
    .join(Contact, Contact.id == Participant.contact_id)
    .where(Message.ticket_id == bindparam("ticket"))
)


def strangers(number: int, messages: Sequence[AnyRow], *, is_whole: bool) -> Mapping[int, AnyRow]:
    """By message, whoever takes part or might. Asked of the database only where a shown message was flagged, or where
    one that is not shown may have been."""
    if is_whole and not any(message.facts and "third_party" in message.facts for message in messages):
        return {}
    return {row.id: row for row in reading().execute(_STRANGERS, {"ticket": number})}
