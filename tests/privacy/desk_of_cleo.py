"""A desk that knows Cleo in every way that it can know somebody; each word of hers can be told from all others."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.durable import write_all
from supportbox.channels.files import keep_files
from supportbox.config import Settings
from supportbox.inbox import receive
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.draft import Draft
from supportbox.inbox.intake import Intake
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.rating import rate
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.mail.letter import Enclosure
from supportbox.people.audit import note
from supportbox.people.contact import Contact
from supportbox.people.contacts import add_contact
from supportbox.people.customer import Customer
from supportbox.people.throttle import allow
from supportbox.people.trust import set_rule
from supportbox.search.tickets import index_tickets
from tests.conftest import NOW, People

# Nothing of these may be found anywhere once Cleo is erased.
HERS = (
    "cleo@example.org", "cleo.work@example.org", "+33612345678", "Cleopatra", "teapotwords", "formwords", "quotedwords",
    "htmlwords", "answerwords", "notewords", "draftwords", "ratingwords", "filewords", "filenamewords", "subjectwords",
    "aboutwords", "companywords", "fieldwords", "sharedwords", "strayword", "wasname",
)  # fmt: skip
KEPT = ("dotswords", "dotsubject")


def letter(session: Session, settings: Settings, uid: int, sender: str, subject: str, text: str, **more: object) -> int:
    """A letter that was kept, understood and filed."""
    raw = f"From: {sender}\r\nMessage-ID: <{uid}.{sender}>\r\nSubject: {subject}\r\n\r\n{text}".encode()
    path = f"1/1/0/{uid}.eml"
    write_all(settings.raw, {path: raw})
    intake = Intake(
        mailbox_id=1, uidvalidity=1, uid=uid, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw), path=path,
        state="done", reason=f"From {sender}", message_id=f"<{uid}.{sender}>", received_at=NOW, kept_at=NOW,
    )  # fmt: skip
    session.add(intake)
    session.flush()
    incoming = Incoming(
        "email", Sender("email", sender, "Cleopatra" if "cleo" in sender else "Dot"), subject, text, NOW,
        mailbox_id=1, intake_id=intake.id, external_id=intake.message_id, **more,
    )  # type: ignore[arg-type]  # fields of Incoming  # fmt: skip
    receipt = receive(session, incoming, now=NOW)
    intake.ticket_id = receipt.ticket_id
    assert receipt.ticket_id
    session.flush()
    return receipt.ticket_id


def fill(session: Session, settings: Settings, people: People) -> tuple[int, int]:
    """Cleo's ticket, and Dot's in which Cleo took part."""
    cleo = people.cleo
    cleo.name, cleo.notes, cleo.company, cleo.fields = "Cleopatra Q", "aboutwords", "companywords", {"1": "fieldwords"}
    add_contact(session, cleo, "phone", "06 12 34 56 78", region="FR", now=NOW, how="call")
    add_contact(session, cleo, "email", "cleo.work@example.org", region="FR", now=NOW)
    files = keep_files(settings.files, [Enclosure("filenamewords.txt", "text/plain", b"filewords")])
    own = letter(
        session, settings, 1, "cleo@example.org", "subjectwords", "teapotwords\n> quotedwords",
        visible_text="teapotwords", html="<p>htmlwords</p>", files=files, copied=("dot@example.net",),
    )  # fmt: skip
    ticket = session.get_one(Ticket, own)
    reply(session, ticket, people.ada, "Dear Cleopatra: answerwords", now=NOW, undo=timedelta(0))
    reply(session, ticket, people.ada, "notewords", now=NOW, undo=timedelta(0), is_note=True)
    session.flush()
    ticket.close(by=people.ada, at=NOW)
    rate(session, ticket, 3, "ratingwords", at=NOW)
    session.add(Draft(agent_id=people.ben.id, ticket_id=own, mode="reply", fields={"text": "draftwords"}, at=NOW))
    form = Incoming("form", Sender("email", "cleo.work@example.org"), "Hello", "formwords", NOW, mailbox_id=1)
    receive(session, form, now=NOW)
    shared = _shared(session, settings, people)
    allow(session, "form:cleo@example.org", limit=3, within=timedelta(hours=1), now=NOW)
    set_rule(session, "cleo@example.org", blocked=False, agent_id=None, now=NOW)
    note(session, "customer_exported", agent_id=people.ada.id, at=NOW, email="cleo@example.org")
    _stray(session, settings)
    while index_tickets(session):
        pass
    return own, shared


def _shared(session: Session, settings: Settings, people: People) -> int:
    number = letter(session, settings, 2, "dot@example.net", "dotsubject", "dotswords before")
    hers = session.scalars(select(Contact).where(Contact.value == "cleo@example.org")).one()
    session.add(Participant(ticket_id=number, contact_id=hers.id, is_accepted=True))
    session.flush()
    clues = Clues(token_ticket=number)
    letter(session, settings, 3, "cleo@example.org", "Re: dotsubject", "sharedwords", clues=clues)
    answer = "dotswords after, cleo@example.org\n> sharedwords"
    visible = "dotswords after, Cleo@example.org and cleopatra q"
    letter(session, settings, 4, "dot@example.net", "Re: dotsubject", answer, visible_text=visible, clues=clues)
    return number


def _stray(session: Session, settings: Settings) -> None:
    """A letter of hers in quarantine, and a customer who was once merged."""
    write_all(settings.raw, {"1/1/0/9.eml": b"From: Cleo <CLEO@example.org>\r\n\r\nstrayword"})
    values = {"mailbox_id": 1, "uidvalidity": 1, "uid": 9, "sha256": "", "size": 2, "path": "1/1/0/9.eml"}
    session.add(Intake(state="quarantined", reason="cleo@example.org", received_at=NOW, kept_at=NOW, **values))
    kept = session.scalars(select(Customer).where(Customer.name == "Cleopatra Q")).one()
    session.add(Customer(name="wasname", merged_into_id=kept.id, created_at=NOW))
    session.flush()


def found_in(settings: Settings, words: tuple[str, ...]) -> dict[str, list[str]]:
    """In which files of the instance each word stands, in any case; the database's own files above all."""
    there: dict[str, list[str]] = {}
    for path in sorted(settings.instance.rglob("*")):
        if path.is_file():
            content = path.read_bytes().lower()
            for word in words:
                if word.lower().encode() in content:
                    there.setdefault(word, []).append(path.relative_to(settings.instance).as_posix())
    return there


def figures(session: Session) -> list[tuple[object, ...]]:
    """What reports count."""
    tickets = select(Ticket.id, Ticket.status, Ticket.created_at, Ticket.closed_at, Ticket.message_count)
    deliveries = select(Delivery.kind, Delivery.created_at).order_by(Delivery.id)
    return [tuple(row) for row in session.execute(tickets.order_by(Ticket.id))] + [
        tuple(row) for row in session.execute(deliveries)
    ]


def moment() -> datetime:
    return NOW + timedelta(days=1)
