"""The words and numbers by which mail servers say that a delivery failed, and whether it failed for good."""

import re

from supportbox.mail import phrases

_FORWARDED = re.compile(r"^\s*(?:re|aw|fwd?|wg|tr|rv|i|sv|vs|antw)\s*:", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([45]\.[0-9]{1,2}\.[0-9]{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?<![\d.-])([45][0-5]\d)(?=[ \-#:]\s{0,3}[\w<#(\"'\[])")
_CERTAIN = re.compile(
    r"user unknown|unknown user|no such user|user (?:is )?not found|does(?:n't| not) exist|"
    r"invalid recipient|not listed in",
    re.IGNORECASE,
)
_OTHER_FIELD = re.compile(r"[ \t]{0,20}(?:message-id|received|date|from|to|subject|references):", re.IGNORECASE)
_SENTENCE = 300
_GONE_STATUS = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.0.1", "5.4.4"}
_ABOUT_US_STATUS = {"5.1.7", "5.1.8", "5.2.1", "5.2.2", "5.2.3", "5.3.0", "5.3.2", "5.3.4"}


def in_subject(subject: str) -> bool:
    """Whether a subject says that something could not be delivered, in the mail server's own words."""
    return _FORWARDED.match(subject) is None and phrases.pattern("failure_subjects").search(subject[:300]) is not None


def in_text(text: str) -> bool:
    """Whether a text quotes a mail server's error."""
    return phrases.pattern("failure_texts").search(text) is not None


def status_in(text: str) -> str:
    """The first enhanced status code in a text, or ""."""
    found = _STATUS.search(text)
    return found.group(1) if found else ""


def sentence_of(text: str) -> str:
    """The lines of a text that give the error, or ""."""
    for pattern in (_STATUS, _CODE, *map(phrases.pattern, ("address_gone", "mailbox_full", "failure_texts"))):
        for found in pattern.finditer(text):
            start = text.rfind("\n", 0, found.start()) + 1
            if not _OTHER_FIELD.match(text, start):
                paragraph = text.find("\n\n", found.end())
                end = paragraph if paragraph >= 0 else len(text)
                return " ".join(text[start : min(end, found.end() + _SENTENCE)].split())
    return ""


def is_permanent(status: str, words: str) -> bool:
    """Whether the address itself is bad: unknown, moved, or of a host that takes no mail."""
    if phrases.pattern("about_us").search(words) or phrases.pattern("mailbox_full").search(words):
        return False
    if _CERTAIN.search(words):
        return True
    if status.startswith(("4", "5.7.")) or status in _ABOUT_US_STATUS:
        return status.startswith("4") and "no mx" in words.lower()
    return status in _GONE_STATUS or phrases.pattern("address_gone").search(words) is not None
