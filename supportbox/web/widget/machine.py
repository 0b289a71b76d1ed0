"""The machine that offers articles: what the help centre says, near enough or not at all, and without a disguise."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.chat import add_machine_words
from supportbox.inbox.message import Message
from supportbox.kb.catalogue import Page, find_page, listed
from supportbox.kb.markdown_text import read_markdown
from supportbox.people.visitor import Known, Visitor
from supportbox.search.analysis import content_stems
from supportbox.search.opening import get_searcher
from supportbox.web.frame import page_language
from supportbox.web.help import tally
from supportbox.web.help.page import base_url, read_languages
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, reading

MISSES = 2  # after which it stops trying
LEAST_WORDS, MOST_WORDS = 2, 400  # a greeting is no question, and neither is a whole story's every word
BODY_COUNTS = 0.5  # a word that only the body has says half as much


@dataclass(frozen=True, slots=True)
class Offer:
    """What it would say: the articles that are near enough, perhaps none."""

    articles: tuple[Page, ...]


def prepare(text: str, nearness: int, visitor: Known | None) -> Offer | None:
    """What it would say to this; None where it keeps silent: switched off, no question, no help centre, no chance."""
    lang = page_language() if page_language() in read_languages() else business().language
    stems = set(content_stems(text[:MOST_WORDS], lang))
    if not nearness or len(stems) < LEAST_WORDS or lang not in read_languages():
        return None
    hits = get_searcher().search(" ".join(text[:MOST_WORDS].split()), lang, 3).hits
    connection = reading()
    there = listed(connection, [hit.id for hit in hits])
    pages = [find_page(connection, lang, there[hit.id].slug) for hit in hits if hit.id in there]
    near = [page for page in pages if page and page.status == "public" and nearness_of(page, stems) >= nearness]
    return Offer(tuple(near[:2]))


def nearness_of(page: Page, stems: set[str]) -> float:
    """How many percent of a question's words the article knows; those of its title and summary count whole."""
    first = set(content_stems(f"{page.title} {page.summary}", page.lang))
    body = set(content_stems(read_markdown(page.body).text, page.lang))
    known = len(stems & first) + BODY_COUNTS * len((stems & body) - first)
    return 100 * known / len(stems)


def speak(session: Session, visitor: Visitor, ticket_id: int, offer: Offer, *, now: datetime) -> None:
    """Say it, unless a person is wanted or has spoken already."""
    if visitor.wants_person or visitor.contact_id is None or _has_person(session, ticket_id):
        return
    if not offer.articles:
        visitor.misses += 1
        visitor.wants_person = visitor.misses >= MISSES
    words = _words(offer, is_last=visitor.wants_person)
    articles = [page.id for page in offer.articles]
    name = _("%(name)s, a machine", name=business().name)
    add_machine_words(session, ticket_id, visitor.contact_id, words, name=name, articles=articles, now=now)
    for number in articles:
        tally.offered(number, "shown")


def _words(offer: Offer, *, is_last: bool) -> str:
    if is_last:
        return _("I am a machine and cannot help with this. A person will answer you here.")
    if not offer.articles:
        return _("I am a machine and found nothing about this. Say it in other words, or ask for a person.")
    links = "\n".join(f"[{_bare(page.title)}]({base_url()}/help/{page.lang}/a/{page.slug})" for page in offer.articles)
    return "\n\n".join(
        (_("I am a machine. This may answer your question:"), links, _("If it does not, ask for a person."))
    )


def _bare(title: str) -> str:
    return title.replace("[", "(").replace("]", ")")


def _has_person(session: Session, ticket_id: int) -> bool:
    theirs = Message.ticket_id == ticket_id, Message.kind == "agent", Message.agent_id.is_not(None)
    return session.scalar(select(Message.id).where(*theirs).limit(1)) is not None
