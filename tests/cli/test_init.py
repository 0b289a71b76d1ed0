"""`supportbox init`: one folder, closed to others, made whole or not at all."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from supportbox.people.password import is_password
from tests.cli.conftest import Shell


def test_the_last_line_is_the_owners_password(bare: Shell) -> None:
    output = bare.says("init", "--business", "Käse & Co", "--lang", "fr", "--agent", "Ada@Shop.example")
    word, _, password = output.splitlines()[-1].partition(": ")
    assert word == "password"
    with closing(sqlite3.connect(bare.instance / "supportbox.db")) as database:
        (email, role, password_hash) = database.execute("SELECT email, role, password_hash FROM agent").fetchone()
        values = dict(database.execute("SELECT key, value FROM setting").fetchall())
    assert (email, role) == ("ada@shop.example", "owner")
    assert is_password(password, password_hash)
    assert not is_password(password + "x", password_hash)
    assert values["language"] == '"fr"'


def test_nobody_else_can_read_what_is_in_it(bare: Shell) -> None:
    bare.says("init")
    for path in (bare.instance, *bare.instance.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_without_an_owner_a_set_up_code_is_left_for_the_first_visitor(bare: Shell) -> None:
    output = bare.says("init")
    code = (bare.instance / "setup.code").read_text().strip()
    assert output.splitlines()[-1] == f"set-up code: {code}"
    assert len(code) >= 22


def test_with_an_owner_there_is_no_set_up_code(shell: Shell) -> None:
    assert not (shell.instance / "setup.code").exists()


def test_an_instance_that_exists_is_refused_and_untouched(shell: Shell) -> None:
    before = _state(shell.instance)
    sentence = shell.refusal("init", "--agent", "mallory@evil.example")
    assert sentence == f"There is already a SupportBox in {shell.instance}. It was left as it is."
    assert _state(shell.instance) == before


@pytest.mark.parametrize(
    "address", ["ada", "ada@shop", "@shop.example", "ada@shop..example", "a b@shop.example", "a@b,c.d"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_made(address: str, bare: Shell) -> None:
    assert f"{address!r} is not an e-mail address" in bare.refusal("init", "--agent", address)
    assert not bare.instance.exists()


def test_what_a_killed_init_left_behind_is_no_obstacle(bare: Shell) -> None:
    bare.instance.mkdir()
    (bare.instance / "supportbox.db.part").write_bytes(b"half")
    (bare.instance / "supportbox.db.part-wal").write_bytes(b"half")
    bare.says("init", "--agent", "ada@shop.example")
    assert "ada@shop.example" in bare.says("agent", "list")
    assert not list(bare.instance.glob("*.part*"))


def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    sentence = Shell(tmp_path / "file" / "desk").refusal("init")
    assert "cannot be made" in sentence


def test_standard_input_is_never_waited_for(bare: Shell) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "supportbox", "init", "--agent", "ada@shop.example"],
        env={"SUPPORTBOX_INSTANCE": str(bare.instance)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        assert process.wait(timeout=30) == 0  # with standard input still open
        assert process.stdout.read().splitlines()[-1].startswith("password: ")


def _state(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
