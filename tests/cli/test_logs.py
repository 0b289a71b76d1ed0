"""Logs: one event a line, whatever strangers put into it."""

import json
import logging
from collections.abc import Iterator

import pytest

from supportbox.cli.logs import set_up_logs

NASTY = "line\r\nforged 2026 error login: ok\x1b[31m\u2028more"


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """What a test sets up is gone after it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers.clear()
    yield
    root.handlers[:] = before
    root.setLevel(level)


def test_a_text_log_has_one_line_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("text")
    logging.getLogger("desk").info("subject %s", NASTY)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("info desk: subject line\\x0d\\x0aforged 2026 error login: ok\\x1b[31m\\x2028more")


def test_a_json_log_has_one_document_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("json")
    try:
        raise ValueError(NASTY)
    except ValueError:
        logging.getLogger("desk").exception("subject %s", NASTY)
    (line,) = capsys.readouterr().err.split("\n")[:-1]
    event = json.loads(line)
    assert (event["level"], event["logger"], event["message"]) == ("error", "desk", f"subject {NASTY}")
    assert "ValueError" in event["traceback"]


def test_what_is_only_for_developers_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("text")
    logging.getLogger("desk").debug("details")
    assert capsys.readouterr().err == ""
