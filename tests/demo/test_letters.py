"""The sample world is complete and hangs together."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from supportbox.demo.letters import ARTICLES, SampleTicket, sample_tickets
from supportbox.kb.importer import read_articles
from supportbox.kb.manuscript import Manuscript

LINK = re.compile(r"\]\(/help/(\w\w)/a/([\w-]+)\)")
BARE_SPACE = re.compile(r"[^\s|-] [:;!?»](?!-)|« ")


@pytest.fixture(scope="module")
def tickets() -> list[SampleTicket]:
    return sample_tickets()


@pytest.fixture(scope="module")
def articles() -> list[Manuscript]:
    return read_articles(ARTICLES)


def test_eleven_tickets_in_two_languages_fill_every_folder(tickets: list[SampleTicket]) -> None:
    assert len(tickets) == 11
    assert set(Counter(ticket.status for ticket in tickets)) == {"open", "waiting", "closed", "spam"}
    assert {ticket.language for ticket in tickets} == {"en", "fr"}
    assert {ticket.assignee for ticket in tickets} == {"ada", "ben", None}
    assert {ticket.language for ticket in tickets if ticket.email == "cleo@demo.example"} == {"en", "fr"}


def test_conversations_begin_with_the_customer_and_run_forward(tickets: list[SampleTicket]) -> None:
    for ticket in tickets:
        assert ticket.messages[0].who == "customer"
        assert all(earlier.hours_ago > later.hours_ago for earlier, later in pairwise(ticket.messages))
        for message in ticket.messages:
            assert message.text
            assert (message.by in ("ada", "ben")) == (message.who != "customer")


def test_the_status_fits_who_spoke_last(tickets: list[SampleTicket]) -> None:
    last = {ticket.subject: [m.who for m in ticket.messages if m.who != "note"][-1] for ticket in tickets}
    for ticket in tickets:
        if ticket.status in ("open", "waiting"):
            assert last[ticket.subject] == ("customer" if ticket.status == "open" else "agent")


def test_pictures_lie_beside_their_letter(tickets: list[SampleTicket]) -> None:
    pictures = [picture for ticket in tickets for message in ticket.messages for picture in message.attachments]
    assert {name: raw[:8] for name, raw in pictures} == dict.fromkeys(("lid.png", "box.png"), b"\x89PNG\r\n\x1a\n")


def test_a_dozen_articles_in_each_language_are_siblings_in_the_same_order(articles: list[Manuscript]) -> None:
    groups = {lang: [article.group for article in articles if article.lang == lang] for lang in ("en", "fr")}
    assert groups["en"] == groups["fr"]
    assert len(set(groups["en"])) == 12
    assert len(articles) == 24
    for article in articles:
        assert article.summary, article.slug
        assert article.category
        assert len(article.tags) >= 4
        assert "\n> [!" in article.body


def test_links_between_articles_lead_somewhere(articles: list[Manuscript]) -> None:
    known = {(article.lang, article.slug) for article in articles}
    links = [(article.lang, link) for article in articles for link in LINK.findall(article.body)]
    assert len(links) >= 4
    assert all(link in known and link[0] == lang for lang, link in links)


def test_french_is_set_as_in_france(tickets: list[SampleTicket]) -> None:
    texts = [message.text for ticket in tickets if ticket.language == "fr" for message in ticket.messages]
    texts += [file.read_text("utf-8") for file in ARTICLES.glob("fr/*.md")]
    assert len(texts) > 20
    assert [found for text in texts for found in BARE_SPACE.findall(text)] == []
