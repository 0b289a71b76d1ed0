"""Subjects: our reference, reply prefixes of many languages, and what is left without them."""

import re

from supportbox.mail.clean_text import header_text

# Reply first, then forward, in the languages and programs that put them there.
_REPLY = (
    "re|ref|aw|antw|antwort|antwoord|sv|vs|odp|ynt|yan|rif|res|resp|réf|réponse|rép|rv2|tr2|hl|vá|bls|blz|σχετ|απ|απ\\.|"
    "отв|ответ|回复|回覆|答复|答覆|返信|回信|답장|회신|رد|השב|תגובה|ตอบ|ตอบกลับ|trả lời"
)
_FORWARD = "fw|fwd|wg|tr|rv|enc|i|doorst|vb|vl|vs2|pd|továbbítás|ilt|fs|转发|轉寄|轉發|転送|전달|إعادة توجيه|пересл|πρθ"
_COUNT = r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3}|\d{1,2})?"
_PREFIX = re.compile(rf"\s*(?:(?P<reply>{_REPLY}|r)|(?:{_FORWARD})){_COUNT}\s*[:：]\s*", re.IGNORECASE)
_TAG = re.compile(r"\s*[\[(]\s*(?P<reference>SB-\d{1,12})\s*[\])]\s*", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_LONGEST = 900


def opening_subject(subject: str, reference: str) -> str:
    """`… [SB-1042]`, for a letter that answers nothing."""
    words = _bare(subject)[:_LONGEST]
    return f"{words} [{reference}]" if words else f"[{reference}]"


def reply_subject(subject: str, reference: str) -> str:
    """`Re: … [SB-1042]`, with one prefix and one tag whatever stood there before; never raises, never breaks a line."""
    words = _bare(subject)[:_LONGEST]
    return f"Re: {words} [{reference}]" if words else f"Re: [{reference}]"


def forward_subject(subject: str, reference: str) -> str:
    """`Fwd: … [SB-1042]`, likewise."""
    words = _bare(subject)[:_LONGEST]
    return f"Fwd: {words} [{reference}]" if words else f"Fwd: [{reference}]"


def subject_key(subject: str) -> str:
    """The subject that a letter and its replies share: no prefixes, no reference, no case."""
    return _bare(subject).casefold()


def has_reply_prefix(subject: str) -> bool:
    """Whether the subject says that it answers something."""
    found = _PREFIX.match(_TAG.sub(" ", header_text(subject)[:_LONGEST]).lstrip())
    return found is not None and found.group("reply") is not None


def has_forward_prefix(subject: str) -> bool:
    """Whether the subject says that it passes a letter on."""
    found = _PREFIX.match(_TAG.sub(" ", header_text(subject)[:_LONGEST]).lstrip())
    return found is not None and found.group("reply") is None


def references_in(subject: str) -> tuple[str, ...]:
    """References such as SB-1042 that a subject shows in brackets, in order: hints, never proof."""
    return tuple(dict.fromkeys(found.group("reference").upper() for found in _TAG.finditer(subject[:_LONGEST])))


def _bare(subject: str) -> str:
    words = _SPACE.sub(" ", _TAG.sub(" ", header_text(subject)[: 2 * _LONGEST])).strip()
    at = 0
    while (found := _PREFIX.match(words, at)) is not None:
        at = found.end()
    return words[at:].strip()


def is_beginning(subject: str, text: str) -> bool:
    """Whether a subject is a text's own first words, as chats have it: it says nothing that the text does not."""
    return " ".join(text.split()).startswith(subject.rstrip("…"))
