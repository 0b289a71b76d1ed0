"""docs/faults.md tells the truth: every fault has its row, and every row a test that is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (C\d+) \| ([^|]+) \| ([^|]+) \| `([^`|]+)::(\w+)` \|$", re.M)


def rows() -> list[tuple[str, ...]]:
    return ROW.findall((ROOT / "docs" / "faults.md").read_text("utf-8"))


def test_each_fault_has_one_row_in_order() -> None:
    assert [name for name, *_ in rows()] == [f"C{number}" for number in range(1, 39)]


def test_each_row_says_what_happens_and_what_is_done() -> None:
    assert [name for name, fault, does, *_ in rows() if not (fault.endswith(".") and does.endswith("."))] == []


def test_each_row_names_a_test_that_is_there() -> None:
    assert [(name, path, test) for name, _, _, path, test in rows() if test not in _tests_of(ROOT / path)] == []


def _tests_of(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}
