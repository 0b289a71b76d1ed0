"""Codes to what somebody says is theirs: sent by mail or as a text message, typed in on the page that asked."""

from datetime import timedelta

from flask import current_app, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.vault import seal
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.desk_letter import queue_letter
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.contact_claim import ContactClaim, claim_digits, make_claim, redeem_claim
from supportbox.people.contact_value import normalise, region_of
from supportbox.people.throttle import allow
from supportbox.web.frame import page_language
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, reading

HOUR = timedelta(hours=1)
A_CONTACT, A_PLACE, TRIES_AN_HOUR = 3, 10, 15
# A number is proven by a text message, whatever it was given for.
BY = {"email": "email", "sms": "sms", "phone": "sms"}


def code_kinds() -> list[str]:
    """What a code can be sent to: an address always, a number where we can send text messages."""
    has_sms = select(Mailbox.id).where(Mailbox.channel == "sms", Mailbox.is_active).limit(1)
    return ["email", *(["sms"] if reading().scalar(has_sms) else [])]


def read_value(kind: str, text: str) -> str:
    """The address or number as it is kept. Refused when it cannot be one."""
    if kind not in BY:
        raise Refused("Choose whether this is an e-mail address or a phone number.")
    return normalise(kind, text[:254], region=region_of(business()))


def send_code(
    session: Session, ticket_id: int, purpose: str, kind: str, value: str, *, mailbox_id: int | None = None
) -> None:
    """Send one, from that mailbox or any. Refused when there were several lately."""
    now = clock.now()
    is_allowed = allow(session, f"claim:{request.remote_addr}", limit=A_PLACE, within=HOUR, now=now) and (
        allow(session, f"claim-to:{kind}:{value}", limit=A_CONTACT, within=HOUR, now=now)
    )
    if not is_allowed:
        raise Refused("Several codes were sent within the hour. Use the last one, or wait a while.")
    claim = make_claim(session, ticket_id=ticket_id, purpose=purpose, kind=kind, value=value, now=now)
    _send(session, claim, claim_digits(_key(), claim), mailbox_id)


def redeem_code(session: Session, ticket_id: int, purpose: str, typed: str) -> ContactClaim | None:
    """What the typed code proves; None when it is not right, or was tried too often."""
    now = clock.now()
    if not allow(session, f"claim-try:{purpose}:{ticket_id}", limit=TRIES_AN_HOUR, within=HOUR, now=now):
        return None
    return redeem_claim(session, _key(), ticket_id, purpose, typed[:40], now=now)


def _send(session: Session, claim: ContactClaim, digits: str, mailbox_id: int | None) -> None:
    text = _("Your code is %(code)s. It is good for ten minutes, once.", code=f"{digits[:3]} {digits[3:]}")
    warning = _("If you did not ask for it, do nothing: without it nobody sees or changes anything.")
    channel = BY[claim.kind]
    delivery = queue_letter(
        session,
        to=claim.value,
        subject=_("Your code"),
        text=seal(_settings(), f"{text}\n\n{warning}"),
        is_sealed=True,
        language=page_language(),
        kind="notice",
        ticket_id=claim.ticket_id,
        mailbox_id=mailbox_id,
        now=clock.now(),
    )
    if channel != "email":
        query = select(Mailbox.id).where(Mailbox.channel == channel, Mailbox.is_active).order_by(Mailbox.id).limit(1)
        delivery.channel, delivery.mailbox_id = channel, session.scalar(query)
        if delivery.mailbox_id is None:
            raise Refused("We cannot send text messages at the moment. Choose e-mail.")


def _key() -> bytes:
    return _settings().key("contact-claim")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
