"""Finds the lines with which a quoted letter begins: attributions, header blocks, titles between dashes."""

import re
from typing import Final

from supportbox.mail.quote_headers import FORWARDED, LABELS, LEADS, ORIGINAL, VERBS

_MOST_ATTRIBUTION = 500
_MOST_ATTRIBUTION_LINES = 4
_MOST_BLOCK_LINES = 40
_WRAPPING: Final = "-–—_=*~ \t"
_TAIL: Final = "-–—_=*~ \t:：.,"
VERB_LAST_WORDS: Final = frozenset(re.split(r"[ \xa0]", verb)[-1] for verb in VERBS)

_INNER_LEADS: Final = (" On ", " Le ", " Am ", " El ", " Il ", " Em ", " Op ", " Den ", " Dnia ", " Dne ")

# Both are bounded on every side, so that no line can make them slow.
_DAY = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?!\d))")
_HOUR = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")


def has_address(text: str) -> bool:
    """Whether a mail address may stand in the text."""
    return "@" in text


def attribution_start(stripped: list[str], end: int) -> int:
    """The line where the attribution that ends on line `end` begins ("On … wrote:"); -1 when there is none."""
    joined = ""
    for start in range(end, max(-1, end - _MOST_ATTRIBUTION_LINES), -1):
        line = stripped[start]
        if not line or line[0] == ">" or len(joined) + len(line) > _MOST_ATTRIBUTION:
            return -1
        joined = f"{line} {joined}" if joined else line
        opens = start == 0 or not stripped[start - 1]
        if _is_attribution(joined, opens):
            return start
    return -1


def _is_attribution(joined: str, opens: bool) -> bool:
    text = joined.strip(_WRAPPING)
    dashed = len(joined) - len(text) >= 4 and joined[0] in "-–—_=*~" and joined[-1] in "-–—_=*~"
    low = text.lower()
    verb_last = low.rstrip(_TAIL).endswith(VERBS)
    day, hour = _DAY.search(text), _HOUR.search(text)
    if dashed:
        return verb_last
    closed = text[-1:] in (":", "：")
    led = begins_attribution(low)
    if led and (day or hour) and (verb_last or (closed and any(verb in low for verb in VERBS))):
        return closed or has_address(text)
    if opens and verb_last and closed and has_address(text) and (day or low.startswith(("sent from", "at "))):
        return True
    return led and day is not None and hour_or_dated(text, hour) and _ends_with_address(text)


def hour_or_dated(text: str, hour: "re.Match[str] | None") -> bool:
    """Whether a line without a verb is dated as closely as mail programs do: an hour, or the year first."""
    return hour is not None or text[:2] in ("19", "20")


def _ends_with_address(text: str) -> bool:
    bare = text.rstrip(" :：")
    return bare[-1:] in (">", ")", "]") and has_address(bare[-200:]) and (text[-1] in ":：" or text[:2] in ("19", "20"))


def begins_attribution(low: str) -> bool:
    """Whether a lower-case line begins as an attribution may: a figure, a day of the week, a preposition."""
    if low[:1].isdigit():
        return True
    word = low.split(None, 1)[0].rstrip(".,") if low else ""
    return word in LEADS or low[:1] in "在於"


def ends_with_verb(line: str) -> bool:
    """Whether the last word may be one for "wrote", without a colon."""
    return line.rpartition(" ")[2].lower() in VERB_LAST_WORDS


def plain_attribution(line: str) -> bool:
    """Whether a line ends with a word for "wrote:"; enough when a quotation follows at once."""
    if len(line) > _MOST_ATTRIBUTION or line[-1:] not in (":", "："):
        return False
    return line.lower().rstrip(_TAIL).endswith(VERBS)


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
    return last if _is_block(kinds) else start


def _is_block(kinds: dict[str, str]) -> bool:
    named = len(kinds) - ("other" in kinds)
    addressed = has_address(kinds.get("from", "") + kinds.get("to", ""))
    dated = any(map(str.isdigit, kinds.get("sent", "")))
    if "subject" in kinds and "from" in kinds and (dated or "to" in kinds):
        return True
    return (named >= 3 and (addressed or "subject" in kinds) and dated) or (named >= 2 and addressed and dated)


def shared_line_cut(line: str) -> int:
    """Where an attribution begins that stands behind an answer on the same line ("Yes On … wrote:"); -1 without one."""
    if not plain_attribution(line) or begins_attribution(line.lower()) or not _DAY.search(line):
        return -1
    cut = max(line.find(lead) for lead in _INNER_LEADS)
    if cut < 1 or not _is_attribution(line[cut:].strip(), opens=False):
        return -1
    while cut and line[cut - 1] in _WRAPPING:
        cut -= 1
    return cut


def dashed_title(line: str) -> str:
    """ "original" or "forward" for a title between dashes, "" for other lines."""
    if len(line) > 120:
        return ""
    title = line.strip(_TAIL + "<>[]|").lower()
    if not title:
        return ""
    bare = len(title) == len(line)
    if title in ORIGINAL and not bare:
        return "original"
    if title.startswith(FORWARDED) and (not bare or line[-1:] in ":："):
        return "forward"
    return ""
