"""What a scoring program asks of a letter reader: `parse(bytes) -> dict`."""

from typing import Any

from supportbox.mail.report import describe


def parse(raw: bytes) -> dict[str, Any]:
    """The words and the verdict of one letter, as `supportbox mail parse` prints them."""
    known = describe(raw)
    bounce = known["bounce"]
    return {
        "visible_text": known["visible_text"],
        "text": known["text"],
        "from_addr": known["from"] or "",
        "from_name": known["from_name"],
        "subject": known["subject"],
        "is_auto": known["is_auto"],
        "is_bounce": known["is_bounce"],
        "bounce_hard": bool(bounce and bounce["permanent"]),
    }
