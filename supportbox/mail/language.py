"""Guesses the language of a letter offline, from its script and its commonest little words."""

import re

from supportbox.mail.phrases import little_words

_LATIN_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 2000
_FEWEST_WORDS = 3
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str:
    """Two letters, or "" when there are too few words to tell or two languages are too close."""
    sample = text[:_SAMPLE]
    if not sample.isascii() and (script := _script(sample)):
        return script
    words = _LATIN_WORD.findall(sample.lower())
    known = little_words()
    scores: dict[str, float] = {}
    for word in words:
        languages = known.get(word)
        if languages:
            share = 1 / len(languages)
            for language in languages:
                scores[language] = scores.get(language, 0) + share
    if not scores:
        return ""
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if score < _FEWEST_WORDS * 0.5 or score < 0.08 * len(words) or score < 1.3 * second:
        return ""
    return best


def _script(sample: str) -> str:
    """The language that a non-Latin script stands for, when a good part of the letters is in it."""
    for language, pattern in _SCRIPTS:
        found = len(pattern.findall(sample))
        if found >= 2 and found * 5 >= len(_LETTER.findall(sample)):
            return language
    cyrillic = len(_CYRILLIC.findall(sample))
    if cyrillic >= 2 and cyrillic * 3 >= len(_LETTER.findall(sample)):
        return "uk" if _UKRAINIAN.search(sample) else "ru"
    return ""
