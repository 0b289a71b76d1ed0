"""Finds attributions, the lines with which a mail program names whom it quotes: "On … wrote:"."""

import re
from typing import Final

from supportbox.mail.quote_headers import DAYS, LEADS, VERBS

_MOST_LENGTH = 500
_MOST_LINES = 6
_MOST_NAME_WORDS = 5
_COLONS: Final = (":", "：")
_ENDS: Final = frozenset(":：>)]-–—_=*~")
_WRAPPING: Final = "-–—_=*~"
_TAIL: Final = "-–—_=*~ \t:：.,"
_UNSEEN: Final = {0xA0: " ", 0x202F: " ", 0x2009: " ", 0x200E: None, 0x200F: None, 0x200B: None, 0xFEFF: None}
_INNER_LEADS: Final = (" On ", " Le ", " Am ", " El ", " Il ", " Em ", " Op ", " Den ", " Dnia ", " Dne ")
_LAST_WORDS: Final = frozenset(verb.rpartition(" ")[2] for verb in VERBS)
_CJK = 0x2E80  # from here on words are not divided by spaces

# Both are bounded on every side, so that no line can make them slow.
_DAY: Final = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?!\d))")
_HOUR: Final = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")


def attribution_start(stripped: list[str], end: int, quoted: bool) -> int:
    """The line where the attribution that ends on line `end` begins; -1 when there is none.

    `quoted` says that a quotation follows: a sentence may look like a vague attribution, but no quotation follows it.
    """
    joined = ""
    for start in range(end, max(-1, end - _MOST_LINES), -1):
        line = stripped[start]
        if not line and joined[:1] == "<":
            continue  # some programs leave the address alone between blank lines
        if not line or (line[0] == ">" and start < end) or len(joined) + len(line) > _MOST_LENGTH:
            return -1
        joined = f"{line} {joined}" if joined else line
        opens = start == 0 or not stripped[start - 1]
        if _is_attribution(joined.translate(_UNSEEN), opens, quoted):
            return start
    return -1


def _is_attribution(joined: str, opens: bool, quoted: bool) -> bool:
    text = joined.strip(_WRAPPING + " ")
    low = text.lower()
    if len(joined) - len(text) >= 4 and joined[0] in _WRAPPING and joined[-1] in _WRAPPING:
        return bool(_last_verb(low))
    day, hour = _DAY.search(text) is not None, _HOUR.search(text) is not None
    if not (day or hour):
        return opens and text[-1:] in _COLONS and _is_name_and_verb(text, low)
    verb = _last_verb(low)
    if begins_attribution(low):
        if verb and (quoted or _ends_with_address(low.rstrip(_TAIL)[: -len(verb)])):
            return True
        if verb and verb != "sent" and day and hour and text[-1] in _COLONS:
            return True
        if text[-1] in _COLONS and any(word in low for word in VERBS) and (quoted or _ends_with_address(text)):
            return True
        return day and _is_bare_attribution(text, low, hour, quoted)
    named_first = opens and "<" in text and "@" in text and text[-1] in _COLONS
    if named_first and day and hour and low.rpartition(">")[2].lstrip().startswith(VERBS):
        return True
    return named_first and bool(verb) and (day or low.startswith("sent from"))


def _is_name_and_verb(text: str, low: str) -> bool:
    """ "Ann Example <ann@example.com> wrote:" and nothing else."""
    name, opened, rest = text.partition("<")
    if not opened or not 0 < len(name.split()) <= _MOST_NAME_WORDS or "@" not in rest:
        return False
    verb = _last_verb(low)
    return bool(verb) and low.rstrip(_TAIL)[: -len(verb)].rstrip()[-1:] == ">"


def _is_bare_attribution(text: str, low: str, hour: bool, quoted: bool) -> bool:
    """Whether a dated line without a verb names whom it quotes: "5.1.2026, 10:12, Ann <ann@example.com>:"."""
    year_first = text[:2] in ("19", "20")
    if not _ends_with_address(text) or not (hour or year_first):
        return False
    if not quoted and not (low[0].isdigit() or _first_word(low) in DAYS):
        return False
    return text[-1] in _COLONS or year_first


def _last_verb(low: str) -> str:
    """The word for "wrote" with which a line ends, "" without one."""
    text = low.rstrip(_TAIL)
    if not text.endswith(VERBS):
        return ""
    for verb in VERBS:
        if text.endswith(verb) and (ord(verb[0]) >= _CJK or not text[: -len(verb)][-1:].isalpha()):
            return verb
    return ""


def _ends_with_address(text: str) -> bool:
    bare = text.rstrip(" :：,")[-200:]
    return "@" in bare and (bare[-1] in ">)]\"'" or "@" in bare.rpartition(" ")[2])


def _first_word(low: str) -> str:
    return low[:20].split(" ", 1)[0].rstrip(".,")


def begins_attribution(low: str) -> bool:
    """Whether a lower-case line begins as an attribution may: a figure, a day of the week, a preposition."""
    if not low:
        return False
    word = _first_word(low)
    return low[0].isdigit() or word in LEADS or word in DAYS or low[0] in "在於"


def may_end_attribution(line: str) -> bool:
    """A cheap first look: whether a line ends as attributions do; without a colon only after an address."""
    return line[-1] in _ENDS or ("@" in line and ends_with_verb(line))


def ends_with_verb(line: str) -> bool:
    """Whether the last word may be one for "wrote", without a colon."""
    return line.rpartition(" ")[2].lower() in _LAST_WORDS


def plain_attribution(line: str) -> bool:
    """Whether a line ends with a word for "wrote:"; enough when a quotation follows at once."""
    return line[-1:] in _COLONS and len(line) <= _MOST_LENGTH and bool(_last_verb(line.lower()))


def closes_bracket(stripped: list[str], at: int) -> bool:
    """Whether a line that begins with ">" is not quoted but ends an address that was wrapped: ">:", "> wrote:"."""
    line = stripped[at]
    if line[-1] not in _COLONS or at == 0:
        return False
    above = stripped[at - 1]
    near = above[-_MOST_LENGTH:]
    opened = near.rfind("<") > near.rfind(">") or above.startswith("mailto:")
    return opened and above[0] != ">" and (len(line) < 3 or plain_attribution(line))


def shared_line_cut(line: str) -> int:
    """Where an attribution begins that stands behind an answer on the same line ("Yes On … wrote:"); -1 without one."""
    if not plain_attribution(line) or begins_attribution(line.lower()) or not _DAY.search(line):
        return -1
    cut = max(line.find(lead) for lead in _INNER_LEADS)
    if cut < 1 or not _is_attribution(line[cut:].strip(), opens=False, quoted=False):
        return -1
    while cut and line[cut - 1] in _WRAPPING + " ":
        cut -= 1
    return cut
