"""Search follows the articles by their events, from whichever process they were changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox.inbox.event import Bookmark, record
from supportbox.kb.searcher import Searcher
from supportbox.kb.writing import Writer, find_article
from supportbox.search.opening import get_searcher
from supportbox.search.refresh import FAR, READER, refresh, reindex
from supportbox.store import db, transaction
from tests.kb.library import LIBRARY, manuscript, stock


@pytest.fixture
def searcher(core: Flask) -> Iterator[Searcher]:
    searcher = get_searcher()
    yield searcher
    searcher.close()


def found(searcher: Searcher, query: str, lang: str = "en", *, internal: bool = False) -> list[str]:
    return [hit.slug for hit in searcher.search(query, lang, internal=internal).hits]


def store(now: datetime, *texts: object) -> None:
    with transaction() as session:
        stock(session, now, *texts)  # type: ignore[arg-type]  # manuscripts


def test_new_changed_hidden_and_deleted_articles_are_followed(searcher: Searcher, now: datetime) -> None:
    store(now)
    assert refresh(searcher) == len(LIBRARY)
    assert found(searcher, "opening hours")[0] == "opening-hours"
    store(now, replace(manuscript("opening-hours"), body="Closed for zircon polishing."))
    assert refresh(searcher) == 1
    assert found(searcher, "zircon") == ["opening-hours"]
    with transaction() as session, Writer(session, record, now) as writer:
        for slug, verb in (("opening-hours", writer.unpublish), ("exchange-a-size", writer.delete)):
            article = find_article(session, "en", slug)
            assert article
            verb(article)
    assert refresh(searcher) == 2
    assert found(searcher, "zircon") == found(searcher, "exchange") == []


def test_drafts_are_never_in_and_internal_ones_for_agents_only(searcher: Searcher, now: datetime) -> None:
    store(now)
    refresh(searcher)
    assert found(searcher, "quokka", internal=True) == []
    assert found(searcher, "zebrawood") == []
    assert found(searcher, "zebrawood", internal=True) == ["supplier-prices"]


def test_doing_it_again_costs_nothing(searcher: Searcher, now: datetime) -> None:
    store(now)
    refresh(searcher)
    assert refresh(searcher) == 0


def test_the_bookmark_is_not_left_far_behind_by_other_events(searcher: Searcher, now: datetime) -> None:
    store(now)
    refresh(searcher)
    with transaction() as session:
        for _ in range(FAR + 1):
            record(session, "received", at=now)
    before = db.session.get_one(Bookmark, READER, populate_existing=True).event_id
    assert refresh(searcher) == 0
    assert db.session.get_one(Bookmark, READER, populate_existing=True).event_id == before + FAR + 1


def test_reindex_builds_all_of_it_anew(searcher: Searcher, now: datetime) -> None:
    store(now)
    assert reindex(searcher) == len(LIBRARY) - 1
    assert found(searcher, "exchange size")[0] == "exchange-a-size"
    assert refresh(searcher) == 0, "the bookmark moved too"
    assert db.session.scalars(select(Bookmark.reader)).all() == [READER]
