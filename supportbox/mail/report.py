"""A letter as `supportbox mail parse` prints it: plain data, for every letter, readable or not."""

from typing import Any

from supportbox.mail import limits
from supportbox.mail.letter import Bounce, Letter, Verdict
from supportbox.mail.parse import glimpse, parse
from supportbox.mail.screen import screen


def describe(raw: bytes) -> dict[str, Any]:
    """The letter and its verdict; one that breaks a cap has the reason among its defects, and no words."""
    try:
        letter = parse(raw)
    except limits.LimitBroken as broken:
        letter = glimpse(raw, str(broken))
    return _described(letter, screen(letter))


def _described(letter: Letter, verdict: Verdict) -> dict[str, Any]:
    sender = letter.sender
    return {
        "from": sender.email if sender else "",
        "from_name": sender.name if sender else "",
        "reply_to": letter.reply_to.email if letter.reply_to else None,
        "to": [address.email for address in letter.to],
        "cc": [address.email for address in letter.cc],
        "subject": letter.subject,
        "date": letter.date.isoformat() if letter.date else None,
        "message_id": letter.message_id,
        "in_reply_to": letter.in_reply_to or None,
        "references": list(letter.references),
        "visible_text": letter.visible_text,
        "quoted_text": letter.quoted_text,
        "text": letter.text,
        "html": letter.html,
        "attachments": [
            {
                "filename": file.filename,
                "content_type": file.content_type,
                "size": file.size,
                "inline": file.inline,
                "content_id": file.content_id,
            }
            for file in letter.enclosures
        ],
        "verdict": verdict.kind,
        "verdict_reason": verdict.reason,
        "is_auto": verdict.kind in ("auto-reply", "bulk"),
        "is_bounce": verdict.kind == "bounce",
        "bounce": _bounce(verdict.bounce),
        "defects": list(letter.defects),
        "language": letter.language,
    }


def _bounce(bounce: Bounce | None) -> dict[str, Any] | None:
    if bounce is None:
        return None
    return {
        "recipient": bounce.recipient,
        "status": bounce.status,
        "permanent": bounce.permanent,
        "diagnostic": bounce.diagnostic,
        "original_message_id": bounce.original_message_id,
    }
