"""What the worker logs: one event a line, and no password, key or token in it, whatever servers echo."""

import json
import time

from supportbox.channels import vault
from supportbox.demo.sandbox import Sandbox
from tests.work.conftest import SUPPORT, Desk, letter
from tests.work.test_mailbox_faults import talker

CANARY = "canary%7f2a-password"


def _logged(desk: Desk, seconds: float) -> list[dict[str, str]]:
    process = desk.command("work", SUPPORTBOX_LOG="json")
    time.sleep(seconds)
    process.terminate()
    _, said = process.communicate(timeout=20)
    assert CANARY not in said and desk.settings.secret_key not in said
    return [json.loads(line) for line in said.splitlines()]


def test_faults_are_lines_of_json_without_the_password(desk: Desk, sandbox: Sandbox) -> None:
    sealed = vault.seal(desk.settings, CANARY)
    desk.change_mailbox(imap_sealed=sealed)
    sandbox.append(SUPPORT, letter())
    lines = _logged(desk, 3)
    assert any("refuses the user name or the password" in line["message"] for line in lines)
    assert all(set(line) >= {"at", "level", "logger", "message"} for line in lines)


def test_server_that_echoes_and_forges_lines(desk: Desk, sandbox: Sandbox) -> None:
    forged = f'* BYE {CANARY} \x1b[31m{{"level": "critical"}}\x0b\r\n'.encode()
    with talker(forged) as port:
        sealed = vault.seal(desk.settings, CANARY)
        desk.change_mailbox(imap_sealed=sealed, imap_url=f"imap://support@127.0.0.1:{port}")
        lines = _logged(desk, 3)
    assert lines and {line["level"] for line in lines} <= {"info", "warning", "error"}
