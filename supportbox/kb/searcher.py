"""What the help centre asks of a search engine, and what it gets back; which engine that is, `app.py` decides."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

Progress = Callable[[int], None]
"""Told how many entries are in, after each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as search sees it. `body` is plain text (see `kb.markdown_text`); never an entry for a draft."""

    id: int
    slug: str
    lang: str
    title: str
    summary: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    body: str = ""
    is_public: bool = True


class Piece(NamedTuple):
    """A stretch of an excerpt, plain text (escape it as any other); `is_marked` where it is a word asked for."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found. Scores compare within one answer only."""

    id: int
    slug: str
    lang: str
    title: str
    category: str
    is_public: bool
    score: float
    excerpt: tuple[Piece, ...] = ()

    @property
    def plain_excerpt(self) -> str:
        """The excerpt without its marks."""
        return "".join(piece.text for piece in self.excerpt)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query, best first. `did_you_mean` is the query with its unknown words put right, when that
    was needed (the hits are already those of the corrected words). `is_partial`: the index was out of order and the
    titles alone had to answer."""

    hits: tuple[Hit, ...]
    did_you_mean: str | None
    ms: float
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article offered while somebody types."""

    id: int
    slug: str
    lang: str
    title: str
    is_public: bool


class Searcher(Protocol):
    """A search engine for articles. Safe to share between threads; other processes see a change within two seconds.

    The database is the truth: all that a searcher keeps can be thrown away and built again. Reading methods never
    raise. Writing methods raise `Refused` when another process holds the index for longer than five seconds."""

    def put(self, entries: Iterable[Entry], *, progress: Progress | None = None) -> None:
        """Add the entries, or replace those of the same ids; they can be found on return."""

    def drop(self, ids: Iterable[int]) -> None:
        """Forget the articles of these ids; unknown ids are ignored."""

    def rebuild(self, entries: Iterable[Entry], *, progress: Progress | None = None) -> None:
        """Replace everything by these entries; until it returns, the old answers go on."""

    def search(self, query: str, lang: str, limit: int = 10, *, internal: bool = False) -> Found:
        """Answer a query. `internal` lets agents find what is not public."""

    def suggest(self, prefix: str, lang: str, limit: int = 5, *, internal: bool = False) -> tuple[Suggestion, ...]:
        """Titles that fit what has been typed so far, at least two characters."""

    def set_synonyms(self, rules: Iterable[str]) -> None:
        """The owner's rules (see `kb.synonyms`); they work from the next search on, in this process."""

    def needs_rebuild(self) -> bool:
        """Whether the index is missing, damaged or of another version. The worker asks every round."""

    def heal(self) -> bool:
        """Rebuild from the database when that is needed; answers whether it was."""

    def close(self) -> None:
        """Let go of all files."""
