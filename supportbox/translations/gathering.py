"""Gathering: what the code and the templates say, and its words in each language, one .po file a room."""

from collections.abc import Iterator
from datetime import UTC, datetime

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from supportbox.translations import ROOT

PACKAGE = ROOT.parent
METHODS = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
# The sentences of refusals are written in English where they arise and translated where they are shown.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "mark": None,
    "Refused": None,
    "Conflict": None,
    "Forbidden": None,
    "NotFound": None,
}
# Rooms whose refusals only commands show: those speak English.
NOT_SHOWN = (
    "cli/",
    "kb/",
    "search/",
    "config.py",
    "app.py",
    "backup/",
    "doctor/",
    "work/",
    "migrations/",
    "demo/",
    "channels/",
)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

Message = str | tuple[str, ...]


def languages() -> list[str]:
    return sorted(folder.name for folder in ROOT.iterdir() if folder.is_dir() and list(folder.glob("*.po")))


def extracted() -> dict[Message, str]:
    """Everything that people may read, and where it was found first; plurals as pairs."""
    found: dict[Message, str] = {}
    for file, line, message, _comments, _context in _extract():
        found.setdefault(message, f"{file}:{line}")
    return found


def _extract() -> Iterator[tuple[str, int, Message, list[str], str | None]]:
    for row in extract_from_dir(
        PACKAGE, METHODS, keywords=KEYWORDS, options_map={"templates/**.html": {"silent": "false"}}
    ):
        if not row[0].startswith(NOT_SHOWN):
            yield row


def merged(language: str) -> Catalog:
    """All rooms' words of one language. Two rooms that differ about a sentence are a mistake, told by ValueError."""
    whole = Catalog(locale=language, creation_date=EPOCH, revision_date=EPOCH)
    for path in sorted((ROOT / language).glob("*.po")):
        with path.open("rb") as file:
            room = read_po(file, locale=language, abort_invalid=True)
        for message in room:
            if not message.id or not message.string:
                continue
            before = whole.get(message.id)
            if before and before.string != message.string:
                raise ValueError(f"{path.name} translates {message.id!r} otherwise than a room before it")
            whole.add(message.id, message.string)
    return whole
