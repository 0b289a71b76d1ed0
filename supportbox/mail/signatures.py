"""Recognises what stands below a letter's words: signatures, lines that a phone adds, list footers, disclaimers."""

from typing import Final

from supportbox.mail.signature_words import CLOSINGS, DEVICES, DISCLAIMER_WORDS, SENT_ENDS, SENT_STARTS

SIGNATURE_MARKS: Final = frozenset(("--",))
MOST_SIGNATURE_LINES: Final = 20
# The first two letters of each, in lower case: most lines are turned away by them alone.
SENT_HEADS: Final = frozenset(start[:2] for start in SENT_STARTS)
_SENT_TAILS: Final = frozenset(end[-2:] for end in SENT_ENDS)
_MOST_SENT_FROM = 90
_MOST_SENT_WORDS = 10
_MOST_NAME_WORDS = 4
_MOST_CONTACT_LINES = 3
_LIST_REACH = 8
_LEAST_DISCLAIMER = 100
_MOST_DISCLAIMER_LINES = 30


def may_be_sent_from(line: str) -> bool:
    """A cheap first look: whether `is_sent_from` is worth asking."""
    return line[:2].lower() in SENT_HEADS or line[-2:] in _SENT_TAILS


def is_sent_from(line: str) -> bool:
    """Whether a stripped line is what a phone or a mail program adds on its own ("Sent from my iPhone")."""
    if len(line) > 2 * _MOST_SENT_FROM or line[-1] in ":?":
        return False
    low = line.lower().strip("*_-–— ")
    if not low.startswith(SENT_STARTS) and not low.endswith(SENT_ENDS):
        return False
    link = low.find("<")
    words = low[:link] if link > 0 else low
    if len(words) > _MOST_SENT_FROM or words.count(" ") >= _MOST_SENT_WORDS or ", " in words:
        return False  # a sentence of the writer's: "Sent from my desk, ..."
    return link > 0 or any(device in words for device in DEVICES)


def is_list_footer(stripped: list[str], at: int) -> bool:
    """Whether a rule of underscores opens the footer that a mailing list adds."""
    if at + 1 >= len(stripped) or stripped[at].strip("_"):
        return False
    below = stripped[at + 1][:200].lower()
    return "mailing list" in below or "mailing-list" in below or "mailinglist" in below


def disclaimer_start(stripped: list[str], folded: bytearray, stop: int) -> int:
    """Where the closing legal paragraphs of the first `stop` lines begin; `stop` when there are none."""
    found = end = stop
    for _ in range(4):
        while end and not stripped[end - 1]:
            end -= 1
        first = end
        while first and stripped[first - 1] and not folded[first - 1] and end - first < _MOST_DISCLAIMER_LINES:
            first -= 1
        if not _is_disclaimer(stripped[first:end]):
            return found
        found = end = first
    return found


def _is_disclaimer(lines: list[str]) -> bool:
    if sum(map(len, lines)) < _LEAST_DISCLAIMER:
        return False
    text = " ".join(lines)[:4000].lower()
    return sum(word in text for word in DISCLAIMER_WORDS) >= 3


def closing_start(stripped: list[str], folded: bytearray, stop: int) -> int:
    """Where a closing and the name below it begin ("Med venlig hilsen", "Søren"), or "-Name" alone; else `stop`."""
    last = stop - 1
    if last < 2:
        return stop
    if not stripped[last - 1] and _is_marked_name(stripped[last]):
        mark = stripped[last][0]
        listed = any(line[:1] == mark for line in stripped[max(0, last - _LIST_REACH) : last])
        return stop if listed else last
    for at in range(last, max(0, last - _MOST_CONTACT_LINES - 2), -1):
        line = stripped[at]
        if folded[at] or len(line) > 60:
            return stop
        if line.rstrip(",.! ").lower() in CLOSINGS:
            return at if _is_name_below(stripped[at + 1 : stop]) else stop
    return stop


def _is_name_below(below: list[str]) -> bool:
    filled = [line for line in below if line]
    if not filled:
        return True
    name = filled[0]
    named = len(name.split()) <= _MOST_NAME_WORDS and name[:1].isupper() and name[-1] not in "?!:.,;"
    return named and all(map(_is_contact, filled[1:]))


def _is_contact(line: str) -> bool:
    return "@" in line or "www." in line or sum(map(str.isdigit, line)) >= 5


def _is_marked_name(line: str) -> bool:
    """ "-Ann Example" or "/Ann": one mark, then a name at once, and nothing else."""
    words = line[1:].split(" ")
    return line[:1] in "-–—/~" and len(words) <= _MOST_NAME_WORDS and all(word[:1].isupper() for word in words)
