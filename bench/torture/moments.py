"""The places in a conversation with a mail server, and what is to happen there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

KB = 1024
GARBAGE = b"\x00\xff\xfe }{ not a word of any protocol (((\r\n"
Protocol = Literal["IMAP", "SMTP"]
Kind = Literal["greeting", "command", "answer", "literal"]


@dataclass(frozen=True)
class Moment:
    """A place in a conversation: before a command goes on, before its answer comes back, before the next KB of a
    letter (either way). `verb` is "UID FETCH", "RCPT", and "." for the end of a letter; `kb` counts within it."""

    kind: Kind
    verb: str
    kb: int = 0


@dataclass
class Rule:
    """What to do at a moment, and how often: cut, reset, stall, drip, garbage, a line to say instead of passing the
    command on ("{tag} NO [INUSE] later"), or something to call before all goes on."""

    kind: Kind
    verb: str
    act: str | Callable[[], object]
    times: int = 1
    kb: int | None = None
    skip: int = 0  # such moments left alone before the first one

    def fits(self, moment: Moment) -> bool:
        return (
            self.times > 0
            and self.kind == moment.kind
            and self.verb in ("*", moment.verb)
            and self.kb in (None, moment.kb)
        )
