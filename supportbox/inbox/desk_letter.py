"""A letter of the desk itself to one of its own people: an invitation, a way to a new password, a notice.

`queue_letter` adds the letter and its Delivery in the caller's transaction; from there it goes the way of every reply:
claimed, sent, tried again for three days, never twice. `text` is plain: an empty line parts paragraphs, an address
alone in its line becomes a link. A text with a secret in it (a link that lets somebody in) is sealed by the caller
with `channels.vault.seal` and `is_sealed`. The text is forgotten once the letter has left or has failed for good.

With `ticket_id` and `agent_id` an answer to the letter goes, where the mailbox has plus addresses, to the address that
is signed for that agent and ticket (`inbox.agent_letters`). A Delivery of a desk letter has no `ticket_id` of its own,
so that no page of a ticket or customer ever lists it.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox


class DeskLetter(Base):
    __tablename__ = "desk_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    text: Mapped[str]
    is_sealed: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(default="en")
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))  # what an answer is about
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # whose an answer is
    created_at: Mapped[datetime]


def queue_letter(
    session: Session,
    *,
    to: str,
    subject: str,
    text: str,
    language: str,
    kind: str,
    now: datetime,
    name: str = "",
    is_sealed: bool = False,
    ticket_id: int | None = None,
    agent_id: int | None = None,
    mailbox_id: int | None = None,
) -> Delivery:
    """Have a letter sent to one of our people; `kind` is invitation, reset or notice. Without a mailbox the first
    that can send does."""
    letter = DeskLetter(
        subject=subject,
        text=text,
        is_sealed=is_sealed,
        language=language,
        ticket_id=ticket_id,
        agent_id=agent_id,
        created_at=now,
    )
    session.add(letter)
    session.flush()
    delivery = Delivery(
        desk_letter_id=letter.id,
        mailbox_id=mailbox_id,
        kind=kind,
        receiver=to,
        receiver_name=name,
        due_at=now,
        created_at=now,
    )
    session.add(delivery)
    session.flush()
    return delivery


_SENDERS = select(Mailbox.id).where(Mailbox.is_active, Mailbox.smtp_url != "").limit(1)


def has_way_out(session: Session) -> bool:
    """Whether any mailbox can send, so that a letter makes sense."""
    return session.scalar(_SENDERS) is not None


def forget_text(session: Session, delivery: Delivery) -> None:
    """Its words have done their work: they are other people's, or secret."""
    letter = session.get(DeskLetter, delivery.desk_letter_id) if delivery.desk_letter_id else None
    if letter:
        letter.text, letter.is_sealed = "", False
