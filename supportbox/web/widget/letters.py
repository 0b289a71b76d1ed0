"""A message left when nobody is there: what the contact form does, from the panel, once however often it is sent."""

from pathlib import Path

from flask import Response, request
from sqlalchemy import select

from supportbox import clock, inbox
from supportbox.channels import form as form_channel
from supportbox.channels.words import first_words
from supportbox.errors import Refused
from supportbox.inbox.chat_mail import mail_mailbox
from supportbox.inbox.message import Message
from supportbox.web.access import current_settings
from supportbox.web.customer.form import LONGEST_MESSAGE
from supportbox.web.customer.links import token_for
from supportbox.web.frame import page_language
from supportbox.web.reading import writing
from supportbox.web.widget import asking, attached
from supportbox.web.widget.options import get_options

AN_ADDRESS, A_PLACE = 3, 30  # messages an hour


def leave() -> Response:
    """Take it in; the answer says where it can be followed, to whoever sent it first."""
    get_options()
    try:
        asking.check_origin()
        attached.check_size()
        number = _take_in(_read())
    except Refused as error:
        return asking.refusal(error)
    return asking.answer({"href": f"/r/{token_for(number)}" if number else ""})


def _read() -> form_channel.Entry:
    form = request.form
    text, email, key = form.get("text", "").strip(), form.get("email", "").strip(), form.get("key", "")
    if not text or len(text) > LONGEST_MESSAGE:
        raise Refused("Write what happened, or what you would like to know.")
    if not form_channel.is_address(email):
        raise Refused("Check your e-mail address: it should look like cleo@example.org.")
    if not 16 <= len(key) <= 60 or not key.isascii() or not key.isprintable():
        raise Refused("Write something first.")
    return form_channel.Entry(
        email=email,
        subject=first_words(text),
        text=text,
        name=form.get("name", ""),
        language=page_language(),
        uploads=attached.read(),
        once=key,
        is_machine=bool(form.get("fax_number")),
    )


def _take_in(entry: form_channel.Entry) -> int:
    """The new ticket; 0 where there is none to be shown."""
    now = clock.now()
    with writing() as session:
        if session.scalar(select(Message.id).where(Message.external_id == f"form:{entry.once}")):
            return 0
        asking.check_rate(session, f"form:{request.remote_addr}", A_PLACE, asking.HOUR, now=now)
        asking.check_rate(session, f"form:{entry.email.lower()}", AN_ADDRESS, asking.HOUR, now=now)
        if entry.uploads:
            asking.check_rate(session, f"files:{request.remote_addr}", attached.A_PLACE, asking.HOUR, now=now)
        folder, mailbox_id = Path(current_settings().files), mail_mailbox(session, page_language())
        incoming = form_channel.incoming_from(
            entry, mailbox_id=mailbox_id, ticket_id=None, files_folder=folder, now=now
        )
        receipt = inbox.receive(session, incoming, now=now)
        # An address is only a claim: a ticket that was there before is not shown to whoever knows it.
        return receipt.ticket_id if receipt.is_new_ticket and receipt.ticket_id else 0
