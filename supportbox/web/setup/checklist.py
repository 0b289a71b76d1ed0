"""The checklist above the inbox after the first run: what is done, what is left, and a way to hide it."""

from dataclasses import dataclass
from time import monotonic

from flask import current_app, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.inbox.mailbox import Mailbox
from supportbox.kb.article import Article
from supportbox.people.agent import Agent
from supportbox.people.business import Setting
from supportbox.people.setting_values import drop_value, find_value, keep_value
from supportbox.web import i18n
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading, writing

KEY = "checklist"
# A desk without one asks again only this often; one that is shown is always fresh.
SECONDS = 30.0
_KEPT = select(Setting.value).where(Setting.key == KEY)
_SAMPLE = select(Setting.value).where(Setting.key == "sample-ticket")
_MAILBOX = select(Mailbox.id).where(Mailbox.channel == "email").limit(1)
_WIDGET = select(Mailbox.id).where(Mailbox.channel == "chat", Mailbox.is_active).limit(1)
_ARTICLE = select(Article.id).where(Article.status == "public").limit(1)
_AGENTS = select(func.count(Agent.id))


@dataclass(frozen=True, slots=True)
class Item:
    words: str
    where: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    items: tuple[Item, ...]
    sample: int | None  # the sample ticket's number, while there is one


def install() -> None:
    """Let the inbox's page ask for it."""
    for language in i18n.LANGUAGES:
        i18n.environment(language).globals["checklist"] = find


def begin(session: Session) -> None:
    keep_value(session, KEY, {"done": []})


def find() -> Checklist | None:
    """What is left to do; None once it is hidden, or where there never was a first run."""
    if current_app.extensions.get("no_checklist_until", 0.0) > monotonic():
        return None
    connection = reading()
    kept = connection.execute(_KEPT).scalar()
    if kept is None:
        current_app.extensions["no_checklist_until"] = monotonic() + SECONDS
        return None
    has_mailbox, has_article = (connection.execute(query).first() is not None for query in (_MAILBOX, _ARTICLE))
    agents = connection.execute(_AGENTS).scalar() or 0
    items = (
        Item(_("Account"), "/settings/me", True),
        Item(_("Mailbox"), "/settings/mailboxes/new", has_mailbox),
        Item(_("First article"), "/setup/article", has_article),
        Item(_("Contact form on your site"), "/setup/site", "site" in kept["done"]),
        Item(_("Widget and chat"), "/settings/widget", connection.execute(_WIDGET).first() is not None),
        Item(_("Invite a colleague"), "/settings/agents", agents > 1),
    )
    return Checklist(items, connection.execute(_SAMPLE).scalar())


def forget() -> None:
    """It may be another now."""
    current_app.extensions.pop("no_checklist_until", None)


def hide() -> ResponseReturnValue:
    with writing() as session:
        drop_value(session, KEY)
    return redirect("/inbox/", 303)


def site() -> ResponseReturnValue:
    """The line to put on one's own site."""
    settings = current_app.extensions["settings"]
    return render("setup_site.html", base_url=settings.base_url)


def site_done() -> ResponseReturnValue:
    with writing() as session:
        if kept := find_value(session, KEY):
            keep_value(session, KEY, {**kept, "done": sorted({*kept["done"], "site"})})
    return redirect("/inbox/", 303)
