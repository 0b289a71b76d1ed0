"""`supportbox upgrade`, and what every command says on a database that it does not understand."""

import sqlite3
from contextlib import closing

import pytest

from supportbox.work.lock import only_worker
from tests.cli.conftest import Shell


def test_an_up_to_date_database_is_left_alone(shell: Shell) -> None:
    assert shell.says("upgrade") == "The database is up to date (0001).\n"
    assert not (shell.instance / "backups").exists()


@pytest.mark.parametrize("command", [["serve"], ["ticket", "list"], ["work", "--once"], ["reindex"]])
def test_an_old_database_is_refused_with_the_way_out(command: list[str], shell: Shell) -> None:
    _mark(shell, "0000")
    sentence = shell.refusal(*command)
    assert sentence == "The database is of an older version (0000, now 0001). Run first: supportbox upgrade"


@pytest.mark.parametrize("command", [["serve"], ["ticket", "list"], ["work", "--once"]])
def test_a_newer_database_is_refused_with_the_way_out(command: list[str], shell: Shell) -> None:
    _mark(shell, "0999")
    assert "Install the newer version" in shell.refusal(*command)


def test_the_database_is_copied_before_anything_is_tried(shell: Shell) -> None:
    _mark(shell, "0000")
    result = shell.run("upgrade")
    assert (result.exit_code, result.stderr) == (1, "This SupportBox does not know revision 0000 of the database.\n")
    (copy,) = (shell.instance / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT email FROM agent").fetchall() == [("ada@shop.example",)]
    assert copy.stat().st_mode & 0o077 == 0


def test_a_running_worker_is_not_upgraded_under_its_feet(shell: Shell) -> None:
    _mark(shell, "0000")
    with only_worker(shell.instance):
        assert "Another worker is already at work" in shell.refusal("upgrade")


def _mark(shell: Shell, revision: str) -> None:
    with closing(sqlite3.connect(shell.instance / "supportbox.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
