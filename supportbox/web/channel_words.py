"""Channels by name, for agents and for customers alike."""

from sqlalchemy.orm import Session

from supportbox.inbox.mailbox import Mailbox
from supportbox.people.contact_value import region_of, shown
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.reading import business

# These are names, and keep their capital wherever they stand.
NAMES = ("sms", "whatsapp", "telegram", "messenger", "instagram")
# Of these nobody wants to read the value: it is a random name or somebody else's number for a person.
NAMELESS = ("chat", "account", "webhook", "messenger", "instagram", "telegram")


@per_language
def channel_words() -> dict[str, str]:
    return {
        "email": _("E-mail"),
        "form": _("Form"),
        "chat": _("Chat"),
        "phone": _("Phone"),
        "voice": _("Phone"),
        "sms": _("SMS"),
        "whatsapp": "WhatsApp",
        "telegram": "Telegram",
        "messenger": "Messenger",
        "instagram": "Instagram",
        "webhook": _("Other services"),
        "counter": _("Visit"),
        "post": _("Letter by post"),
    }


def channel_word(channel: str) -> str:
    """One of them; a kind that has no name yet says its own."""
    return channel_words().get(channel, channel)


def channel_inside(channel: str) -> str:
    """The same within a sentence: by e-mail, by SMS, by WhatsApp."""
    word = channel_word(channel)
    return word if channel in NAMES else word[:1].lower() + word[1:]


def service_name(session: Session, channel: str, mailbox_id: int | None) -> str:
    """What the owner calls one of the other services, since there may be several; "" for every other channel."""
    box = session.get(Mailbox, mailbox_id) if channel == "webhook" and mailbox_id else None
    return box.address if box else ""


def contact_name(kind: str, value: str) -> str:
    """A customer's contact as their agents read it: numbers in groups, and no random names."""
    if kind == "phone":
        return shown(kind, value, region=region_of(business()))
    return value if kind in ("email", "account", "form") else way_name(kind, value)


def way_name(channel: str, value: str, service: str = "") -> str:
    """A channel and where it leads."""
    if service:
        return service
    if channel in NAMELESS:
        return channel_word(channel)
    return f"{channel_word(channel)} {shown(channel, value, region=region_of(business()))}"
