"""How each kind of channel is connected at its provider: what one needs, where each value is found, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language

# Of which events Meta is asked to tell, as its pages name them: without them links, receipts and edits never come.
SUBSCRIBED = {
    "whatsapp": "messages",
    "messenger": "messages, messaging_postbacks, messaging_referrals, message_deliveries, message_reads, "
    "message_edits, message_reactions",
    "instagram": "messages, messaging_postbacks, messaging_referral, messaging_seen, message_reactions",
}


@dataclass(frozen=True, slots=True)
class Guide:
    """`hints` stand below a field's name and say where its value is; `steps` come once the channel is saved."""

    needs: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()


def guide_of(kind: str) -> Guide:
    """One kind's; of a kind that nobody has described, what holds for all."""
    return _guides().get(kind) or Guide(steps=(_("Give this address to the provider."), _last_step()))


@per_language
def _guides() -> dict[str, Guide]:
    return {
        "sms": Guide(
            _("You need an account at Twilio, and a number there that can take text messages."),
            _at_twilio(),
            (
                _("In Twilio’s console, open Phone Numbers → your number → Messaging."),
                _("Paste this address under “A message comes in”, with HTTP POST, and save there."),
                _("Press “Save and test” below, then send yourself a text message."),
            ),
        ),
        "voice": Guide(
            _("You need an account at Twilio, and a number there that takes calls: the one for text messages will do."),
            {**_at_twilio(), "transcribe": _("Where your account at Twilio has it; English only.")},
            (
                _("In Twilio’s console, open Phone Numbers → your number → Voice."),
                _("Paste this address under “A call comes in”, with HTTP POST, and save there."),
                _("Press “Save and test” below, then call the number."),
            ),
        ),
        "whatsapp": _whatsapp(),
        "messenger": _messenger(),
        "instagram": _instagram(),
        "telegram": _telegram(),
        "webhook": Guide(
            _("For a program of yours that sends messages as JSON and takes our answers. docs/channels.md says how."),
            {"url": _("Our answers go there: https://…")},
            (
                _("Have your program send its messages to this address, signed with the shared secret."),
                _("Press “Save and test” below: your program gets a message that says it is a test."),
            ),
        ),
    }


def _telegram() -> Guide:
    return Guide(
        _("You need a bot: in Telegram, write /newbot to @BotFather and choose a name for it."),
        {
            "token": _("BotFather shows it when the bot is made."),
            "word": _("Make one up of letters, digits, _ and -. Telegram shows it with every call."),
            "api": _as_it_is(),
        },
        (
            _("Press “Save and test” below: that tells Telegram this address. There is nothing to paste."),
            _("Open your bot in Telegram, press Start, and write to it."),
        ),
    )


def _whatsapp() -> Guide:
    return Guide(
        _(
            "You need a business account at Meta, an app of the type Business with the product WhatsApp, and a number"
            " that no WhatsApp app uses."
        ),
        {
            "account": _("In Meta’s app, under WhatsApp → API Setup. It is not the number itself."),
            "token": _(
                "Of a system user in Meta’s business settings, with the right whatsapp_business_messaging. The one"
                " under API Setup is over after a day."
            ),
            **_of_the_app(),
        },
        (
            _("In Meta’s app, open WhatsApp → Configuration."),
            _paste_both(),
            _("Subscribe to: %(fields)s.", fields=SUBSCRIBED["whatsapp"]),
            _("Press “Save and test” below, then write to the number from your own phone."),
        ),
    )


def _messenger() -> Guide:
    return Guide(
        _(
            "You need a Facebook page, and a Meta app with the product Messenger. Until Meta has reviewed the app, only"
            " people with a role in it can write."
        ),
        {
            "account": _("On the page, under About."),
            "token": _("In Meta’s app, under Messenger → Settings, once the page is connected there."),
            **_of_the_app(),
        },
        (
            _("In Meta’s app, open Messenger → Settings → Webhooks."),
            _paste_both(),
            _("Subscribe the page to: %(fields)s.", fields=SUBSCRIBED["messenger"]),
            _("Press “Save and test” below, then write to the page from another account."),
        ),
    )


def _instagram() -> Guide:
    return Guide(
        _(
            "You need a professional Instagram account that is connected to a Facebook page, and a Meta app with the"
            " product Instagram. In Instagram’s settings, “Allow access to messages” must be on."
        ),
        {
            "account": _("In Meta’s app, under Instagram. It is a long number."),
            "token": _("Of the connected page, with the right instagram_manage_messages."),
            **_of_the_app(),
        },
        (
            _("In Meta’s app, open Webhooks → Instagram."),
            _paste_both(),
            _("Subscribe to: %(fields)s.", fields=SUBSCRIBED["instagram"]),
            _("Press “Save and test” below, then write to the account from another one."),
        ),
    )


def _at_twilio() -> dict[str, str]:
    return {
        "account": _("On the first page of Twilio’s console. It begins with AC."),
        "token": _("On the same page, beside the Account SID."),
        "api": _("Leave it as it is, unless another service speaks Twilio’s language for you."),
    }


def _of_the_app() -> dict[str, str]:
    return {
        "app_secret": _("In Meta’s app, under App settings → Basic."),
        "word": _("Make one up and note it: Meta asks for it in a moment."),
        "api": _as_it_is(),
    }


def _as_it_is() -> str:
    return _("Leave it as it is.")


def _paste_both() -> str:
    return _("Paste this address and your verification word there, and press “Verify and save”.")


def _last_step() -> str:
    return _("Press “Save and test” below, then write to yourself.")
