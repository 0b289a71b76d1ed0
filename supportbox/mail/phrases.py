"""Lists of words and phrases that live in files beside the code: one pattern a line, `#` for remarks."""

import re
from functools import cache
from importlib.resources import files


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The patterns of `data/phrases/<name>.txt` as one, indifferent to case."""
    return re.compile(alternatives(name), re.IGNORECASE | re.MULTILINE)


def alternatives(name: str) -> str:
    """The same as the source of a pattern, to be put into a larger one."""
    return "|".join(_lines("phrases", name))


def word_set(name: str) -> frozenset[str]:
    """The words of `data/sets/<name>.txt`."""
    return frozenset(" ".join(_lines("sets", name)).split())


def _lines(folder: str, name: str) -> list[str]:
    lines = files(__package__).joinpath("data", folder, f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@cache
def little_words() -> dict[str, tuple[str, ...]]:
    """Each common word of `data/languages/<language>.txt` with the languages that have it."""
    known: dict[str, tuple[str, ...]] = {}
    for file in sorted(files(__package__).joinpath("data", "languages").iterdir(), key=lambda file: file.name):
        for word in set(file.read_text("utf-8").split()):
            known[word] = (*known.get(word, ()), file.name.removesuffix(".txt"))
    return known
