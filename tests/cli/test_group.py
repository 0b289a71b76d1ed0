"""The command line as a whole: lazy, plain in its refusals, quiet when it is stopped."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module

import click
import pytest

from supportbox import __version__
from supportbox.cli import COMMANDS
from tests.cli.conftest import Shell

HEAVY = ("flask_login", "alembic", "waitress", "whoosh", "imapclient", "smtplib", "lxml", "supportbox.web")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says_and_explains_itself(name: str, bare: Shell) -> None:
    module, _, attribute = COMMANDS[name][0].partition(":")
    assert isinstance(getattr(import_module(module), attribute), click.Command)
    assert "Usage: supportbox " + name in bare.says(name, "--help")


def test_the_list_of_commands_is_shown_without_loading_any(bare: Shell) -> None:
    assert set(COMMANDS) <= set(bare.says("--help").split())
    assert _loaded("--help") == set()


def test_the_version_is_shown(bare: Shell) -> None:
    assert bare.says("--version").strip().endswith(__version__)


def test_listing_tickets_loads_neither_pages_nor_migrations_nor_mail(shell: Shell) -> None:
    assert _loaded("ticket", "list", instance=str(shell.instance)) == set()


@pytest.mark.parametrize(
    ("command", "spared"),
    [
        (["kb", "search", "parcel"], {"supportbox.web", "alembic", "waitress", "imapclient", "smtplib", "lxml"}),
        (["work", "--once"], {"supportbox.web", "alembic", "waitress", "flask_login"}),
        (["doctor"], {"supportbox.web", "alembic", "waitress", "imapclient", "lxml"}),
    ],
)
def test_a_command_loads_only_what_it_needs(command: list[str], spared: set[str], shell: Shell) -> None:
    assert _loaded(*command, instance=str(shell.instance)) & spared == set()


def test_pages_are_served_without_migrations(shell: Shell) -> None:
    program = (
        "import sys\nfrom supportbox.app import create_app\nfrom supportbox.config import load\n"
        "import supportbox.cli.serve\ncreate_app(load())\nprint('alembic' in sys.modules)"
    )
    environ = {"SUPPORTBOX_INSTANCE": str(shell.instance)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_an_unknown_command_is_wrong_usage(bare: Shell) -> None:
    result = bare.run("frobnicate")
    assert result.exit_code == 2
    assert "frobnicate" in result.stderr


def test_a_missing_argument_is_wrong_usage(shell: Shell) -> None:
    assert shell.run("agent", "add").exit_code == 2


def test_an_unknown_setting_is_named(shell: Shell) -> None:
    sentence = shell.refusal("ticket", "list", SUPPORTBOX_COLOUR="red")
    assert "SUPPORTBOX_COLOUR" in sentence
    assert "SUPPORTBOX_THREADS" in sentence


def test_a_wrong_value_is_named(shell: Shell) -> None:
    assert "threads must be a number" in shell.refusal("ticket", "list", SUPPORTBOX_THREADS="many")


def test_an_unknown_setting_in_the_file_is_named(shell: Shell) -> None:
    (shell.instance / "config.toml").write_text('colour = "red"\n')
    assert "'colour'" in shell.refusal("ticket", "list")


def test_a_broken_settings_file_is_named(shell: Shell) -> None:
    (shell.instance / "config.toml").write_text("threads = = 4\n")
    assert "config.toml is not valid TOML" in shell.refusal("ticket", "list")


@pytest.mark.parametrize("command", ["serve", "doctor", "upgrade", "work", "reindex"])
def test_without_an_instance_the_way_to_one_is_named(command: str, bare: Shell) -> None:
    assert bare.refusal(command).endswith("Make one with: supportbox init")
    assert not bare.instance.exists()


def test_a_database_that_is_none_is_named(shell: Shell) -> None:
    (shell.instance / "supportbox.db").write_bytes(b"this is no database" * 100)
    assert "file is not a database" in shell.refusal("ticket", "list")


def test_a_database_that_fails_later_is_named(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.instance / "supportbox.db")) as database:
        database.execute("DROP TABLE ticket")
    sentence = shell.refusal("ticket", "list")
    assert sentence == "The database could not be used: no such table: ticket. Look with: supportbox doctor"


def test_a_missing_key_is_named(shell: Shell) -> None:
    (shell.instance / "secret.key").unlink()
    assert "secret.key" in shell.refusal("ticket", "list")


def _loaded(*arguments: str, instance: str = "") -> set[str]:
    """Which heavy modules a command has loaded when it ends."""
    program = (
        "import os, sys\n"
        f"os.environ['SUPPORTBOX_INSTANCE'] = {instance!r}\n"
        "from supportbox.cli import group\n"
        f"group({list(arguments)!r}, standalone_mode=False)\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.split())
