"""Writes beside every golden letter what SupportBox reads in it. Look at the difference before you commit it."""

import json
from pathlib import Path
from typing import Any

from supportbox.mail.report import describe

LETTERS = Path(__file__).parent / "letters"


def expected(letter: Path) -> Path:
    """Where the reading of a letter is kept."""
    return letter.with_suffix(".json")


def written(reading: dict[str, Any]) -> str:
    """A reading as it stands in its file."""
    return json.dumps(reading, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Bless every letter again."""
    for letter in sorted(LETTERS.glob("*.eml")):
        expected(letter).write_text(written(describe(letter.read_bytes())), encoding="utf-8")


if __name__ == "__main__":
    main()
