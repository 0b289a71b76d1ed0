"""A file is a page, a function is a paragraph, and each module says what it is for."""

import ast

import pytest

from supportbox.channels.kinds import KINDS
from tests.house.tree import PACKAGE, ROOT, modules

LONGEST_FILE = 250
LONGEST_FUNCTION = 40
LONGEST_CHANNEL = 90
BANNED = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}


def test_no_file_is_longer_than_a_page() -> None:
    lengths = {name: lines for name, _, lines in modules()}
    for pattern in ("*.html", "*.js", "*.css"):
        for path in PACKAGE.rglob(pattern):
            lengths[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8").count("\n")
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_file_of_the_channels_is_longer_than_ninety_lines() -> None:
    """Another kind has to stay an afternoon's work, with all that kinds share. Mail is a room of its own."""
    lengths = {path.stem: path.read_text("utf-8").count("\n") for path in (PACKAGE / "channels").glob("*.py")}
    assert lengths.keys() >= KINDS.keys() - {"email"}, "one file a kind"
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_CHANNEL} == {}


def test_no_function_is_longer_than_a_paragraph() -> None:
    assert dict(_long_functions()) == {}


def test_every_module_opens_with_one_sentence() -> None:
    assert [name for name, tree, _ in modules() if not _opens_well(tree)] == []


def test_nothing_has_a_name_that_says_nothing() -> None:
    parts = {part for name, _, _ in modules() for part in name.removesuffix(".py").split("/")}
    assert parts & BANNED == set()
    words = {
        word.lower()
        for _, tree, _ in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for word in _words(node.name)
    }
    assert words & BANNED == set()


def test_tests_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("source", ["def f():\n" + "    x = 1\n" * 40, "async def f():\n" + "    x = 1\n" * 40])
def test_the_ruler_itself_can_fail(source: str) -> None:
    (node,) = ast.parse(source).body
    assert _length(node) == LONGEST_FUNCTION + 1


def _long_functions() -> list[tuple[str, int]]:
    return [
        (f"{name}:{node.lineno} {node.name}", _length(node))
        for name, tree, _ in modules()
        if "/migrations/first/" not in name  # written by a program, a column a line
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > LONGEST_FUNCTION
    ]


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _opens_well(tree: ast.Module) -> bool:
    sentence = ast.get_docstring(tree) or ""
    first = sentence.split("\n\n")[0].strip()
    return bool(first) and first[-1] in ".:!?)"


def _words(name: str) -> list[str]:
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in name)
    return spaced.split()
