"""`supportbox agent`: who may log in."""

import json

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
