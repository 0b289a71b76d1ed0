"""What the channels' settings say: each kind, its fields and the stages of its test, in the page's language."""

from dataclasses import dataclass, replace
from datetime import timedelta

from supportbox.channels.gateway import Gateway
from supportbox.channels.gateways import gateways
from supportbox.channels.hook import Field
from supportbox.channels.rehearse import Tried
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.contact_value import NUMBERS, shown
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.inbox.provider_reasons import mark
from supportbox.web.inbox.reasons import reason
from supportbox.web.settings.channels_guides import guide_of

HOUR = timedelta(hours=1)
# Labels and helps as the kinds declare them; a test asks for each.
DECLARED = (
    mark("Access token"),
    mark("Account SID"),
    mark("Address of the service"),
    mark("Address that takes our messages"),
    mark("App secret"),
    mark("Any word; Meta asks for it once."),
    mark("At least 16 characters; the other side signs with it too."),
    mark("Auth token"),
    mark("Bot token"),
    mark("BotFather gives it."),
    mark("Instagram account ID"),
    mark("Letters and digits; Telegram shows it with every call."),
    mark("Page ID"),
    mark("Page access token"),
    mark("Phone number ID"),
    mark("Secret word"),
    mark("Shared secret"),
    mark("Verification word"),
    mark("What callers hear first"),
    mark("Such as: Hello, this is the tea shop."),
    mark("Opening hours, read out next"),
    mark("Empty: those of the settings."),
    mark("Language of the menu"),
    mark("en or fr"),
    mark("Write recordings down"),
    mark("yes, where your account has it; English only"),
)
# What helps when a test fails; `channels/rehearse.py` says them in English.
FIXES = (
    mark("Check the address of the service. A firewall on the way out may be the reason too."),
    mark("Copy account and key again, from the same account of the provider."),
    mark("Nothing is wrong with what was filled in. Wait a few minutes, then test again."),
    mark("Compare each field with what the provider shows."),
    mark("Set SUPPORTBOX_BASE_URL to the https:// address by which everybody reaches this desk."),
)
__all__ = ["About", "DECLARED", "FIXES", "HOUR", "address_shown", "guide_of", "kinds", "labels", "reason", "said"]


@dataclass(frozen=True, slots=True)
class About:
    """A kind as the pages speak of it."""

    name: str
    purpose: str
    address: str


@per_language
def kinds() -> dict[str, About]:
    """Each kind in words; one that nobody has put into words has its name."""
    plain = {
        kind: About(one.NAME, "", _("Name of the service, as your customers know it"))
        for kind, one in gateways().items()
    }
    return plain | {kind: about for kind, about in _known().items() if kind in plain}


def labels(kind: type[Gateway]) -> list[Field]:
    """The fields of a kind in the page's language, each with where its value is found."""
    hints = guide_of(kind.KIND).hints
    return [
        replace(one, label=_(one.label), help=hints.get(one.name) or (_(one.help) if one.help else ""))
        for one in kind.FIELDS
    ]


def address_shown(box: Mailbox) -> str:
    """Our address there as people write it: a number with its country, in groups."""
    number = box.address.removeprefix("tel:")
    if box.channel not in (*NUMBERS, "voice"):
        return box.address
    return shown("phone", number if number.startswith("+") else f"+{number}", region="")


def said(stage: Tried) -> Tried:
    """A stage in the page's language."""
    return replace(stage, sentence=reason(stage.sentence), fix=_(stage.fix) if stage.fix else "")


def _known() -> dict[str, About]:
    number = _("Your number, with its country: +33 9 39 01 12 34")
    return {
        "sms": About(_("SMS"), _("Text messages through Twilio, or a service that speaks its language."), number),
        "whatsapp": About("WhatsApp", _("WhatsApp Business through Meta’s Cloud API."), number),
        "messenger": About("Messenger", _("What people write to your Facebook page."), _("Name of the page")),
        "instagram": About("Instagram", _("Direct messages to your Instagram account."), _("Name of the account: @…")),
        "telegram": About("Telegram", _("What people write to your bot."), _("Name of the bot: @…")),
        "voice": About(
            _("Voice"), _("A menu for whoever calls, through Twilio: be called back, or leave a message."), number
        ),
        "webhook": About(
            "Webhook",
            _("Any other service: a program of yours sends and takes JSON, signed with a shared secret."),
            _("Name of the service, as your customers know it"),
        ),
    }
