"""The first run, step 2: the business's name, language and time zone; a colour and a logo, if there are any yet."""

from dataclasses import dataclass, field
from zoneinfo import available_timezones

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox.people.business import change_business
from supportbox.web.frame import page_language, render
from supportbox.web.help.pictures import take_logo
from supportbox.web.i18n import LANGUAGES
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, forget_business, reading, writing
from supportbox.web.setup.progress import ADDRESSES, go_to, step_of
from supportbox.web.theme import is_colour
from supportbox.web.times import list_zones

# What `init` calls a desk that nobody named.
UNNAMED = "SupportBox"


@dataclass(slots=True)
class BusinessForm:
    """The form as it was typed."""

    name: str
    language: str
    timezone: str
    accent: str
    logo: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Note what is wrong beside the field that it is about."""
        if not self.name:
            self.problems["name"] = _("The business needs a name: customers see it.")
        if self.timezone not in available_timezones():
            self.problems["timezone"] = _("Choose a time zone of the list, such as Europe/Paris.")
        if self.accent and not is_colour(self.accent):
            self.problems["accent"] = _("Write the colour as # and six digits, such as #1a5fb4.")


def form() -> ResponseReturnValue:
    """As it is now; for a fresh desk, the language of this page."""
    now = business()
    is_fresh = step_of(reading()) == "business"
    name = "" if is_fresh and now.name == UNNAMED else now.name
    language = page_language() if is_fresh else now.language
    return _draw(BusinessForm(name, language, now.timezone, now.accent, now.logo), is_fresh=is_fresh)


def save() -> ResponseReturnValue:
    """Keep it, and go on to the mailbox."""
    name, language, timezone, accent = (
        request.form.get(key, "").strip()[:100] for key in ("name", "language", "timezone", "accent")
    )
    typed = BusinessForm(name, language if language in LANGUAGES else "en", timezone, accent.lower(), business().logo)
    typed.check()
    typed.logo = take_logo(typed.logo, typed.problems)
    if typed.problems:
        return _draw(typed, is_fresh=False), 422
    with writing() as session:
        change_business(
            session,
            name=typed.name,
            language=typed.language,
            timezone=typed.timezone,
            accent=typed.accent,
            logo=typed.logo,
        )
        if step_of(session.connection()) == "business":
            go_to(session, "mailbox")
    forget_business()
    return redirect(ADDRESSES["mailbox"], 303)


def _draw(typed: BusinessForm, *, is_fresh: bool) -> str:
    return render(
        "setup_business.html", form=typed, problems=typed.problems, zones=list_zones(), is_fresh=is_fresh, number=2
    )  # fmt: skip
