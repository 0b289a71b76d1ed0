"""Walks once over the lines of a letter and decides for each whether it is shown or folded away."""

from typing import Final

from supportbox.mail import quote_attributions as attributions
from supportbox.mail import quote_marks as marks
from supportbox.mail import signatures

SHOWN: Final = 0
FOLDED: Final = 1
_MARK_ENDS: Final = frozenset(":：>)]-*_=")
_RULES: Final = frozenset("-_*=—–─━#~")
_MOST_LOOKS: Final = 5000  # a letter may hold any number of lines that look like headers; the rest is shown
_LONG_ANSWER: Final = 3  # lines: words above and this many below a quotation answer it, and need it
_RULE: Final = "-_*=—–─━#~ \t"


class Walk:
    """One pass over stripped lines.

    `hints` names lines of which HTML told the kind: "markup" (quoted), "bare" (in a blockquote that nobody signed),
    "attribution", "cut" (all from here on is quoted).
    """

    def __init__(self, stripped: list[str], hints: dict[int, str]) -> None:
        self.lines = stripped
        self.hints = hints
        self.places = bytearray(len(stripped))
        self.shared: dict[int, int] = {}  # line -> where in it the folded part begins
        self.runs: list[tuple[int, int, int]] = []  # quotations: first line of the attribution, of the quotation, end
        self.seen = False  # a line of the writer's own stands above
        self.signature = -1  # where the signature being read began
        self.signed = 0
        self.looks = _MOST_LOOKS

    def run(self) -> bytearray:
        """Decide, and return SHOWN or FOLDED for every line."""
        at, count, lines = 0, len(self.lines), self.lines
        while at < count:
            at = self._step(at, lines[at]) if lines[at] else at + 1
        self._settle()
        return self.places

    def _step(self, at: int, line: str) -> int:
        first = line[0]
        if first == ">" and not attributions.closes_bracket(self.lines, at):
            return self._quotation(at, at)
        if self.hints and at in self.hints:
            after = self._hinted(at)
            if after > at:
                return after
        if (
            line[-1] in _MARK_ENDS
            or first in _RULES
            or ":" in line[:40]
            or ("@" in line and attributions.ends_with_verb(line))
        ):
            self.looks -= 1
            after = self._mark(at, line) if self.looks > 0 else at
            if after > at:
                return after
        if signatures.may_be_sent_from(line) and signatures.is_sent_from(line):
            self.places[at] = FOLDED
            return at + 1
        self._own(at)
        return at + 1

    def _own(self, at: int) -> None:
        if self.signature < 0:
            self.seen = True
            return
        self.places[at] = FOLDED
        self.signed += 1
        if self.signed > signatures.MOST_SIGNATURE_LINES:
            self._unfold_signature(at + 1)

    def _unfold_signature(self, stop: int) -> None:
        for at in range(self.signature, stop):
            self.places[at] = SHOWN
        self.signature = -1

    def _hinted(self, at: int) -> int:
        """What the markup said: the letter below is quoted, or an attribution stands here."""
        hint = self.hints[at]
        if hint == "cut":
            return self._cut(at, at, hide_on_top=False)
        if hint == "attribution":
            end = at
            while end < len(self.lines) and self.hints.get(end) == hint:
                end += 1
            return self._cut(at, end, hide_on_top=True)
        return at

    def _mark(self, at: int, line: str) -> int:
        """Act on a line that opens a quotation or a signature; `at` itself when it opens neither."""
        if line in signatures.SIGNATURE_MARKS or (line[0] == "_" and signatures.is_list_footer(self.lines, at)):
            return self._sign(at)
        if line[0] == "_" and marks.is_outlook_rule(self.lines, at):
            return self._cut(at, at + 1, hide_on_top=False)
        title = marks.dashed_title(line)
        if title == "forward":
            return len(self.lines)
        if title == "original":
            return self._cut(at, at + 1, hide_on_top=False)
        if attributions.may_end_attribution(line):
            after = self._shared_line(at, line)
            if after > at:
                return after
            start = self._attribution(at, line)
            if start >= 0:
                return self._cut(start, at + 1, hide_on_top=True)
        if marks.label_kind(line):
            end = marks.block_end(self.lines, at)
            if end > at:
                return self._cut(at, end, hide_on_top=False)
        return at

    def _attribution(self, at: int, line: str) -> int:
        quoted = self._quoted_next(at + 1)
        start = attributions.attribution_start(self.lines, at, quoted)
        return at if start < 0 and quoted and attributions.plain_attribution(line) else start

    def _shared_line(self, at: int, line: str) -> int:
        cut = attributions.shared_line_cut(line)
        if cut < 0:
            return at
        self.shared[at] = cut
        self.seen = True
        return self._cut(at + 1, at + 1, hide_on_top=True)

    def _sign(self, at: int) -> int:
        if not self.seen:
            return at
        if self.signature >= 0:
            self._unfold_signature(at)
        self.signature, self.signed = at, 0
        self.places[at] = FOLDED
        return at + 1

    def _filled(self, at: int) -> int:
        count = len(self.lines)
        while at < count and not self.lines[at]:
            at += 1
        return at

    def _quoted_next(self, at: int) -> bool:
        at = self._filled(at)
        return at < len(self.lines) and (self.lines[at][0] == ">" or self.hints.get(at) == "bare")

    def _cut(self, first: int, end: int, *, hide_on_top: bool) -> int:
        """Fold what follows a header: the quotation right below it, or else all the rest."""
        if self._quoted_next(end):
            self._fold(first, end)
            return self._quotation(self._filled(end), first)
        if self.seen:
            self.signature = -1
            self._fold(self._rule_above(first), len(self.lines))
            return len(self.lines)
        if hide_on_top:
            self._fold(first, end)
        return end

    def _fold(self, start: int, end: int) -> None:
        if start < end:
            self.places[start:end] = b"\x01" * (end - start)

    def _rule_above(self, at: int) -> int:
        """A line drawn over a header goes with it."""
        above = at
        while above and not self.lines[above - 1]:
            above -= 1
        return above - 1 if above and not self.lines[above - 1].strip(_RULE) and above > 1 else at

    def _quotation(self, at: int, first: int) -> int:
        self.signature = -1
        end = self._quotation_end(at)
        self.runs.append((first, at, end))
        self._fold(at, end)
        return end

    def _quotation_end(self, at: int) -> int:
        lines, hints, last = self.lines, self.hints, at
        for here in range(at, len(lines)):
            line = lines[here]
            if not line:
                continue
            if line[0] == ">" or hints.get(here) == "bare":
                last = here
            elif not (last == here - 1 and _is_wrapped(lines, here)):
                break
        return last + 1

    def _settle(self) -> None:
        """Show the quotations that were answered in line, fold the others, and never leave a letter empty."""
        self._settle_runs()
        for start_of in (signatures.disclaimer_start, signatures.closing_start):
            end = self._last_shown()
            start = start_of(self.lines, self.places, end)
            if start < end and self._any_shown(start):
                self._fold(start, end)
        if not self._any_shown(len(self.lines)) and not self.shared:
            self.places[:] = bytes(len(self.places))

    def _settle_runs(self) -> None:
        for first, at, end in self.runs:
            if first == at and self.lines[at].startswith(">>>"):  # a program's prompt, or a row of arrows
                self.places[at:end] = bytes(end - at)
        answered = [k for k in range(len(self.runs)) if self._shown_below(k)]
        if not answered or (answered == [0] and self._folds_alone()):
            return
        for k in answered:
            _, at, end = self.runs[k]
            self.places[at:end] = bytes(end - at)

    def _folds_alone(self) -> bool:
        """Whether the only quotation that words follow is one that a mail program made, or stands on top."""
        first, at, _ = self.runs[0]
        known = first < at or self.hints.get(at) == "markup"
        if not known and not attributions.plain_attribution(self.lines[at].lstrip("> ")):
            return False
        return not self._any_shown(first) or self._shown_below(0) < _LONG_ANSWER

    def _shown_below(self, k: int) -> int:
        """How many lines of the writer stand between this quotation and the next."""
        end = self.runs[k][2]
        stop = self.runs[k + 1][0] if k + 1 < len(self.runs) else len(self.lines)
        return sum(1 for at in range(end, stop) if self.lines[at] and self.places[at] == SHOWN)

    def _last_shown(self) -> int:
        end = len(self.lines)
        while end and (self.places[end - 1] == FOLDED or not self.lines[end - 1]):
            end -= 1
        return end

    def _any_shown(self, stop: int) -> bool:
        return any(self.lines[at] and self.places[at] == SHOWN for at in range(stop))


def _is_wrapped(lines: list[str], at: int) -> bool:
    """Whether a line without a mark is the torn-off end of the quoted line above it."""
    if at + 1 >= len(lines) or lines[at + 1][:1] != ">":
        return False
    line, above = lines[at], lines[at - 1]
    if line.startswith(("(http", "<http", "http")) or ("http" in above[-200:].rpartition(" ")[2] and " " not in line):
        return True
    return line[0].islower() and len(above) >= 72 and above[-1] not in ".?!:;"
