"""Where a conversation can go on: the channels of ours that somebody can come to by a link, and how."""

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.gateway import Gateway
from supportbox.channels.invited import as_brought
from supportbox.channels.kinds import open_channel
from supportbox.config import Settings
from supportbox.inbox.mailbox import Mailbox
from supportbox.web.help.page import base_url

# On these somebody comes to our own page and says there who they are.
OWN_PAGE = ("chat", "email", "sms")


def list_targets(session: Session) -> list[str]:
    """The channels that a link can lead to, each once."""
    boxes = session.scalars(select(Mailbox).where(Mailbox.is_active).order_by(Mailbox.id)).all()
    found = [box.channel for box in boxes if box.channel in OWN_PAGE or _invitation(box, "x" * 43)]
    return list(dict.fromkeys(found))


def link_of(token: str) -> str:
    """Our page for a link: it says where it leads before anything happens."""
    return f"{base_url()}/go/{token}"


def way_in(session: Session, channel: str, token: str) -> str:
    """The address that begins the talk at the provider's; "" where our own page is the way."""
    query = select(Mailbox).where(Mailbox.channel == channel, Mailbox.is_active).order_by(Mailbox.id).limit(1)
    box = session.scalar(query)
    return _invitation(box, token) if box else ""


def _invitation(box: Mailbox, token: str) -> str:
    if box.channel in OWN_PAGE:
        return ""
    settings: Settings = current_app.extensions["settings"]
    channel = open_channel(settings, box)
    return channel.invitation(as_brought(token)) if isinstance(channel, Gateway) else ""
