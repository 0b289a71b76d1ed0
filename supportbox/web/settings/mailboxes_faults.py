"""The faults of a mailbox's servers: for each one sentence and the one thing that most often mends it."""

from dataclasses import dataclass

from supportbox.channels.email.presets import PRESETS
from supportbox.channels.email.stages import Step
from supportbox.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Words:
    sentence: str
    fix: str


def fault_words(step: Step, preset: str) -> Words:
    """The words for a stage that failed."""
    for group in (_ways, _certificates, _doors):
        if words := group(step, preset):
            return words
    return Words(
        _("%(host)s answers something that no mail server should.", **step.values),
        _("Check the port: another program may listen there. The technical details help your provider."),
    )


def _ways(step: Step, preset: str) -> Words | None:
    """The server is not reached."""
    values = step.values
    if step.kind == "dns":
        return Words(
            _("There is no mail server called %(host)s.", **values),
            _("Check the spelling of the server’s name: your provider’s help says it."),
        )
    if step.kind == "port":
        return Words(
            _("%(host)s is there, but nothing answers on port %(port)s.", **values),
            _("Usual are 993 for reading, 465 or 587 for sending. Else a firewall may be in the way."),
        )
    if step.kind == "silent":
        return Words(
            _("%(host)s, port %(port)s, does not answer in time.", **values),
            _("A firewall is likely: ask the company that hosts this machine whether it blocks mail ports."),
        )
    if step.kind == "network":
        return Words(
            _("This machine finds no way to %(host)s.", **values),
            _("Check that the machine on which SupportBox runs is connected to the Internet."),
        )
    if step.kind == "lost":
        return Words(
            _("%(host)s cut the connection.", **values),
            _("Wait a minute, then test again: many servers do that after several tries."),
        )
    return None


def _certificates(step: Step, preset: str) -> Words | None:
    """The server is reached, but the line to it is not safe."""
    values = step.values
    if step.kind == "name":
        return Words(
            _("The certificate of this server is for another name than %(host)s.", **values),
            _("Use the server’s name as your provider gives it, not one below your own domain."),
        )
    if step.kind == "expired":
        return Words(
            _("The certificate of %(host)s has expired.", **values),
            _("Only who runs that server can renew it: copy the details below and send them there."),
        )
    if step.kind == "certificate":
        return Words(
            _("Nobody whom this machine trusts vouches for the certificate of %(host)s.", **values),
            _("Ask who runs that server for a public certificate. Your password was not sent."),
        )
    if step.kind == "starttls":
        return Words(
            _("Port %(port)s of %(host)s begins in clear and wants STARTTLS.", **values),
            _("Under “Server details”, choose STARTTLS for this server, or TLS with port 993 or 465."),
        )
    if step.kind == "no-starttls":
        return Words(
            _("Port %(port)s of %(host)s offers no STARTTLS.", **values),
            _("Under “Server details”, choose TLS with port 993 for reading and 465 for sending."),
        )
    return None


def _doors(step: Step, preset: str) -> Words | None:
    """The server is reached, but does not let us do what we want."""
    values = {**step.values, "name": PRESETS[preset].name if preset in PRESETS else step.values.get("host", "")}
    if step.kind == "password":
        other = _("It wants the password of the mailbox, not that of your account at %(name)s.", **values)
        own = _("Type it anew, and check the user name under “Server details”: mostly it is the whole address.")
        sentence = _("%(host)s refuses the user name or the password.", **values)
        return Words(sentence, other if preset in PRESETS else own)
    if step.kind == "app-password":
        return Words(
            _("%(host)s wants an app password: one that is made for programs.", **values),
            _("Make an app password in the security settings at %(name)s, and use it here.", **values),
        )
    if step.kind == "sign-in":
        return Words(
            _("%(host)s does not accept the sign-in for %(user)s.", **values),
            _("Sign in with the account of this very mailbox, and see that it may use IMAP and SMTP."),
        )
    if step.kind == "folder":
        return Words(
            _("There is no folder %(folder)s in this mailbox.", **values),
            _("Write INBOX, or the folder’s name exactly as your mail program shows it."),
        )
    if step.kind == "no-sending":
        return Words(
            _("Reading works, but %(host)s sends no letters for %(address)s.", **values),
            _("Allow sending by SMTP for this mailbox at %(name)s, or check the server for sending.", **values),
        )
    return None
