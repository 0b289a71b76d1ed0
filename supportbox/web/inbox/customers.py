"""A customer's own page: who they are, how to reach them, all their tickets, what the team noted."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select

from supportbox import clock
from supportbox.errors import NotFound
from supportbox.inbox.folders import T
from supportbox.inbox.query import ROWS
from supportbox.inbox.ticket_page import list_contacts
from supportbox.people.customer import Customer
from supportbox.web.access import get_viewer, safe_next
from supportbox.web.frame import render
from supportbox.web.inbox.lists import lines_of
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.reading import reading, writing
from supportbox.web.times import Times

MOST = 200
LONGEST_NOTES = 5000
_CUSTOMER = select(Customer.id, Customer.name, Customer.language, Customer.notes, Customer.created_at).where(
    Customer.id == bindparam("id")
)
_TICKETS = ROWS.where(T.customer_id == bindparam("id")).order_by(T.id.desc()).limit(MOST)


def show(customer_id: int) -> str:
    connection = reading()
    row = connection.execute(_CUSTOMER, {"id": customer_id}).first()
    if row is None:
        raise NotFound("There is no such customer.")
    return render(
        "inbox/customer.html",
        customer=row,
        contacts=list_contacts(connection, customer_id),
        lines=lines_of(connection.execute(_TICKETS, {"id": customer_id}).all()),
        times=Times(clock.now()),
        shows_status=True,
        **sidebar(get_viewer(), ""),
    )


def keep_notes(customer_id: int) -> ResponseReturnValue:
    """What the team should know about this person; the customer never sees it."""
    with writing() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            raise NotFound("There is no such customer.")
        customer.notes = request.form.get("notes", "").strip()[:LONGEST_NOTES]
    following = request.form.get("next", "")
    return redirect(safe_next(following) if following else f"/inbox/customers/{customer_id}", 303)
