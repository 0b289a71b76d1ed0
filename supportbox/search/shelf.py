"""One language's articles as the answering code sees them, whichever engine keeps them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from supportbox.kb.searcher import Entry
from supportbox.search.analysis import content_stems
from supportbox.search.asked import Asked


class Card(NamedTuple):
    """What a list of articles shows of one."""

    id: int
    slug: str
    title: str
    summary: str
    category: str
    is_public: bool


class Candidate(NamedTuple):
    """An article that has some of the words: its BM25 score, and whether it has all of them."""

    doc: int
    score: float
    has_all: bool


class Signature(NamedTuple):
    """The stems of what stands out in an article, in order."""

    title: Sequence[str]
    summary: Sequence[str]
    headings: Sequence[Sequence[str]]

    def pack(self) -> bytes:
        """As bytes for the engine to keep."""
        return "\n".join(" ".join(part) for part in (self.title, self.summary, *self.headings)).encode()

    @classmethod
    def unpack(cls, data: bytes) -> "Signature":
        """What `pack` made."""
        title, summary, *headings = data.decode().split("\n")
        return cls(title.split(), summary.split(), [heading.split() for heading in headings])

    @classmethod
    def of(cls, entry: Entry) -> "Signature":
        """Tags count as words of the summary."""
        lang = entry.lang
        summary = [*content_stems(entry.summary, lang), *content_stems(" ".join(entry.tags), lang)]
        headings = [stems for heading in entry.headings if (stems := content_stems(heading, lang))]
        return cls(content_stems(entry.title, lang), summary, headings)


class Shelf(Protocol):
    """The number `doc` is the shelf's own and dies with it. Any method may raise anything when files are damaged."""

    @property
    def size(self) -> int:
        """How many articles stand here."""

    def frequency(self, stem: str) -> int:
        """How many articles have this stem."""

    def candidates(self, asked: Asked, limit: int, *, internal: bool) -> list[Candidate]:
        """The articles with the highest weighted BM25 scores, best first."""

    def signature(self, doc: int) -> Signature:
        """The stems that the ranking looks at."""

    def card(self, doc: int) -> Card:
        """What the list of hits shows."""

    def body(self, doc: int) -> str:
        """The whole plain text, for the excerpt."""

    def cards(self) -> Iterable[Card]:
        """All articles, for the list of titles."""

    def vocabulary(self) -> Iterable[tuple[str, int]]:
        """All words as they are written, in lower case, and in how many articles each stands."""

    def is_public_word(self, word: str) -> bool:
        """Whether a public article has this word: a correction must not tell strangers what only agents may read."""
