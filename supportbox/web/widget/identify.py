"""A site vouches for whoever is signed in there: their history hangs on the account, wherever they write from."""

from datetime import datetime

from flask import Response, request
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.form import is_address
from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox.customer_merging import merge_customers
from supportbox.inbox.delivery import Delivery
from supportbox.people.contact import Contact
from supportbox.people.contacts import find, prove
from supportbox.people.customer import Customer
from supportbox.people.find import find_or_make_contact
from supportbox.people.visitor import Visitor
from supportbox.web.reading import writing
from supportbox.web.widget import asking
from supportbox.web.widget.identity import Identity, read_identity
from supportbox.web.widget.options import get_options


def vouch() -> Response:
    """Tie this visitor to their account. 409 when the browser's token is another's: it has to make a new one."""
    chosen, now = get_options(), clock.now()
    try:
        asking.check_origin()
        identity = read_identity(request.form.get("identity", ""), chosen.identity_secret(), now=now)
        if identity is None:
            raise Forbidden("The site could not vouch for you.")
        with writing() as session:
            visitor = asking.any_visitor(session, now=now)
            if visitor.account not in ("", identity.account):
                raise Conflict("This browser belongs to another account.")
            if not visitor.account:
                _tie(session, visitor, identity, now=now)
    except Refused as error:
        return asking.refusal(error)
    return asking.answer({})


def _tie(session: Session, visitor: Visitor, identity: Identity, *, now: datetime) -> None:
    value = f"account:{identity.account}"
    visitor.account, visitor.name = identity.account, visitor.name or identity.name
    own, known = session.get(Contact, visitor.contact_id) if visitor.contact_id else None, find(session, "chat", value)
    if own and known is None:
        # What they said before signing in is theirs as well, and keeps its place.
        session.execute(
            update(Delivery)
            .where(Delivery.channel == "chat", Delivery.receiver == own.value, Delivery.state == "queued")
            .values(receiver=value)
        )
        own.value = value
        session.flush()
    elif own and known and own.customer_id != known.customer_id:
        _join(session, known, own, now=now)
    made = find_or_make_contact(session, "chat", value, name=identity.name, language=visitor.language, now=now)
    visitor.contact_id = made.contact_id
    prove(session, made.contact_id, "site", now=now)
    _claims(session, visitor, identity)


def _join(session: Session, known: Contact, own: Contact, *, now: datetime) -> None:
    kept, merged = session.get_one(Customer, known.customer_id), session.get_one(Customer, own.customer_id)
    if not (kept.merged_into_id or kept.erased_at or merged.merged_into_id or merged.erased_at):
        merge_customers(session, kept, merged, by=None, at=now)


def _claims(session: Session, visitor: Visitor, identity: Identity) -> None:
    """What they proved from another browser holds here too; an account's address is no proof of a mailbox."""
    session.flush()
    before = session.scalar(
        select(Visitor)
        .where(Visitor.contact_id == visitor.contact_id, Visitor.confirmed_at.is_not(None), Visitor.id != visitor.id)
        .limit(1)
    )
    if before:
        visitor.email_claim, visitor.confirmed_at = before.email_claim, before.confirmed_at
    elif not visitor.email_claim and is_address(identity.email):
        visitor.email_claim = identity.email
    session.flush()
