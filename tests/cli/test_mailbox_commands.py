"""`supportbox mailbox` and `supportbox work` as a person types them."""

import json

import pytest

from supportbox.demo.sandbox import Sandbox
from tests.cli.conftest import Shell
from tests.servers import PASSWORD

SMTP = "smtp://127.0.0.1:2525"


def test_add_list_and_no_password_anywhere(shell: Shell) -> None:
    said = shell.says(
        "mailbox", "add", "Support@Shop.example", "--imap-url", "imaps://ann:hush%40@mail.example.org/Support",
        "--smtp-url", "smtps://ann:hush%40@mail.example.org", "--name", "The Shop",
        "--lang", "fr", "--since", "2026-01-31",
    )  # fmt: skip
    assert said.startswith("support@shop.example is added.")
    (row,) = json.loads(shell.says("mailbox", "list", "--json"))
    assert (row["address"], row["language"], row["name"]) == ("support@shop.example", "fr", "The Shop")
    assert row["imap_url"] == "imaps://ann@mail.example.org:993/Support" and row["since"] == "2026-01-31T00:00:00+00:00"
    assert shell.says("mailbox", "list").split()[0] == "support@shop.example"
    for path in shell.instance.rglob("*"):
        assert not path.is_file() or b"hush@" not in path.read_bytes()


def test_password_from_standard_input(shell: Shell, sandbox: Sandbox) -> None:
    shell.says(
        "mailbox", "add", "support@demo.example", "--password-stdin",
        "--imap-url", f"imap://support%40demo.example@127.0.0.1:{sandbox.imap_port}",
        "--smtp-url", f"smtp://support%40demo.example@127.0.0.1:{sandbox.smtp_port}", typed=f"{PASSWORD}\n",
    )  # fmt: skip
    assert shell.says("mailbox", "test", "support@demo.example").count("\n") == 5
    assert shell.says("work", "--once") == ""


@pytest.mark.parametrize(
    ("address", "imap", "smtp", "more", "sentence"),
    [
        ("shop", "imaps://a:b@m.example", SMTP, (), "'shop' is no mail address"),
        ("a b@shop.example", "imaps://a:b@m.example", SMTP, (), "is no mail address"),
        ("a@b@shop.example", "imaps://a:b@m.example", SMTP, (), "is no mail address"),
        ("a@shop..example", "imaps://a:b@m.example", SMTP, (), "is no mail address"),
        ("s@shop.example", "imap://a:b@m.example", SMTP, (), "in clear"),
        ("s@shop.example", "imaps://a@m.example", SMTP, (), "has no password"),
        ("s@shop.example", "imaps://a:b@m.example", "smtp://m.example", (), "in clear"),
        ("s@shop.example", "imaps://a:b@m.example", SMTP, ("--since", "yesterday"), "'yesterday' is no date"),
    ],
)  # fmt: skip
def test_mistakes_are_refused(
    shell: Shell, address: str, imap: str, smtp: str, more: tuple[str, ...], sentence: str
) -> None:  # fmt: skip
    said = shell.refusal("mailbox", "add", address, "--imap-url", imap, "--smtp-url", smtp, *more)
    assert sentence in said
    assert json.loads(shell.says("mailbox", "list", "--json")) == []


def test_twice_is_refused(shell: Shell) -> None:
    given = ("mailbox", "add", "s@shop.example", "--imap-url", "imaps://a:b@m.example", "--smtp-url", SMTP)
    shell.says(*given)
    assert shell.refusal(*given) == "There is a mailbox s@shop.example already."


def test_unknown_mailbox(shell: Shell) -> None:
    assert shell.refusal("mailbox", "test", "nobody@shop.example") == "There is no mailbox nobody@shop.example."


def test_work_once_names_the_broken_mailbox_and_fetches_the_others(shell: Shell, sandbox: Sandbox) -> None:
    for name, port in (("broken", 1), ("support", sandbox.imap_port)):
        shell.says(
            "mailbox", "add", f"{name}@demo.example", "--smtp-url", f"smtp://127.0.0.1:{sandbox.smtp_port}",
            "--imap-url", f"imap://{name}%40demo.example:{PASSWORD}@127.0.0.1:{port}",
        )  # fmt: skip
    sandbox.append("support@demo.example", b"From: cleo@demo.example\r\nSubject: Teapot\r\n\r\nHello\r\n")
    said = shell.refusal("work", "--once")
    assert said.startswith("broken@demo.example: Nobody listens on 127.0.0.1 port 1.")
    assert "Teapot" in shell.says("ticket", "export", "--jsonl")
