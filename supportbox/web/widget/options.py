"""What the owner chose for the widget, read from its mailbox and kept for some seconds."""

from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.orm import Session

from supportbox.channels.vault import unseal
from supportbox.errors import NotFound
from supportbox.inbox.chat import find_mailbox
from supportbox.web.access import current_settings
from supportbox.web.help.page import base_url
from supportbox.web.i18n import LANGUAGES, environment
from supportbox.web.reading import business

SECONDS = 5.0
USUAL_NEARNESS = 60
OFF = "There is no widget here."


@dataclass(frozen=True, slots=True)
class Options:
    """`nearness`: how many percent of a question's words an article has to know before the machine offers it; 0: the
    machine says nothing. `origins` are the sites that may show the panel."""

    mailbox_id: int
    is_on: bool
    colour: str = ""
    side: str = "right"
    label: str = ""
    greetings: tuple[tuple[str, str], ...] = ()
    origins: tuple[str, ...] = ()
    nearness: int = USUAL_NEARNESS
    has_chat: bool = True
    in_help: bool = False  # our own help centre shows it
    identity_sealed: str = ""

    def greeting(self, language: str) -> str:
        return dict(self.greetings).get(language, "")

    def identity_secret(self) -> str:
        """The key with which a site vouches for whoever is signed in there; "" for none."""
        return unseal(current_settings(), self.identity_sealed)

    def allowed_origins(self) -> list[str]:
        """Exactly these may frame the panel: those listed, the business's own site, and ours."""
        own = [origin_of(business().website), origin_of(base_url())]
        return list(dict.fromkeys(one for one in (*self.origins, *own) if one))


def origin_of(address: str) -> str:
    """Scheme, host and port of a whole web address; "" for anything else."""
    try:
        parts = urlsplit(address.strip().lower())
        port = parts.port
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or not all(one.isalnum() or one in ".-" for one in host):
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def options() -> Options | None:
    """None when nobody ever switched the widget on."""
    kept: tuple[float, Options | None] | None = current_app.extensions.get("widget")
    if kept is None or kept[0] < monotonic():
        with Session(current_app.extensions["engine"]) as session:
            mailbox = find_mailbox(session)
            found = _read(mailbox.id, mailbox.options, mailbox.options_sealed, mailbox.is_active) if mailbox else None
        kept = current_app.extensions["widget"] = (monotonic() + SECONDS, found)
    return kept[1]


def is_in_help() -> bool:
    """Whether pages of our help centre show it."""
    found = options()
    return found is not None and found.is_on and found.in_help


def install() -> None:
    """Let those pages ask."""
    for language in LANGUAGES:
        environment(language).globals["has_widget"] = is_in_help


def get_options() -> Options:
    """The widget's, on pages that are only there while it is on."""
    found = options()
    if found is None or not found.is_on:
        raise NotFound(OFF)
    return found


def forget_options() -> None:
    """What was kept is out of date."""
    current_app.extensions.pop("widget", None)


def _read(number: int, chosen: dict[str, Any], sealed: str, is_on: bool) -> Options:
    return Options(
        mailbox_id=number,
        is_on=is_on,
        colour=str(chosen.get("colour", "")),
        side="left" if chosen.get("side") == "left" else "right",
        label=str(chosen.get("label", "")),
        greetings=tuple((lang, str(text)) for lang, text in dict(chosen.get("greetings", {})).items()),
        origins=tuple(str(one) for one in chosen.get("origins", ())),
        nearness=int(chosen.get("nearness", USUAL_NEARNESS)),
        has_chat=bool(chosen.get("has_chat", True)),
        in_help=bool(chosen.get("in_help")),
        identity_sealed=sealed,
    )
