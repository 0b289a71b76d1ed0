"""Channels by name, for agents and for customers alike."""

from supportbox.people.contact_value import region_of, shown
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.reading import business

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


def way_name(channel: str, value: str) -> str:
    """A channel and where it leads."""
    if channel in NAMELESS:
        return channel_word(channel)
    return f"{channel_word(channel)} {shown(channel, value, region=region_of(business()))}"
