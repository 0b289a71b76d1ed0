"""What Whoosh keeps of an article, and how it is written; `whoosh_shelf` reads it."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import IndexReader

from supportbox.kb.searcher import Entry, Progress
from supportbox.search.shelf import Card, Signature
from supportbox.search.weighing import weigh, written_words

NAME = "KB"
MEMORY_MB = 48
"""What Whoosh may hold before it sorts on disk."""


class WeightedTerms(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose value is a mapping of terms to weights; no positions, no lengths."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), analyzer=None, scorable=False, stored=False)

    def index(self, value: dict[str, float], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The tuples that Whoosh's writer expects: term, frequency, weight, nothing."""
        return ((term.encode(), 1, weight, b"") for term, weight in value.items())


class KeptFiles(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder whose old files outlive a commit, because other processes may be about to open them (`files` sweeps).

    Never mapped into memory: a file cut short under a mapping kills the process, a short read is an error like any."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False)
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        """As any storage does; `close` closes it, which Whoosh forgets for compound files."""
        self._opened.append(super().open_file(name, **options))
        return self._opened[-1]

    def close_all(self) -> None:
        """Close what is still open."""
        while self._opened:
            file = self._opened.pop()
            if not file.is_closed:
                file.close()

    def file_exists(self, name: str) -> bool:
        """As any storage; but for every posting Whoosh asks for the lengths of its field, and ours have none."""
        return not name.endswith("_len.col") and bool(super().file_exists(name))

    def delete_file(self, name: str) -> None:
        """Only what no reader opens: the parts that a segment was put together from."""
        if not name.endswith((".seg", ".toc")):
            super().delete_file(name)


def schema() -> fields.Schema:
    """One collapsed field to search in, one of words for the speller, and columns."""
    return fields.Schema(
        id=fields.ID(unique=True),
        stems=WeightedTerms(),
        words=WeightedTerms(),
        length=fields.COLUMN(columns.NumericColumn("I")),
        hidden=fields.COLUMN(columns.NumericColumn("B")),
        signature=fields.COLUMN(columns.VarBytesColumn()),
        card=fields.COLUMN(columns.VarBytesColumn()),
        body=fields.COLUMN(columns.CompressedBytesColumn()),
    )


def create(folder: Path) -> None:
    """An empty index."""
    folder.mkdir(parents=True)
    storage = KeptFiles(folder)
    FileIndex.create(storage, schema(), NAME)
    storage.close_all()


def open_reader(storage: KeptFiles, generation: int) -> IndexReader:
    """A reader of exactly this generation, though a newer one may be in the making (Whoosh offers the newest only)."""
    toc = TOC.read(storage, NAME, gen=generation)
    return FileIndex._reader(storage, toc.schema, toc.segments, toc.generation)


def write(folder: Path, entries: Iterable[Entry], dropped: Iterable[int], told: Progress) -> int:
    """Commit these entries in place of those of the same ids; returns the new generation."""
    storage = KeptFiles(folder)
    try:
        index = FileIndex(storage, indexname=NAME)
        _write(index, entries, dropped, told)
        return int(index.latest_generation())
    finally:
        storage.close_all()


def _write(index: FileIndex, entries: Iterable[Entry], dropped: Iterable[int], told: Progress) -> None:
    was_empty = index.is_empty()
    writer = index.writer(timeout=5, limitmb=MEMORY_MB)
    try:
        for gone in dropped:
            writer.delete_by_term("id", str(gone))
        for entry in entries:
            if not was_empty:
                writer.delete_by_term("id", str(entry.id))
            writer.add_document(**_document(entry))
            told(1)
        # Numbers of deleted articles stay in the postings until their segment is merged: not for ever.
        is_worn = writer.deleted_count() > max(500, index.doc_count())
    except BaseException:
        writer.cancel()
        raise
    writer.commit(optimize=is_worn)


def _document(entry: Entry) -> dict[str, Any]:
    weights, length = weigh(entry)
    card = Card(entry.id, entry.slug, entry.title, entry.summary, entry.category, entry.is_public)
    return {
        "id": str(entry.id),
        "stems": weights,
        "words": dict.fromkeys(written_words(entry), 1.0),
        "length": length,
        "hidden": int(not entry.is_public),
        "signature": Signature.of(entry).pack(),
        "card": json.dumps(card, ensure_ascii=False).encode(errors="surrogatepass"),
        "body": entry.body.encode(errors="replace"),
    }


def files_of(folder: Path, generation: int) -> list[str]:
    """The files that a reader of this generation opens."""
    storage = KeptFiles(folder)
    toc = TOC.read(storage, NAME, gen=generation)
    storage.close_all()
    return [f"_{NAME}_{generation}.toc", *(segment.make_filename(".seg") for segment in toc.segments)]
