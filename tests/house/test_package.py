"""What `pip install .` brings is the whole product: templates, static files, migrations, catalogues."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

from supportbox.cli import COMMANDS
from tests.house.tree import PACKAGE, ROOT, own_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_folder_with_code_is_a_package() -> None:
    folders = {path.parent for path in own_files() if path.suffix == ".py" and PACKAGE in path.parents}
    assert [folder.name for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_other_file_is_named_as_data() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["supportbox"]
    data = [path for path in own_files() if PACKAGE in path.parents and path.suffix != ".py"]
    assert {path.suffix for path in data} >= {".html", ".css", ".po", ".mo"}
    assert [path.name for path in data if not any(_is_match(path, pattern) for pattern in patterns)] == []


def test_the_commands_entry_point_is_there() -> None:
    assert PROJECT["project"]["scripts"] == {"supportbox": "supportbox.cli:main"}
    for where, _ in COMMANDS.values():
        module = ROOT / (where.partition(":")[0].replace(".", "/") + ".py")
        assert module.exists(), module


def test_the_migrations_of_a_release_are_in_it() -> None:
    assert (PACKAGE / "migrations" / "versions" / "0001_first_tables.py").exists()


def _is_match(path: Path, pattern: str) -> bool:
    return fnmatch(path.relative_to(PACKAGE).as_posix(), pattern.replace("**", "*"))
