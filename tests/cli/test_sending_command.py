"""`supportbox sending`: whether letters leave, asked, switched, and noted."""

import sqlite3
from contextlib import closing

from tests.cli.conftest import Shell


def test_it_says_how_it_is_and_changes_nothing(stocked: Shell) -> None:
    before = _audit(stocked)
    output = stocked.says("sending")
    assert output == "Sending is on: answers leave.\nWaiting to leave: 0. To be decided by an agent: 1.\n"
    assert _audit(stocked) == before


def test_it_is_switched_and_noted_once(stocked: Shell) -> None:
    assert "Sending is off" in stocked.says("sending", "off")
    assert "Sending is off" in stocked.says("sending", "off")
    assert "supportbox sending on" in stocked.says("doctor")
    assert "Sending is on" in stocked.says("sending", "on")
    assert _audit(stocked) == ["sending_switched_off", "sending_switched_on"]
    assert "Sending is off" not in stocked.says("doctor")


def _audit(shell: Shell) -> list[str]:
    with closing(sqlite3.connect(shell.instance / "supportbox.db")) as database:
        return [kind for (kind,) in database.execute("SELECT kind FROM audit ORDER BY id")]
