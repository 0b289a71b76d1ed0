"""`supportbox doctor`: each light says what is wrong, and what to do about it."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from shutil import rmtree

import pytest

from supportbox import __version__, clock
from supportbox.doctor.database import sqlite_version
from supportbox.doctor.place import disk
from tests.cli.conftest import Shell

MAILBOX = """INSERT INTO mailbox (address, name, channel, language, imap_url, imap_sealed, smtp_url,
    smtp_sealed, signature, has_plus_addresses, has_acknowledgement, is_active, uidvalidity, last_uid,
    backlog_done, backlog_total, oauth_sealed, oauth_fault, last_error, created_at, good_poll_at,
    options, options_sealed, acknowledgements, oauth_provider, domain_findings)
    VALUES (?, '', 'email', 'en', 'imaps://mail.example', '', '', '', '', 0, 1, ?, 0, 0, 0, 0, '', '', ?, ?, ?,
    '{}', '', '{}', '', '[]')"""


def test_a_fresh_instance_has_no_red_light(shell: Shell) -> None:
    report = json.loads(shell.says("doctor", "--json"))
    assert {"channels", "database", "search", "version", "lights"} == set(report)
    assert (report["version"], report["database"], report["search"]) == (__version__, "sqlite", "whoosh")
    assert {"email", "voice", "phone", "counter", "post"} <= set(report["channels"])
    assert [light for light in report["lights"] if light["colour"] == "red"] == []
    assert _light(shell, "worker")["fix"].startswith("Start it with")
    assert all(light["fix"] for light in report["lights"] if light["colour"] != "green")


def test_the_same_is_said_in_words(shell: Shell) -> None:
    words = shell.says("doctor")
    for light in json.loads(shell.says("doctor", "--json"))["lights"]:
        assert f"{light['name']}: {light['sentence']}" in words


def test_a_key_that_others_can_read_is_red_until_the_fix(shell: Shell) -> None:
    (shell.instance / "secret.key").chmod(0o644)
    light = _light(shell, "permissions")
    assert light["colour"] == "red"
    assert light["fix"] == f"Run: chmod go= {shell.instance / 'secret.key'}"
    (shell.instance / "secret.key").chmod(0o600)
    assert _light(shell, "permissions")["colour"] == "green"


@pytest.mark.parametrize(
    ("minutes", "active", "error", "colour", "words"),
    [
        (2, 1, "", "green", "was fetched 2 minutes ago"),
        (2, 1, "The server hung up.", "amber", "The server hung up."),
        (125, 1, "Wrong password.", "red", "since 2 hours: Wrong password."),
        (125, 0, "", "amber", "is switched off"),
    ],
)
def test_a_mailbox_shows_when_it_was_fetched(
    minutes: int, active: int, error: str, colour: str, words: str, shell: Shell
) -> None:
    then = clock.now() - timedelta(minutes=minutes)
    _execute(shell, MAILBOX, "help@shop.example", active, error, _stored(then), _stored(then))
    light = _light(shell, "mailbox help@shop.example")
    assert light["colour"] == colour
    assert words in light["sentence"]


@pytest.mark.parametrize(("minutes", "colour"), [(2, "green"), (11, "red")])
def test_a_new_mailbox_has_ten_minutes_for_its_first_poll(minutes: int, colour: str, shell: Shell) -> None:
    made = _stored(clock.now() - timedelta(minutes=minutes))
    _execute(shell, MAILBOX, "help@shop.example", 1, "", made, None)
    assert _light(shell, "mailbox help@shop.example")["colour"] == colour


def test_a_lost_index_is_red_until_it_is_built_again(shell: Shell, tmp_path: Path) -> None:
    articles = tmp_path / "articles.jsonl"
    articles.write_text('{"slug": "post", "lang": "en", "title": "Post", "body": "Slow.", "category": "Post"}\n')
    shell.says("kb", "import", str(articles))
    assert _light(shell, "search")["colour"] == "green"
    rmtree(shell.instance / "index")
    assert _light(shell, "search")["colour"] == "red"
    shell.says("reindex")
    assert _light(shell, "search")["colour"] == "green"


def test_an_older_database_is_red_and_names_the_way(shell: Shell) -> None:
    _execute(shell, "UPDATE alembic_version SET version_num = '0000'")
    light = _light(shell, "migrations")
    assert (light["colour"], light["fix"]) == ("red", "Run: supportbox upgrade")


def test_a_damaged_database_is_red_and_not_a_traceback(shell: Shell) -> None:
    (shell.instance / "supportbox.db").write_bytes(b"no database" * 1000)
    assert _light(shell, "database")["colour"] == "red"


@pytest.mark.parametrize(("free", "colour"), [(5_000_000_000, "green"), (500_000_000, "amber"), (100_000_000, "red")])
def test_a_full_disk_is_seen_coming(free: int, colour: str) -> None:
    assert disk(free).colour == colour


@pytest.mark.parametrize(
    ("version", "colour"),
    [((3, 40, 1), "amber"), ((3, 51, 2), "amber"), ((3, 51, 3), "green"), ((3, 6, 23), "green")],
)
def test_a_sqlite_with_the_reset_fault_is_amber(version: tuple[int, ...], colour: str, session: object) -> None:
    assert [light.colour for light in sqlite_version(session, version)] == [colour]  # type: ignore[arg-type] # a Session


def _light(shell: Shell, name: str) -> dict[str, str]:
    lights = json.loads(shell.says("doctor", "--json"))["lights"]
    found: dict[str, str] = next(light for light in lights if light["name"] == name)
    return found


def _execute(shell: Shell, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(shell.instance / "supportbox.db")) as database, database:
        database.execute(statement, values)


def _stored(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
