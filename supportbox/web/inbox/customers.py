"""A customer's own page: who they are, how to reach them, all that there was, what the team noted."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select

from supportbox import clock
from supportbox.errors import NotFound
from supportbox.people.customer import LONGEST_CAUTION, LONGEST_NOTES, Customer
from supportbox.web.access import get_viewer, safe_next
from supportbox.web.frame import render
from supportbox.web.inbox.column import known_fields, local_time
from supportbox.web.inbox.customer_parts import about, contacts_of
from supportbox.web.inbox.history import history, kind_names, verdict_words
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.reading import reading, writing
from supportbox.web.times import Times

MOST, MOST_PAGES = 50, 40  # lines of history at once, and how often more of them
_CUSTOMER = select(
    Customer.id, Customer.name, Customer.language, Customer.notes, Customer.caution, Customer.company,
    Customer.timezone, Customer.fields, Customer.created_at, Customer.merged_into_id, Customer.erased_at,
    Customer.preferred_channel,
).where(Customer.id == bindparam("id"))  # fmt: skip


def show(customer_id: int) -> ResponseReturnValue:
    """With `kind`, only what there was by one channel, or the articles that were read."""
    connection = reading()
    row = connection.execute(_CUSTOMER, {"id": customer_id}).first()
    if row is None or row.erased_at:
        raise NotFound("There is no such customer.")
    if row.merged_into_id:
        return redirect(f"/inbox/customers/{row.merged_into_id}", 303)
    pages = min(_number(request.args.get("pages", "")), MOST_PAGES)
    times, past, names = Times(clock.now()), history(customer_id, limit=MOST * pages), kind_names()
    kind = request.args.get("kind", "")
    there = {line.kind for line in past}
    return render(
        "inbox/customer.html",
        customer=row,
        contacts=contacts_of(connection, customer_id),
        **about(connection, row),
        more=pages + 1 if len(past) >= MOST * pages and pages < MOST_PAGES else 0,
        past=[line for line in past if kind in ("", line.kind)],
        kinds=[(one, name) for one, name in names.items() if one in there] if len(there) > 1 else (),
        kind=kind,
        kind_names=names,
        verdicts=verdict_words(),
        local_time=local_time(row.timezone, times),
        known=known_fields(row.fields),
        times=times,
        **sidebar(get_viewer(), ""),
    )


def keep_notes(customer_id: int) -> ResponseReturnValue:
    """What the team should know about this person; the customer never sees it."""
    with writing() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            raise NotFound("There is no such customer.")
        customer.notes = request.form.get("notes", "").strip()[:LONGEST_NOTES]
        customer.caution = " ".join(request.form.get("caution", customer.caution).split())[:LONGEST_CAUTION]
    following = request.form.get("next", "")
    return redirect(safe_next(following) if following else f"/inbox/customers/{customer_id}", 303)


def _number(text: str) -> int:
    return max(int(text), 1) if text.isdecimal() and len(text) < 4 else 1
