"""Which kinds of channels there are, and the channel of a mailbox."""

from importlib import import_module
from typing import cast

from supportbox.channels.channel import Channel
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox

# kind: where its class is; a kind's module is loaded only when a mailbox is of that kind.
KINDS = {
    "email": "supportbox.channels.email.email_channel:EmailChannel",
    "sms": "supportbox.channels.sms:SmsChannel",
    "whatsapp": "supportbox.channels.whatsapp:WhatsappChannel",
    "messenger": "supportbox.channels.messenger:MessengerChannel",
    "instagram": "supportbox.channels.instagram:InstagramChannel",
    "telegram": "supportbox.channels.telegram:TelegramChannel",
    "chat": "supportbox.channels.chat:ChatChannel",
    "voice": "supportbox.channels.voice:VoiceChannel",
    "webhook": "supportbox.channels.webhook:WebhookChannel",
}


def open_channel(settings: Settings, mailbox: Mailbox) -> Channel:
    """The channel of a mailbox; nothing is connected yet."""
    if mailbox.channel not in KINDS:
        raise Refused(f"There is no channel of the kind {mailbox.channel!r}.")
    module, _, name = KINDS[mailbox.channel].partition(":")
    return cast(Channel, getattr(import_module(module), name)(settings, mailbox))
