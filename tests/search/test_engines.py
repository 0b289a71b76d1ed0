"""What every search engine must do: the same questions for each."""

import threading
import time

import pytest

from supportbox.kb.searcher import Searcher
from tests.search.conftest import Opener
from tests.search.corpus import QUESTIONS, made_up


def slugs(searcher: Searcher, query: str, lang: str = "en", *, internal: bool = False) -> list[str]:
    return [hit.slug for hit in searcher.search(query, lang, internal=internal).hits]


@pytest.mark.parametrize(("lang", "query", "slug"), QUESTIONS)
def test_the_right_article_comes_first(engine: Searcher, lang: str, query: str, slug: str) -> None:
    found = engine.search(query, lang)
    assert found.hits[0].slug == slug
    assert not found.is_partial


def test_hits_carry_what_a_list_shows(engine: Searcher) -> None:
    hit = engine.search("damaged", "en").hits[0]
    assert (hit.title, hit.lang, hit.is_public) == ("Return an item", "en", True)
    assert "Damaged" in [piece.text for piece in hit.excerpt if piece.is_marked]
    assert hit.plain_excerpt.startswith("Damaged on arrival Take a picture")


def test_a_slip_is_put_right_and_told(engine: Searcher) -> None:
    assert engine.search("Reset pasword now", "en").did_you_mean == "Reset password now"
    assert engine.search("etiqette", "fr").did_you_mean == "étiquette"
    assert engine.search("reset password", "en").did_you_mean is None


def test_languages_stay_apart(engine: Searcher) -> None:
    assert slugs(engine, "abonnement", "en") == []
    assert slugs(engine, "password", "fr") == []
    assert slugs(engine, "password", "de") == []


def test_the_limit_holds_and_scores_fall(engine: Searcher) -> None:
    hits = engine.search("order parcel item password", "en", 3).hits
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_nothing_internal_reaches_a_stranger(engine: Searcher) -> None:
    assert slugs(engine, "fraud checks xylophones") == []
    assert engine.search("xylophonse", "en").did_you_mean is None
    assert slugs(engine, "xyloph") == []
    assert engine.suggest("fraud", "en") == ()
    assert slugs(engine, "fraud", internal=True) == ["fraud-checks"]
    assert engine.search("xylophonse", "en", internal=True).did_you_mean == "xylophones"
    assert [offer.slug for offer in engine.suggest("fraud", "en", internal=True)] == ["fraud-checks"]


def test_titles_are_suggested(engine: Searcher) -> None:
    assert [offer.slug for offer in engine.suggest("pas", "en")] == ["reset-password"]
    assert [offer.slug for offer in engine.suggest("etiq", "fr")] == ["etiquette-retour"]


def test_put_adds_replaces_and_moves_between_languages(engine: Searcher) -> None:
    engine.put([made_up(500, "Quokka feeding", body="Leaves.")])
    assert slugs(engine, "quokka") == ["made-up-500"]
    engine.put([made_up(500, "Wombat feeding", body="Leaves.")])
    assert (slugs(engine, "quokka"), slugs(engine, "wombat")) == ([], ["made-up-500"])
    engine.put([made_up(500, "Wombat nourri", lang="fr")])
    assert (slugs(engine, "wombat"), slugs(engine, "wombat", "fr")) == ([], ["made-up-500"])
    assert engine.suggest("wombat", "en") == ()
    assert engine.suggest("wombat", "fr") != ()


def test_the_last_of_two_entries_with_one_id_counts(engine: Searcher) -> None:
    engine.put([made_up(500, "Quokka"), made_up(500, "Wombat")])
    assert (slugs(engine, "quokka"), slugs(engine, "wombat")) == ([], ["made-up-500"])


def test_drop_forgets(engine: Searcher) -> None:
    first = engine.search("refund", "en").hits[0]
    engine.drop([first.id, 123_456])
    assert first.slug not in slugs(engine, "refund")
    assert engine.suggest("when will i get", "en") == ()


def test_rebuild_replaces_everything(engine: Searcher) -> None:
    engine.rebuild([made_up(1, "Quokka")])
    assert slugs(engine, "quokka") == ["made-up-1"]
    assert slugs(engine, "password") == []
    engine.rebuild([])
    assert slugs(engine, "quokka") == []
    assert not engine.needs_rebuild()


def test_another_process_sees_a_change_within_two_seconds(open_engine: Opener, engine: Searcher) -> None:
    reader = open_engine()
    assert slugs(reader, "quokka") == []
    engine.put([made_up(500, "Quokka feeding")])
    until = time.monotonic() + 2
    while slugs(reader, "quokka") != ["made-up-500"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert [offer.slug for offer in reader.suggest("quok", "en")] == ["made-up-500"]


def test_progress_is_told(engine: Searcher) -> None:
    told: list[int] = []
    engine.put([made_up(n, f"Quokka {n}") for n in range(600, 640)], progress=told.append)
    assert told[-1] == 40
    assert told == sorted(told)


def test_synonyms_widen_a_search(open_engine: Opener, engine: Searcher) -> None:
    assert slugs(engine, "passcode") == []
    engine.set_synonyms(["passcode, password", "money back => refund", "wire => bank transfer"])
    assert slugs(engine, "passcode") == ["reset-password"]
    assert slugs(engine, "money back")[0] == "refund-time"
    assert slugs(engine, "wire")[0] == "pay-invoice"
    assert slugs(open_engine(), "passcode") == ["reset-password"]
    engine.set_synonyms([])
    assert slugs(engine, "passcode") == []


def test_tags_count(engine: Searcher) -> None:
    from dataclasses import replace

    engine.put([replace(made_up(500, "Feeding"), tags=("quokka", "leaf eater"))])
    assert slugs(engine, "quokka") == ["made-up-500"]


def test_an_index_that_never_was_is_built_by_heal(open_engine: Opener) -> None:
    searcher = open_engine()
    before = searcher.search("password", "en")
    assert (before.is_partial, [hit.slug for hit in before.hits]) == (True, ["reset-password"])
    assert searcher.needs_rebuild()
    assert searcher.heal()
    assert not searcher.needs_rebuild()
    assert not searcher.heal()
    assert not searcher.search("password", "en").is_partial


def test_readers_and_a_writer_do_not_disturb_each_other(engine: Searcher) -> None:
    failures: list[object] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            found = engine.search("password", "en")
            if found.is_partial or found.hits[0].slug != "reset-password" or not engine.suggest("pas", "en"):
                failures.append(found)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    for number in range(12):
        engine.put([made_up(700 + number, f"Quokka {number}")])
    is_over.set()
    for thread in readers:
        thread.join()
    assert failures == []
    assert len(slugs(engine, "quokka")) == 10
