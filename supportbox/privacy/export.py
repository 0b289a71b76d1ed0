"""Handing out what is kept of a person: a zip of JSON, their letters as they came, and their files."""

import json
import os
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.files import path_of
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.callback import Callback
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.rating import Rating
from supportbox.inbox.reference import Reference
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.people.customer_field import list_fields
from supportbox.privacy.person import Person, own_tickets, person_of, shared_tickets

README = """What {business} keeps of you.

person.json     who you are to us, and how we can reach you
tickets.json    your requests with everything said in them
letters/        the letters that you wrote, as they came
files/          the files that you sent and that we sent to you
"""


def export_customer(session: Session, settings: Settings, customer_id: int, target: Path, *, business: str) -> int:
    """Write the zip, readable by its owner alone; returns how many tickets are theirs. Nothing is changed."""
    person = person_of(session, customer_id)
    own = own_tickets(session, person)
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _write(file, session, settings, person, own, business)
        part.replace(target)
    except OSError as error:
        raise Refused(f"The export could not be written to {target}: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return len(own)


def _write(
    file: IO[bytes], session: Session, settings: Settings, person: Person, own: list[int], business: str
) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(business=business))
        archive.writestr("person.json", _json(_person(session, person)))
        tickets = []
        for number in (*own, *shared_tickets(session, person)):
            messages = _messages(session, person, number, is_own=number in own)
            if messages or number in own:
                tickets.append(_ticket(session, number, messages))
                _add_papers(archive, session, settings, number, messages)
        archive.writestr("tickets.json", _json(tickets))


def _person(session: Session, person: Person) -> dict[str, Any]:
    customer = session.get_one(Customer, person.id)
    names = {str(field.id): field.name for field in list_fields(session)}
    contacts = session.scalars(select(Contact).where(Contact.id.in_(person.contacts)).order_by(Contact.id))
    return {
        "names": list(person.names),
        "company": customer.company,
        "language": customer.language,
        "timezone": customer.timezone,
        "preferred_channel": customer.preferred_channel,
        "notes": customer.notes,
        "caution": customer.caution,
        "fields": {names[key]: value for key, value in customer.fields.items() if key in names},
        "known_since": _when(customer.created_at),
        "contacts": [_contact(one) for one in contacts],
    }


def _contact(one: Contact) -> dict[str, Any]:
    proof = {"verified_at": _when(one.verified_at), "verified_how": one.verified_how}
    return {"kind": one.kind, "value": one.value, **proof, "since": _when(one.created_at)}


def _messages(session: Session, person: Person, number: int, *, is_own: bool) -> Sequence[Message]:
    """Of their own tickets what was said between them and us; of other people's only their own words. No notes: those
    are the team's."""
    query = select(Message).where(Message.ticket_id == number, Message.kind != "note").order_by(Message.id)
    if not is_own:
        return session.scalars(query.where(Message.contact_id.in_(person.contacts))).all()
    return session.scalars(query.where(Message.is_foreign.is_(False))).all()


def _ticket(session: Session, number: int, messages: Sequence[Message]) -> dict[str, Any]:
    ticket = session.get_one(Ticket, number)
    ratings = session.scalars(select(Rating).where(Rating.ticket_id == number).order_by(Rating.id))
    calls = session.scalars(select(Callback).where(Callback.ticket_id == number).order_by(Callback.id))
    return {
        "reference": str(Reference(number)),
        "subject": ticket.subject,
        "status": ticket.status,
        "created_at": _when(ticket.created_at),
        "closed_at": _when(ticket.closed_at),
        "ratings": [{"at": _when(one.at), "verdict": one.verdict, "sentence": one.sentence} for one in ratings],
        "callbacks": [{"at": _when(one.asked_at), "number": one.phone, "from": _when(one.slot_from)} for one in calls],
        "messages": [_message(session, message) for message in messages],
    }


def _message(session: Session, message: Message) -> dict[str, Any]:
    files = session.scalars(select(Attachment).where(Attachment.message_id == message.id).order_by(Attachment.id))
    sent_to = session.scalars(select(Delivery.receiver).where(Delivery.message_id == message.id)).all()
    return {
        "id": message.id,
        "kind": message.kind,
        "channel": message.channel,
        "at": _when(message.at),
        "from": message.sender_value or message.sender_name,
        "to": list(sent_to),
        "text": message.text,
        "html": message.html,
        "files": [{"filename": one.filename, "size": one.size, "path": _name(message, one)} for one in files],
    }


def _add_papers(
    archive: zipfile.ZipFile, session: Session, settings: Settings, number: int, messages: Sequence[Message]
) -> None:
    for message in messages:
        letter = session.get(Intake, message.intake_id) if message.intake_id else None
        if letter and letter.path:
            _add(archive, settings.raw / letter.path, f"letters/SB-{number}-{message.id}.eml")
        for one in session.scalars(select(Attachment).where(Attachment.message_id == message.id)):
            _add(archive, settings.files / path_of(one.token), _name(message, one))


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    if path.is_file():
        archive.write(path, name)


def _name(message: Message, file: Attachment) -> str:
    """Where a file lies in the zip: its own name, without what could lead out of a folder."""
    plain = "".join(one if one.isalnum() or one in " .-_()" else "_" for one in file.filename).strip(" .") or "file"
    return f"files/SB-{message.ticket_id}-{message.id}/{file.id}-{plain[-100:]}"


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
