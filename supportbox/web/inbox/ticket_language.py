"""The language in which a ticket's customer is written to."""

from sqlalchemy import bindparam, select

from supportbox.inbox.ticket import Ticket
from supportbox.people.customer import Customer
from supportbox.web.reading import business, reading

_LANGUAGES = (
    select(Ticket.language, Customer.language.label("customers"))
    .join(Customer, Customer.id == Ticket.customer_id)
    .where(Ticket.id == bindparam("ticket"))
)


def ticket_language(number: int) -> str:
    """The ticket's, else the customer's, else the business's."""
    row = reading().execute(_LANGUAGES, {"ticket": number}).first()
    return (row.language or row.customers if row else "") or business().language
