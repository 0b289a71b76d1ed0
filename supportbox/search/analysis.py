"""Text to words, and words to stems: lower case, accents folded before anything else, Snowball stems."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from supportbox.search.stopwords import STOP_WORDS

SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
MAX_WORD = 40

_WORD = re.compile(r"[^\W_]+")
# Word joiners, soft hyphens and the like are invisible: a word copied with one inside is still that word.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'"}
KEPT_LETTERS = 5_000


class _Folding(dict[int, str]):
    """For `str.translate`: each letter without its accents, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if _INVISIBLE.match(letter):
            found = ""
        else:
            plain = unicodedata.normalize("NFKD", _LIGATURES.get(letter, letter))
            found = "".join(part for part in plain if not unicodedata.combining(part)).lower()
        if len(self) < KEPT_LETTERS:
            self[code] = found
        return found


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Lower case without accents or ligatures; `"Élève"` and `"eleve"` become one."""
    text = text.lower()
    return text if text.isascii() else text.translate(_FOLDING)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word[:MAX_WORD] for word in _WORD.findall(fold(text))]


def spellings(text: str) -> list[str]:
    """The words of a text with their accents, in lower case, in order."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return [word[:MAX_WORD] for word in _WORD.findall(text)]


@lru_cache(maxsize=8)
def stemmer(lang: str) -> Callable[[str], str]:
    """The stem of a folded word of this language, cached; languages without rules keep their words."""
    if lang not in SNOWBALL:
        return str
    import snowballstemmer  # lazily: a process that never searches should not pay for it

    stem = snowballstemmer.stemmer(SNOWBALL[lang]).stemWord
    return lru_cache(maxsize=20_000)(lambda word: fold(stem(word)))


def is_stop(word: str, lang: str) -> bool:
    """Whether a folded word is too common to be worth looking for."""
    return word in STOP_WORDS.get(lang, ())


def content_stems(text: str, lang: str) -> list[str]:
    """The stems of a text without its stop words; all of them when there is nothing else."""
    stem, stop, found = stemmer(lang), STOP_WORDS.get(lang, ()), words(text)
    return [stem(word) for word in found if word not in stop] or [stem(word) for word in found]
