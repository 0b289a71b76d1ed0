"""A plugin of the tests: real mail servers on loopback as fixtures, and a word on what had to be left out."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest

from supportbox.demo.sandbox import Sandbox
from tests import dovecot as dovecots

PASSWORD = "letmein"
USERS = [(f"{name}@demo.example", PASSWORD) for name in ("support", "cleo", "dot", "ada", "ben")]
_users = count(1)


def leave_out(sentence: str) -> NoReturn:
    """Skip a test for want of a service, or fail it where all services were promised."""
    if os.environ.get("SUPPORTBOX_REQUIRE_SERVICES") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox(USERS) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    """IMAP and SMTP for support@, cleo@, dot@, ada@ and ben@demo.example (PASSWORD), empty at each test's start."""
    running_sandbox.clear()
    yield running_sandbox
    assert running_sandbox.faults == []


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[dovecots.Dovecot]:
    found = dovecots.version()
    if not found.startswith("2.3."):
        leave_out(f"Dovecot 2.3 is not installed ({found or 'none found'}): apt install dovecot-imapd")
    # Not pytest's own temporary folder: that one is closed to the user who serves the mail.
    folder = Path(tempfile.mkdtemp(prefix="supportbox-dovecot-"))
    folder.chmod(0o755)
    server = dovecots.Dovecot(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def dovecot(dovecot_server: dovecots.Dovecot) -> Iterator[dovecots.DovecotMailbox]:
    """An empty mailbox of its own on a real Dovecot."""
    if not dovecot_server.is_running:
        dovecot_server.start()
    yield dovecot_server.mailbox(f"support-{next(_users)}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line a missing service, however many tests wanted it."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, number in reasons.items():
        terminalreporter.write_line(f"Left out {number} test{'s' if number > 1 else ''}: {reason}")
