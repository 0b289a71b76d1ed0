"""Text to words, and words to stems: lower case, accents folded before anything else, Snowball stems."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from supportbox.search.stopwords import STOP_WORDS

SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
MAX_WORD = 40

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'"})


def fold(text: str) -> str:
    """Lower case without accents or ligatures; `"Élève"` and `"eleve"` become one."""
    text = text.lower()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word[:MAX_WORD] for word in _WORD.findall(fold(text))]


@lru_cache(maxsize=8)
def stemmer(lang: str) -> Callable[[str], str]:
    """The stem of a folded word of this language, cached; languages without rules keep their words."""
    if lang not in SNOWBALL:
        return str
    import snowballstemmer  # lazily: a process that never searches should not pay for it

    stem = snowballstemmer.stemmer(SNOWBALL[lang]).stemWord
    return lru_cache(maxsize=30_000)(lambda word: fold(stem(word)))


def stems(text: str, lang: str) -> Iterator[str]:
    """The stems of a text without its stop words."""
    stop, stem = STOP_WORDS.get(lang, frozenset()), stemmer(lang)
    return (stem(word) for word in words(text) if word not in stop)
