"""The roles in words: what each is called, and what it may do."""

from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language


@per_language
def role_words() -> dict[str, tuple[str, str]]:
    """For each role its name and one sentence."""
    return {
        "owner": (_("Owner"), _("Everything, other owners included.")),
        "admin": (_("Admin"), _("Everything but owners: people, mailboxes, settings.")),
        "agent": (_("Agent"), _("Answers customers and writes articles.")),
        "light": (_("Light agent"), _("Reads tickets and writes notes; never answers a customer.")),
    }
