"""`supportbox agent`: who may log in."""

import json
import sqlite3
from contextlib import closing

from supportbox.people.password import is_password
from tests.cli.conftest import Shell


def test_an_added_agent_is_listed_with_their_role(shell: Shell) -> None:
    output = shell.says("agent", "add", "ben@shop.example", "--name", "Ben", "--role", "light")
    assert output.splitlines()[-1].startswith("password: ")
    rows = json.loads(shell.says("agent", "list", "--json"))
    assert [(row["email"], row["name"], row["role"]) for row in rows] == [
        ("ada@shop.example", "Ada", "owner"),
        ("ben@shop.example", "Ben", "light"),
    ]
    assert all("password" not in key for row in rows for key in row)


def test_a_password_from_standard_input_is_not_printed(shell: Shell) -> None:
    result = shell.run(
        "agent", "add", "ben@shop.example", "--name", "Ben", "--password-stdin", typed="correct horse battery\n"
    )
    assert result.exit_code == 0
    assert "horse" not in result.output


def test_a_short_password_is_refused(shell: Shell) -> None:
    result = shell.run("agent", "add", "ben@shop.example", "--name", "Ben", "--password-stdin", typed="short\n")
    assert (result.exit_code, result.stderr) == (1, "A password needs at least 10 characters.\n")
    assert "ben@" not in shell.says("agent", "list")


def test_an_address_is_added_once(shell: Shell) -> None:
    sentence = shell.refusal("agent", "add", "ADA@shop.example", "--name", "Ada")
    assert sentence == "There is already an agent ada@shop.example."


def test_an_address_that_is_none_is_refused(shell: Shell) -> None:
    assert "is not an e-mail address" in shell.refusal("agent", "add", "ben at shop", "--name", "Ben")


def test_a_name_of_spaces_is_refused(shell: Shell) -> None:
    assert "needs a name" in shell.refusal("agent", "add", "ben@shop.example", "--name", "  ")


def test_a_lost_password_is_set_anew_from_the_server(shell: Shell) -> None:
    before = _row(shell)
    output = shell.says("agent", "password", "Ada@shop.example")
    assert output.splitlines()[-1].startswith("password: ") and _row(shell)[0] != before[0]
    result = shell.run("agent", "password", "ada@shop.example", "--password-stdin", typed="a lid for my teapot\n")
    assert (result.exit_code, "teapot" in result.output) == (0, False)
    assert is_password("a lid for my teapot", _row(shell)[0])
    assert shell.run("agent", "password", "ada@shop.example", "--password-stdin", typed="short\n").exit_code == 1
    assert shell.refusal("agent", "password", "eve@shop.example") == "There is no agent eve@shop.example."


def test_with_the_password_the_second_factor_can_go_and_the_sessions_do(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.instance / "supportbox.db")) as database, database:
        database.execute("UPDATE agent SET totp_sealed = 'sealed'")
        database.execute("INSERT INTO recovery_code (agent_id, code_hash) VALUES (1, 'x')")
        database.execute(
            "INSERT INTO agent_session (agent_id, token_hash, created_at, seen_at, address, user_agent)"
            " VALUES (1, 'x', '2026-03-02', '2026-03-02', '', '')"
        )
    shell.says("agent", "password", "ada@shop.example")
    assert _row(shell)[1:] == ("sealed", 1, 0)
    shell.says("agent", "password", "ada@shop.example", "--without-second-factor")
    assert _row(shell)[1:] == ("", 0, 0)


def _row(shell: Shell) -> tuple[str, str, int, int]:
    """Ada's password and second factor as they are kept, her recovery codes and sessions counted."""
    query = (
        "SELECT password_hash, totp_sealed, (SELECT count(*) FROM recovery_code), (SELECT count(*) FROM agent_session)"
        " FROM agent WHERE id = 1"
    )
    with closing(sqlite3.connect(shell.instance / "supportbox.db")) as database:
        row: tuple[str, str, int, int] = database.execute(query).fetchone()
    return row
