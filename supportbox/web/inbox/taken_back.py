"""A reply that was taken back, as it was typed: into the composer again, with its receivers and its files."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.forward import KIND, words_and_quote
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.parcel import File
from supportbox.inbox.upload import keep_uploads
from supportbox.people.agent import Agent
from supportbox.web.inbox.typed import Typed


def typed_again(session: Session, message: Message, agent: Agent, *, now: datetime) -> Typed:
    """Its files are the agent's uploads again, so that they can be sent once more."""
    deliveries = session.scalars(select(Delivery).where(Delivery.message_id == message.id).order_by(Delivery.id)).all()
    to, cc, bcc = (", ".join(one.receiver for one in deliveries if one.role == role) for role in ("to", "cc", "bcc"))
    is_forward = any(one.kind == KIND for one in deliveries)
    tokens = _give_back(session, message, agent, now=now)
    text = words_and_quote(message)[0] if is_forward else message.text
    mode = "forward" if is_forward else "reply"
    is_talk = any(one.channel != "email" for one in deliveries)
    return Typed(
        mode,
        text,
        to="" if is_talk else to,
        cc=cc,
        bcc=bcc,
        way=f"{message.channel}:{message.contact_id}" if is_talk else "",
        uploads=tokens,
        is_safe="safe" in message.facts,
        has_cc=not is_forward and not is_talk,
    )


def _give_back(session: Session, message: Message, agent: Agent, *, now: datetime) -> tuple[str, ...]:
    rows = session.scalars(select(Attachment).where(Attachment.message_id == message.id).order_by(Attachment.id)).all()
    files = [
        File(row.token, row.filename, row.content_type, row.size, row.sha256, row.is_inline, row.content_id)
        for row in rows
    ]
    keep_uploads(session, agent.id, files, now=now)
    session.execute(delete(Attachment).where(Attachment.message_id == message.id))
    return tuple(file.token for file in files)
