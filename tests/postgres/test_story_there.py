"""The whole product by its commands, on PostgreSQL: a letter in, a ticket, an answer out, found, backed up, restored
into either kind of database."""

import json
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from supportbox.cli import group
from supportbox.demo.sandbox import Sandbox
from tests.postgresql import PostgreSQL
from tests.servers import PASSWORD
from tests.work.conftest import CLEO, SUPPORT, letter

WORDS = "Où est l’œuf ? NUL:\0 and a smile 😀"


@dataclass
class Desk:
    """One instance, worked on from outside."""

    instance: Path
    url: str

    def run(self, *command: str, fails: bool = False, given: str = "") -> str:
        """In this process: starting one for each of twenty commands would take most of the time."""
        environ = {
            "SUPPORTBOX_INSTANCE": str(self.instance), "SUPPORTBOX_UNDO_SECONDS": "0",
            **({"SUPPORTBOX_DATABASE_URL": self.url} if self.url else {}),
        }  # fmt: skip
        done = CliRunner().invoke(group, command, env=environ, input=given, prog_name="supportbox")
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert (done.exit_code != 0) == fails, done.output
        return done.stderr if fails else done.stdout

    def tickets(self, *query: str) -> list[str]:
        return [one["reference"] for one in json.loads(self.run("ticket", "list", *query, "--json"))]

    def export(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.run("ticket", "export", "--jsonl").splitlines()]


def test_from_the_first_letter_to_a_restored_desk(
    tmp_path: Path, empty_url: str, postgresql: PostgreSQL, sandbox: Sandbox
) -> None:
    desk = Desk(tmp_path / "one", empty_url)
    desk.run("init", "--business", "Atelier", "--agent", "ada@shop.example")
    assert "already a SupportBox" in desk.run("init", fails=True)
    user = SUPPORT.replace("@", "%40")
    desk.run(
        "mailbox", "add", SUPPORT, "--password-stdin", "--imap-url", f"imap://{user}@127.0.0.1:{sandbox.imap_port}",
        "--smtp-url", f"smtp://127.0.0.1:{sandbox.smtp_port}", given=PASSWORD + "\n",
    )  # fmt: skip
    sandbox.append(SUPPORT, letter("Teapot", WORDS))
    sandbox.append(SUPPORT, letter("Cup", "It is blue.", number=2))
    desk.run("work", "--once")
    assert desk.tickets() == ["SB-1002", "SB-1001"] and desk.tickets("--query", "oeuf") == ["SB-1001"]
    desk.run("reply", "SB-1001", "--as", "ada@shop.example", "--text-file", "-", given="A new lid is on its way.")
    desk.run("work", "--once")
    assert any(b"A new lid is on its way." in raw for raw in sandbox.inbox(CLEO))
    assert desk.tickets("--query", "lid from:cleo") == ["SB-1001"]
    (tmp_path / "lids.md").write_text("---\nslug: lids\ntitle: Broken lids\n---\nWe replace every lid.\n")
    desk.run("kb", "import", str(tmp_path))
    assert "lids" in desk.run("kb", "search", "lid", "--json")
    lights = {one["name"]: one["sentence"] for one in json.loads(desk.run("doctor", "--json"))["lights"]}
    assert "fsync off" in lights["database"] and f"mailbox {SUPPORT}" in lights  # it is, for the tests' speed

    told, backup = desk.export(), tmp_path / "desk.backup"
    desk.run("backup", str(backup))
    assert not (desk.instance / "backup.db.part").exists()
    small = Desk(tmp_path / "two", "")
    small.run("restore", str(backup))
    assert small.export() == told
    small.run("backup", str(backup))
    assert "not empty" in Desk(tmp_path / "three", empty_url).run("restore", str(backup), fails=True)

    grown = Desk(tmp_path / "four", postgresql.make_database())
    grown.run("restore", str(backup))
    assert grown.export() == told and not (grown.instance / "supportbox.db").exists()
    sandbox.append(SUPPORT, letter("Plate", "It is square.", number=3))
    grown.run("work", "--once")
    assert grown.tickets("--query", "lid OR square") == ["SB-1003", "SB-1001"]
