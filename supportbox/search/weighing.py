"""How often each stem of an article counts, in one collapsed field."""

from collections.abc import Iterator

from supportbox.kb.searcher import Entry
from supportbox.search.analysis import content_stems, spellings, stemmer, words
from supportbox.search.stopwords import STOP_WORDS

TITLE, SUMMARY, HEADING, BODY = 8.0, 3.0, 3.0, 1.0


def parts(entry: Entry) -> Iterator[tuple[float, str]]:
    """The article's texts and what a word in each is worth. (The body repeats the headings: they count for both.)"""
    yield TITLE, entry.title
    yield SUMMARY, entry.summary
    yield SUMMARY, " ".join(entry.tags)
    yield HEADING, "\n".join(entry.headings)
    yield BODY, entry.body


def weigh(entry: Entry) -> tuple[dict[str, float], int]:
    """The weight of each stem, and the weighted length of the article."""
    stem, stop = stemmer(entry.lang), STOP_WORDS.get(entry.lang, ())
    found: dict[str, float] = {}
    for worth, text in parts(entry):
        for word in words(text):
            if word not in stop:
                key = stem(word)
                found[key] = found.get(key, 0.0) + worth
    for key in content_stems(entry.title, entry.lang):
        found.setdefault(key, TITLE)
    return found, round(sum(found.values()))


def written_words(entry: Entry) -> set[str]:
    """All words as they are written, for the speller."""
    return {word for _, text in parts(entry) for word in spellings(text) if not word.isdigit()}
