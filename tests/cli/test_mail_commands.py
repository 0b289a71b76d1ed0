"""`supportbox mail`: parse without an instance; list and replay with one."""

import json
from pathlib import Path

import pytest

from supportbox.demo.sandbox import Sandbox
from tests.cli.conftest import Shell
from tests.servers import PASSWORD

TO_ALL = "To: " + ", ".join(f"a{number}@demo.example" for number in range(300))
HOSTILE = f"From: cleo@demo.example\r\n{TO_ALL}\r\nMessage-ID: <h@demo.example>\r\n\r\nHello\r\n".encode()


def test_parse_prints_a_line_a_file_in_order(bare: Shell, tmp_path: Path) -> None:
    good, hostile = tmp_path / "good.eml", tmp_path / "hostile.eml"
    good.write_bytes("From: Cleo <cleo@demo.example>\r\nSubject: Été\r\n\r\nHello\r\n".encode())
    hostile.write_bytes(HOSTILE)
    lines = shell_lines(bare.says("mail", "parse", str(good), str(hostile), "-", typed="Subject: piped\n\nHi\n"))
    assert [line["subject"] for line in lines] == ["Été", "", "piped"]
    assert (lines[0]["from"], lines[0]["visible_text"], lines[0]["verdict"]) == (
        "cleo@demo.example",
        "Hello",
        "deliver",
    )
    assert any("addresses" in defect for defect in lines[1]["defects"])


def shell_lines(said: str) -> list[dict[str, object]]:
    assert "\n\n" not in said
    return [json.loads(line) for line in said.splitlines()]


def test_parse_says_what_it_could_not_open(bare: Shell, tmp_path: Path) -> None:
    result = bare.run("mail", "parse", str(tmp_path / "none.eml"), "-", typed="Subject: piped\n\nHi\n")
    assert result.exit_code == 1
    assert [json.loads(line)["subject"] for line in result.stdout.splitlines()] == ["", "piped"]
    assert "none.eml (No such file or directory)" in result.stderr


@pytest.fixture
def fetched(shell: Shell, sandbox: Sandbox) -> Shell:
    shell.says(
        "mailbox", "add", "support@demo.example", "--smtp-url", f"smtp://127.0.0.1:{sandbox.smtp_port}",
        "--imap-url", f"imap://support%40demo.example:{PASSWORD}@127.0.0.1:{sandbox.imap_port}",
    )  # fmt: skip
    sandbox.append("support@demo.example", HOSTILE)
    sandbox.append("support@demo.example", b"From: cleo@demo.example\r\nSubject: Teapot\r\n\r\nHello\r\n")
    shell.says("work", "--once")
    return shell


def test_list_shows_every_fate(fetched: Shell) -> None:
    bad, good = json.loads(fetched.says("mail", "list", "--json"))
    assert (bad["state"], bad["ticket"], bad["message_id"], bad["attempts"]) == (
        "quarantined",
        None,
        "<h@demo.example>",
        1,
    )
    assert (good["state"], good["ticket"], good["mailbox"]) == ("done", "SB-1001", "support@demo.example")
    assert [row["id"] for row in json.loads(fetched.says("mail", "list", "--state", "quarantined", "--json"))] == [
        bad["id"]
    ]
    assert len(fetched.says("mail", "list").splitlines()) == 2


def test_replay(fetched: Shell) -> None:
    assert fetched.says("mail", "replay", "1").startswith("Intake 1: quarantined. The letter has more addresses")
    assert fetched.says("mail", "replay", "--quarantined").count("\n") == 1
    assert fetched.refusal("mail", "replay", "2").startswith("Intake 2 is not in quarantine: it is done")
    assert fetched.refusal("mail", "replay", "99").startswith("There is no intake 99.")
    assert fetched.run("mail", "replay").exit_code == 2
