"""The look of the business: its name, logo, colour and links, as customers see them on every page."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from supportbox.people.business import change_business
from supportbox.web.access import ask_to_sign_in, managers_only
from supportbox.web.frame import render
from supportbox.web.help.pictures import take_logo
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, forget_business, writing
from supportbox.web.theme import is_colour, shades

MOST_LINKS = 6
bp = Blueprint("look", __name__, url_prefix="/settings/look")
bp.before_request(ask_to_sign_in)


@dataclass(slots=True)
class Look:
    """The form as it was typed."""

    name: str
    website: str
    accent: str
    links: str
    logo: str
    problems: dict[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Note what is wrong beside the field that it is about."""
        if not self.name:
            self.problems["name"] = _("The business needs a name: customers see it.")
        if self.website and not _is_address(self.website):
            self.problems["website"] = _("Give the whole address, beginning with https://")
        if self.accent and not is_colour(self.accent):
            self.problems["accent"] = _("Write the colour as # and six digits, such as #1a5fb4.")
        lines = self.lines
        if len(lines) > MOST_LINKS or not all(_is_link(line) for line in lines):
            self.problems["links"] = _("At most six links, one a line: its words, then its whole address.")

    @property
    def lines(self) -> list[str]:
        return [" ".join(line.split()) for line in self.links.split("\n") if line.strip()]


@bp.get("")
@managers_only
def form() -> ResponseReturnValue:
    """The look as it is."""
    now = business()
    return _draw(Look(now.name, now.website, now.accent, "\n".join(now.links), now.logo))


@bp.post("")
@managers_only
def save() -> ResponseReturnValue:
    """Keep it; or, asked to, only show what the colour would be like."""
    name, website, accent, links = (
        request.form.get(name, "").strip()[:2000] for name in ("name", "website", "accent", "links")
    )
    look = Look(name[:100], website, accent.lower(), links, "" if "no_logo" in request.form else business().logo)
    look.check()
    if not look.problems and request.form.get("do") != "preview":
        look.logo = take_logo(look.logo, look.problems)
    if look.problems or request.form.get("do") == "preview":
        return _draw(look), 422 if look.problems else 200
    with writing() as session:
        change_business(
            session,
            name=look.name,
            website=look.website,
            accent=look.accent,
            links=tuple(look.lines),
            logo=look.logo,
        )
    forget_business()
    return redirect("/settings/look?saved", 303)


def _draw(look: Look) -> str:
    shown = shades(look.accent) if is_colour(look.accent) else None
    return render("articles/look.html", look=look, shades=shown, is_saved="saved" in request.args)


def _is_link(line: str) -> bool:
    words, _space, address = line.rpartition(" ")
    return bool(words) and _is_address(address)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable() and " " not in text
