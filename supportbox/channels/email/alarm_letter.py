"""The letter that tells our own people, by a mailbox that works, of one that does not."""

import html as html_module
import secrets
from datetime import datetime

from supportbox.channels.translations import catalogue
from supportbox.inbox.mailbox import Mailbox
from supportbox.mail.letter import Address, Draft
from supportbox.translations.retelling import retold_in


def alarm_draft(way: Mailbox, broken: Mailbox, receiver: str, language: str, *, at: datetime) -> Draft:
    """Plain words, and the reason as the last poll gave it."""
    _ = catalogue(language).gettext
    named = {"address": broken.address}
    subject = _("No mail comes in at %(address)s") % named
    text = "\n\n".join(
        (
            _("SupportBox has not been able to fetch the mail of %(address)s for a while.") % named,
            retold_in(language, broken.last_error) or _("The reason is not known."),
            _("No letter is lost: they stay on the server until this is mended. The page “Mailbox health” says more."),
        )
    )
    return Draft(
        sender=Address(way.address, "SupportBox"),
        to=Address(receiver, ""),
        subject=subject,
        text=text,
        html="".join(f"<p>{html_module.escape(part)}</p>" for part in text.split("\n\n")),
        message_id=f"<alarm.{secrets.token_hex(16)}@{way.address.rpartition('@')[2]}>",
        date=at,
        automatic=True,
    )
