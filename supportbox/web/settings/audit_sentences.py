"""The audit in sentences: what each kind of entry says, with the names that it holds."""

from collections.abc import Mapping

from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.settings.role_words import role_words


@per_language
def kind_words() -> dict[str, tuple[str, str]]:
    """For each kind: its name in the filter, and its sentence."""
    return {**_logins(), **_people(), **_own(), **_data()}


def sentence(kind: str, data: Mapping[str, object]) -> str:
    """What happened; a kind that nobody has put into words is shown by its name."""
    words = kind_words().get(kind)
    if words is None:
        return kind.replace("_", " ").capitalize() + "."
    roles = role_words()
    shown = {
        key: roles[str(value)][0] if key in ("role", "was") and value in roles else value for key, value in data.items()
    }
    return words[1] % _Blank(shown)


class _Blank(dict[str, object]):
    """An entry of before may lack what a sentence of today says."""

    def __missing__(self, key: str) -> str:
        return "…"


def _logins() -> dict[str, tuple[str, str]]:
    return {
        "signed_in": (_("Signed in"), _("Signed in.")),
        "login_failed": (_("Sign-in failed"), _("Somebody tried to sign in as %(email)s with a wrong password.")),
        "login_passed": (_("Password given"), _("Gave the right password; the second factor was asked for.")),
        "code_failed": (_("Code refused"), _("The password was right, the code of the second factor was not.")),
        "recovery_code_used": (_("Recovery code used"), _("Signed in with a recovery code. Codes left: %(left)s.")),
        "reset_asked": (_("New password asked for"), _("A letter with a link to a new password was asked for.")),
        "password_reset": (_("Password reset"), _("Set a new password by the link in a letter.")),
    }


def _people() -> dict[str, tuple[str, str]]:
    return {
        "agent_invited": (_("Invited"), _("Invited %(email)s as: %(role)s.")),
        "invitation_withdrawn": (_("Invitation withdrawn"), _("Withdrew the invitation of %(email)s.")),
        "invitation_taken": (_("Invitation taken"), _("Came by invitation, as: %(role)s.")),
        "role_changed": (_("Role changed"), _("Changed the role of %(email)s from %(was)s to %(role)s.")),
        "agent_deactivated": (
            _("Deactivated"),
            _("Deactivated %(email)s. Tickets that went back to nobody: %(returned)s."),
        ),
        "agent_reactivated": (_("Reactivated"), _("Reactivated %(email)s.")),
        "second_factor_reset": (_("Second factor reset"), _("Reset the second factor of %(email)s.")),
        "password_set": (_("Password set"), _("A command on the server set a new password for %(email)s.")),
        "second_factor_demanded": (_("Second factor demanded"), _("Demanded a second factor of everybody.")),
        "second_factor_left_free": (_("Second factor left free"), _("Left the second factor to everybody’s choice.")),
        "team_made": (_("Team made"), _("Made the team %(team)s.")),
        "team_changed": (_("Team changed"), _("Changed the team %(team)s.")),
        "team_deleted": (_("Team deleted"), _("Deleted the team %(team)s.")),
    }


def _own() -> dict[str, tuple[str, str]]:
    return {
        "password_changed": (_("Password changed"), _("Changed their own password.")),
        "second_factor_on": (_("Second factor on"), _("Switched their second factor on.")),
        "second_factor_off": (_("Second factor off"), _("Switched their second factor off.")),
        "recovery_codes_made": (_("Recovery codes made"), _("Made new recovery codes.")),
        "session_ended": (_("Session ended"), _("Ended one of their sessions.")),
        "sessions_ended": (_("Other sessions ended"), _("Ended all their other sessions.")),
    }


def _data() -> dict[str, tuple[str, str]]:
    return {
        "mailbox_added": (_("Mailbox added"), _("Added the mailbox %(mailbox)s.")),
        "mailbox_changed": (_("Mailbox changed"), _("Changed the mailbox %(mailbox)s.")),
        "mailbox_removed": (_("Mailbox removed"), _("Removed the mailbox %(mailbox)s.")),
        "settings_changed": (_("Settings changed"), _("Changed settings: %(topic)s.")),
        "customer_exported": (_("Customer exported"), _("Exported all about customer %(customer)s.")),
        "customer_erased": (_("Customer erased"), _("Erased customer %(customer)s.")),
        "customers_merged": (_("Customers merged"), _("Merged customer %(customer)s into %(into)s.")),
        "desk_set_up": (_("Set up"), _("Set this desk up.")),
        "desk_restored": (_("Restored"), _("This desk was restored from a backup.")),
        "sending_switched_on": (_("Sending on"), _("Switched sending on.")),
        "sending_switched_off": (_("Sending off"), _("Switched sending off.")),
    }
