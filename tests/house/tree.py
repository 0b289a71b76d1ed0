"""The project's own files, for the tests that measure the house."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "supportbox"
# Data that came from elsewhere or is meant to be odd.
BINARY = {".mo", ".png", ".jpg", ".woff2", ".ico", ".gz", ".zip", ".pdf", ".eml"}


@cache
def own_files() -> tuple[Path, ...]:
    """Every file that git keeps, or would: what is ignored is none of ours."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = [ROOT / line for line in listed.stdout.splitlines()]
    else:  # an unpacked archive has no git
        skipped = {".git", ".venv", "build", "instance", "__pycache__"}
        paths = [path for path in ROOT.rglob("*") if not skipped & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts))


def own_texts() -> list[tuple[str, str]]:
    """Name and content of every text file."""
    return [
        (path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        for path in own_files()
        if path.suffix not in BINARY
    ]


@cache
def modules() -> tuple[tuple[str, ast.Module, int], ...]:
    """Of every Python file of the package: its name, its tree, and how many lines it has."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text("utf-8")
        found.append((path.relative_to(ROOT).as_posix(), ast.parse(text), text.count("\n")))
    return tuple(found)
