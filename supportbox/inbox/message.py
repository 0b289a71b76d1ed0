"""A message: one entry in a ticket, from the customer, from an agent, or a note; and the files that came with it."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base
from supportbox.inbox.parcel import File

# Channels on which whoever writes again simply goes on. Say it in these words, or the index is not used.
TALK = text("channel NOT IN ('email', 'form')")


class Message(Base):
    """`visible_text` is empty where it is the same as `text`: most letters quote nothing."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_ticket", "ticket_id", "id"),
        Index("ix_message_talk", "contact_id", "id", sqlite_where=TALK, postgresql_where=TALK),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str]  # customer, agent, note
    channel: Mapped[str]
    at: Mapped[datetime]
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    intake_id: Mapped[int | None] = mapped_column(ForeignKey("intake.id"), unique=True)
    sender_name: Mapped[str] = mapped_column(default="")
    sender_value: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    visible_text: Mapped[str] = mapped_column(default="")
    html: Mapped[str | None]
    external_id: Mapped[str | None] = mapped_column(index=True)  # the letter's Message-ID, the provider's id
    body_hash: Mapped[str] = mapped_column(default="")
    send_token: Mapped[str | None] = mapped_column(unique=True)  # one use: a second POST finds this message instead
    verdict: Mapped[str] = mapped_column(default="deliver")
    # said by or to somebody who is not the ticket's customer: that customer's page and letters leave it out
    is_foreign: Mapped[bool] = mapped_column(default=False)
    # why it is here, whether the sender is proven, Cc, a changed Reply-To, defects: shown, never searched
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @property
    def visible(self) -> str:
        return self.visible_text or self.text


class Attachment(Base):
    """A file of a message. On disk it has a random name below the instance's files folder, never its own."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    is_inline: Mapped[bool] = mapped_column(default=False)
    content_id: Mapped[str | None]


def columns_of(file: File) -> dict[str, Any]:
    """A kept file as the columns of an Attachment, without its message."""
    return {field.name: getattr(file, field.name) for field in fields(file)}
