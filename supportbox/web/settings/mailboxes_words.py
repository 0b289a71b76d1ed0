"""What the wizard says: each stage and each fault in one sentence with one likely fix, in the page's language."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from supportbox.channels.email.presets import PRESETS, Preset
from supportbox.channels.email.rehearsal import Rehearsal
from supportbox.channels.email.stages import NAMES, Step
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import ngettext
from supportbox.web.settings.mailboxes_faults import fault_words

State = Literal["ok", "bad", "warn", "now", "wait"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage as the page shows it."""

    name: str
    state: State
    state_word: str
    sentence: str = ""
    fix: str = ""
    technical: str = ""


def stages(rehearsal: Rehearsal | None, preset: str, zone: str) -> list[Stage]:
    """All six, those not reached as waiting."""
    done = list(rehearsal.steps) if rehearsal else []
    titles = _titles()
    shown = [_stage(step, titles[step.name], preset, zone) for step in done]
    for name in NAMES[len(done) :]:
        is_now = rehearsal is not None and rehearsal.running == name
        shown.append(Stage(titles[name], "now" if is_now else "wait", _("Trying…") if is_now else _("Not tried")))
    return shown


def details(shown: list[Stage], address: str, servers: str) -> str:
    """What to send to whoever runs the mail server. There is no password in it."""
    lines = [f"SupportBox · {address}", servers, ""]
    for one in shown:
        lines.append(f"{one.state_word}: {one.name}")
        lines += [f"    {text}" for text in (one.sentence, one.technical) if text and one.state in ("bad", "warn")]
    return "\n".join(lines)


def password_help(key: str) -> str:
    """Which password a provider wants, and where it is made."""
    preset = PRESETS.get(key)
    wants = preset.wants if preset else "own"
    name = preset.name if preset else ""
    if wants == "app":
        return _(
            "%(name)s does not take your usual password here: make an app password, and paste it below.", name=name
        )
    if wants == "app-with-2fa":
        return _("With two-step sign-in, %(name)s wants an app password here instead of your usual one.", name=name)
    if wants == "sign-in":
        return _("Microsoft no longer takes passwords from programs: sign in with Microsoft instead.")
    if preset:
        return _("The password of this mailbox, not that of your account at %(name)s.", name=name)
    return _("The password with which you read this mailbox.")


def app_password_steps(preset: Preset | None) -> list[str]:
    """How an app password is made, step by step; none where there is none to make."""
    if preset is None or preset.wants not in ("app", "app-with-2fa"):
        return []
    first = {
        "gmail": _("Switch on 2-step verification in your Google account: without it there are no app passwords."),
        "icloud": _("Open your Apple account and sign in; app passwords are under “Sign-In and Security”."),
        "fastmail": _("Open Fastmail’s settings, then “Privacy & Security”, then “App passwords”."),
        "zoho": _("Open your Zoho account, then “Security”, then “App passwords”."),
        "infomaniak": _("Open the Infomaniak manager, then your mailbox, then “Devices” (application passwords)."),
    }
    return [
        first.get(preset.key, ""),
        _("Make a new one and call it SupportBox; where it asks for what, choose mail (IMAP and SMTP)."),
        _("Copy it as it is shown: it is shown only once. Paste it into the field “Password”."),
    ]


def _titles() -> dict[str, str]:
    return {
        "server": _("Found the mail server"),
        "secure": _("Secure connection"),
        "signed_in": _("Signed in"),
        "inbox": _("Read the inbox"),
        "send": _("Send a test letter"),
        "receive": _("Receive it back"),
    }


def _stage(step: Step, title: str, preset: str, zone: str) -> Stage:
    if not step.is_good:
        words = fault_words(step, preset)
        return Stage(title, "bad", _("Failed"), words.sentence, words.fix, step.technical)
    if step.is_warning:
        return Stage(
            title,
            "warn",
            _("Not sure"),
            _("The test letter was sent, but has not come back after %(seconds)s s.", **step.values),
            _("Look into the spam folder of %(address)s. Some servers only need longer: you can save.", **step.values),
        )
    return Stage(title, "ok", _("Done"), _good(step, zone))


def _good(step: Step, zone: str) -> str:
    values = step.values
    if step.name == "server":
        return _("%(host)s, port %(port)s, answers after %(ms)s ms.", **values)
    if step.name == "secure":
        if step.kind == "plain":
            return _("Not encrypted, and it need not be: the server is this machine.")
        return _("Encrypted; the certificate is valid until %(date)s.", date=_date(values["until"], zone))
    if step.name == "signed_in":
        return _("The server lets %(user)s in.", **values)
    if step.name == "inbox":
        return ngettext("%(num)s letter in %(folder)s.", "%(num)s letters in %(folder)s.", _number(values["count"]),
                        folder=values["folder"])  # fmt: skip
    if step.name == "send":
        return _("A letter from this mailbox to itself has left by %(host)s.", **values)
    return _("It came back after %(seconds)s s, and is deleted again: it becomes no ticket.", **values)


def _date(seconds: object, zone: str) -> str:
    at = datetime.fromtimestamp(_number(seconds), UTC).astimezone(ZoneInfo(zone))
    return f"{at:%Y-%m-%d}"


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
