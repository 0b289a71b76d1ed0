"""All writing to the Whoosh index: one process at a time, and nothing that readers have open is touched."""

import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from supportbox.kb.searcher import Entry, Progress
from supportbox.search import whoosh_index
from supportbox.search.manifest import (
    Damaged,
    Manifest,
    Part,
    read_manifest,
    sum_up,
    verify,
    write_manifest,
)


def change(root: Path, entries: Iterable[Entry], dropped: Iterable[int], told: Progress) -> None:
    """Put and drop in the index as it is; `Damaged` when it cannot be built upon. Needs the lock."""
    manifest = read_manifest(root)
    gone, by_lang = set(dropped), _by_language(entries)
    gone |= {entry.id for group in by_lang.values() for entry in group}
    parts = dict(manifest.parts)
    for lang in parts.keys() | by_lang.keys():
        part = parts.get(lang) or _new_part(root, lang, manifest.generation + 1)
        verify(root, part)
        _sweep(root, part)
        group = by_lang.get(lang, [])
        others = gone - {entry.id for entry in group}
        parts[lang] = _written(root, part, group, others, told)
        verify(root, part)  # again: what changed while it was read must not get a new check sum
    write_manifest(root, replace(manifest, generation=manifest.generation + 1, parts=parts))


def build(root: Path, entries: Iterable[Entry], told: Progress, rules: tuple[str, ...] | None = None) -> None:
    """A new index in new folders; the old ones go when it stands. Without `rules` the old ones stay. Needs the lock."""
    try:
        old = read_manifest(root)
    except Damaged:
        old = Manifest(generation=_last_number(root))
    generation = old.generation + 1
    parts = {
        lang: _written(root, _new_part(root, lang, generation), group, (), told)
        for lang, group in _by_language(entries).items()
    }
    write_manifest(root, Manifest(generation, parts, old.rules if rules is None else rules))
    kept = {part.folder for part in parts.values()}
    for folder in root.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def set_rules(root: Path, rules: tuple[str, ...]) -> None:
    """Keep the owner's synonyms where all processes read them. Needs the lock."""
    manifest = read_manifest(root)
    if manifest.rules != rules:
        write_manifest(root, replace(manifest, generation=manifest.generation + 1, rules=rules))


def _by_language(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    groups: dict[str, dict[int, Entry]] = defaultdict(dict)
    for entry in entries:
        groups[entry.lang][entry.id] = entry
    return {lang: list(group.values()) for lang, group in groups.items()}


def _new_part(root: Path, lang: str, generation: int) -> Part:
    safe = "".join(letter for letter in lang if letter.isalnum() or letter in "-_") or "other"
    folder = f"{safe}-{generation}"
    shutil.rmtree(root / folder, ignore_errors=True)
    whoosh_index.create(root / folder)
    return Part(folder, 0)


def _written(root: Path, part: Part, entries: list[Entry], dropped: Iterable[int], told: Progress) -> Part:
    folder = root / part.folder
    gone = list(dropped)
    if not entries and not gone:
        return part
    generation = whoosh_index.write(folder, entries, gone, told)
    return Part(part.folder, generation, sum_up(folder, whoosh_index.files_of(folder, generation)))


def _sweep(root: Path, part: Part) -> None:
    """Remove what the manifest does not name: files of generations past, and of a writer that was killed."""
    for path in (root / part.folder).iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif part.files and path.name not in part.files:
            path.unlink(missing_ok=True)


def _last_number(root: Path) -> int:
    """The highest number that a folder has had, so that no new folder takes the name of an old one."""
    numbers = [path.name.rpartition("-")[2] for path in root.iterdir() if path.is_dir()]
    return max([int(number) for number in numbers if number.isdecimal()], default=0)
