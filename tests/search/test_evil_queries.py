"""Whatever is typed is answered, in time."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.kb.searcher import Entry, Searcher
from supportbox.search.answering import Desk
from supportbox.search.memory_shelf import MemoryShelf
from tests.search.corpus import entries

EVIL = [
    "",
    " ",
    "*",
    "?*",
    "pass*",
    "*word",
    "a" * 10_000,
    "password " * 1_200,
    "".join(f"w{n} " for n in range(2_500)),
    '"unbalanced',
    "(((((",
    "title:password AND NOT (refund OR",
    "password^99999 ~2 [a TO z]",
    "NEAR/3 password NOT",
    "\x00\x01\x02 pass\x00word",
    "pass\u200bword",
    "\u202edrowssap",
    "\ud800 lone surrogate",
    "٣٤٥ 密码 пароль",
    "🙂" * 500,
    "'; DROP TABLE article; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%s %n {0} ${x}",
    "İstanbul ﬁle ½ Ǆ",
    "e\u0301" * 3_000,
    "\n\r\t" * 3_000,
    "-password",
    "the of and to",
]


@pytest.mark.parametrize("query", EVIL, ids=range(len(EVIL)))
def test_evil_queries_are_answered_in_time(engine: Searcher, query: str) -> None:
    engine.search("password", "en")
    began = time.perf_counter()
    found = engine.search(query, "en")
    engine.suggest(query, "en")
    assert time.perf_counter() - began < 0.5
    assert not found.is_partial
    assert len(found.hits) <= 10


def test_a_word_among_rubbish_is_found(engine: Searcher) -> None:
    for query in ("pass\u200bword", "\x00password\x01", "password*", "(password", "🙂 password 🙂", "-password"):
        assert engine.search(query, "en").hits[0].slug == "reset-password", query


@pytest.mark.parametrize("limit", [-5, 0, 1, 10**9])
def test_odd_limits_are_answered(engine: Searcher, limit: int) -> None:
    assert engine.search("password", "en", limit).hits
    assert engine.suggest("pass", "en", limit)


@pytest.mark.parametrize("lang", ["", "xx", "../en", "en\x00", "EN" * 1_000])
def test_odd_languages_are_answered(engine: Searcher, lang: str) -> None:
    assert engine.search("password", lang).hits == ()
    assert engine.suggest("pass", lang) == ()


def test_odd_articles_can_be_kept(engine: Searcher) -> None:
    odd = [
        Entry(501, "a\n\x00", "en", "", body="quokka"),
        Entry(502, "b", "../x", "quokka", category="\ud800"),
        Entry(503, "c", "en", "quokka " * 3_000, "\ud800 lone", headings=("",) * 50, body="\x00\x01"),
    ]
    engine.put(odd)
    assert {hit.id for hit in engine.search("quokka", "en").hits} == {501, 503}
    assert [hit.id for hit in engine.search("quokka", "../x").hits] == [502]


DESK = Desk(MemoryShelf(entries()), "en", {})
ALPHABET = st.one_of(st.characters(), st.sampled_from(' *?"():^~-\x00\u200b\ud800é'))


@settings(max_examples=200, deadline=1_000)
@given(st.text(ALPHABET, max_size=60))
def test_any_text_is_answered(query: str) -> None:
    DESK.search(query, 10, internal=False)
    DESK.suggest(query, 5, internal=False)


def test_five_hundred_mixed_queries_take_no_time() -> None:
    chance = random.Random(7)
    parts = [*EVIL, "password", "refund", "subscription", "parcel"]
    began = time.perf_counter()
    for _ in range(500):
        DESK.search(" ".join(chance.sample(parts, 3)), 10, internal=False)
    assert time.perf_counter() - began < 10
