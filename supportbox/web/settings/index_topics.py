"""The topics of the settings, in the order in which somebody looks for them."""

from typing import NamedTuple

from supportbox.web.access import Viewer
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language


class Topic(NamedTuple):
    """One page: where it is, what it is called, and what can be done there."""

    address: str
    name: str
    sentence: str
    is_for_managers: bool = True


def topics_for(viewer: Viewer) -> list[tuple[str, list[Topic]]]:
    """Groups with a heading; a group of which nothing is left is not shown."""
    seen = [
        (heading, [topic for topic in topics if viewer.can_manage or not topic.is_for_managers])
        for heading, topics in _groups()
    ]
    return [(heading, topics) for heading, topics in seen if topics]


@per_language
def _groups() -> list[tuple[str, list[Topic]]]:
    return [(_("Yours"), _own()), (_("Work"), _work()), (_("How messages come"), _ways()), (_("The desk"), _desk())]


def _own() -> list[Topic]:
    return [
        Topic(
            "/settings/me",
            _("Your settings"),
            _("Name, language, time zone, theme, password, and where you are signed in."),
            False,
        ),
        Topic("/settings/me/notices", _("Notices"), _("What you hear of, in the browser and by letter."), False),
        Topic(
            "/settings/me/second-factor", _("Second factor"), _("A code of your phone besides your password."), False
        ),
    ]


def _work() -> list[Topic]:
    return [
        Topic("/settings/replies", _("Saved replies"), _("Answers that are needed again and again."), False),
        Topic("/settings/help/", _("Articles"), _("What your customers read in the help centre."), False),
        Topic("/inbox/customers", _("Customers"), _("Who writes to you, and what is known of them."), False),
        Topic("/settings/customer-fields", _("Customer fields"), _("What else you keep of a customer.")),
    ]


def _ways() -> list[Topic]:
    return [
        Topic("/settings/mailboxes", _("Mailboxes"), _("Addresses, servers, signatures and acknowledgements.")),
        Topic("/settings/channels", _("Channels"), _("Where else customers write to you.")),
        Topic("/settings/widget", _("Widget and chat"), _("A button on your site: search, chat, leave a message.")),
        Topic("/settings/mail", _("Mailbox health"), _("Whether mail comes in and leaves."), False),
        Topic("/settings/mail-trust", _("Trust in mail"), _("Which mail servers are believed, who is blocked.")),
    ]


def _desk() -> list[Topic]:
    return [
        Topic("/setup/business", _("Your business"), _("Name, language, time zone, colour and logo.")),
        Topic("/settings/hours", _("Opening hours"), _("When you answer, and which days are closed.")),
        Topic("/settings/look", _("Look"), _("How the help centre looks and what it says.")),
        Topic("/settings/agents", _("Agents"), _("Who works here, in which role; invitations.")),
        Topic("/settings/teams", _("Teams"), _("Who sees which mailboxes.")),
        Topic("/settings/retention", _("How long things are kept"), _("When old tickets and letters are forgotten.")),
        Topic("/settings/audit", _("Audit"), _("Who changed what, and when.")),
    ]
