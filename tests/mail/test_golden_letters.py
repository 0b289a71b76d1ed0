"""Every golden letter is read as it was blessed (`make letters` blesses again)."""

from pathlib import Path

import pytest

from supportbox.mail.report import describe
from tests.mail.bless import LETTERS, expected, written

KEYS = [
    "from",
    "from_name",
    "reply_to",
    "to",
    "cc",
    "subject",
    "date",
    "message_id",
    "in_reply_to",
    "references",
    "visible_text",
    "quoted_text",
    "text",
    "html",
    "attachments",
    "verdict",
    "verdict_reason",
    "is_auto",
    "is_bounce",
    "bounce",
    "defects",
    "language",
]


@pytest.mark.parametrize("letter", sorted(LETTERS.glob("*.eml")), ids=lambda path: path.stem)
def test_letter_is_read_as_blessed(letter: Path) -> None:
    reading = describe(letter.read_bytes())
    assert list(reading) == KEYS
    assert written(reading) == expected(letter).read_text(encoding="utf-8")


def test_every_reading_has_its_letter() -> None:
    assert {path.stem for path in LETTERS.glob("*.json")} == {path.stem for path in LETTERS.glob("*.eml")}
