"""Finds header blocks and titles between dashes, with which a quoted or forwarded letter begins."""

from typing import Final

from supportbox.mail.quote_headers import FORWARDED, LABELS, ORIGINAL, REPLY_ABOVE

_MOST_BLOCK_LINES = 40
_MOST_BLOCK_LINE = 1000
_RAW_LABELS: Final = frozenset(
    ("received", "message-id", "mime-version", "content-type", "content-transfer-encoding", "dkim-signature")
    + ("return-path", "delivered-to", "authentication-results", "user-agent")
)
_OUTLOOK_RULE: Final = "_" * 32
_TAIL: Final = "-–—_=*~# \t:：.,"


def label_kind(line: str) -> str:
    """What a line of a pasted header block names ("from", "sent", "to", "subject", "other"); "" for other lines."""
    cut = line.find(":", 0, 40)
    if cut < 0:
        cut = line.find("：", 0, 40)
    if cut < 1:
        return ""
    return LABELS.get(line[:cut].strip(" \t\xa0*_>|").lower(), "")


def block_end(stripped: list[str], start: int) -> int:
    """The line after the header block that begins on `start`; `start` itself when it is none."""
    kinds: dict[str, str] = {}
    at, blank = start, 0
    last = start
    stop = min(len(stripped), start + _MOST_BLOCK_LINES)
    while at < stop:
        line = stripped[at]
        kind = label_kind(line) if line else ""
        if kind and (kind not in kinds or kind == "other"):
            kinds[kind] = line if kind != "other" else ""
            last, blank = at + 1, 0
        elif not line:
            blank += 1
            if blank > 1 or len(kinds) >= 4:
                break
        elif kind or blank or at - last >= 6:
            break
        at += 1
    if _is_block(kinds):
        return start if _is_raw(stripped, start, last) else last
    return start + is_block_line(stripped[start])


def is_block_line(line: str) -> bool:
    """Whether a whole header block stands on one line ("From: … Sent: … To: … Subject: …")."""
    if label_kind(line) != "from" or "@" not in line or len(line) > _MOST_BLOCK_LINE:
        return False
    kinds = {LABELS.get(word[:-1].strip("*").lower(), "") for word in line.split() if word[-1] in ":："}
    return len(kinds & {"from", "sent", "to", "subject"}) >= 2 and "sent" in kinds


def _is_raw(stripped: list[str], start: int, end: int) -> bool:
    """Whether the block is a part of raw headers that the writer pasted to show them."""
    if start and label_kind(stripped[start - 1]):
        return True  # it began higher up, and was no block from there
    around = stripped[max(0, start - 1) : end + 1]
    labels = [line[:40].partition(":")[0].lower() for line in around]
    return any(label in _RAW_LABELS or label.startswith(("x-", "arc-", "list-")) for label in labels)


def _is_block(kinds: dict[str, str]) -> bool:
    named = len(kinds) - ("other" in kinds)
    addressed = "@" in kinds.get("from", "") + kinds.get("to", "")
    dated = any(map(str.isdigit, kinds.get("sent", "")))
    if "subject" in kinds and "from" in kinds and (dated or "to" in kinds):
        return True
    if "from" not in kinds and next(iter(kinds), "") != "sent":
        return False
    return (named >= 3 and (addressed or "subject" in kinds) and dated) or (named >= 2 and addressed and dated)


def is_outlook_rule(stripped: list[str], at: int) -> bool:
    """Whether Outlook's rule of 32 underscores stands here, over a header block in whatever language."""
    if stripped[at] != _OUTLOOK_RULE or at + 1 >= len(stripped):
        return False
    below = stripped[at + 1]
    return "@" in below[:200] and (":" in below[:40] or "：" in below[:40])


def dashed_title(line: str) -> str:
    """ "original" or "forward" for a title between dashes, "" for other lines."""
    if len(line) > 120:
        return ""
    title = line.strip(_TAIL + "<>[]|").lower().replace("\N{COMBINING DOT ABOVE}", "")
    if not title:
        return ""
    wrapped = line[0] in _TAIL + "<["
    if title in ORIGINAL and wrapped:
        return "original"
    if title.startswith(FORWARDED) and (wrapped or line[-1] in ":："):
        return "forward"
    return "original" if wrapped and any(words in title for words in REPLY_ABOVE) else ""
