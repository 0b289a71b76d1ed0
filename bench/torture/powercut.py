"""Power cuts: the real program is traced, and every disk that it may leave behind is looked at as the next start would.

A kill leaves the system's memory of the files; a power cut does not. So the acts of one intake and one send are
replayed onto a model of a disk, which is cut at every sync and every word to the world, and torn in many ways.
"""

import hashlib
import random
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.torture import letters
from bench.torture.disk import Disk
from bench.torture.drive import Run, Tally
from bench.torture.kill_send import TICKET, open_ticket
from bench.torture.shop import Shop
from bench.torture.strace import Act, trace

PATTERNS = 20
_MARKED = re.compile(rb"UID STORE ([\d:,]+) \+FLAGS")


class Said:
    """What the world has heard so far, and may hold us to."""

    def __init__(self) -> None:
        self.marked: set[int] = set()
        self.is_named = self.is_given = self.is_saved = False

    def hear(self, act: Act) -> None:
        if found := _MARKED.search(act.data):
            for part in found[1].decode().split(","):
                first, _, last = part.partition(":")
                self.marked |= set(range(int(first), int(last or first) + 1))
        self.is_named |= b"RCPT TO" in act.data.upper()
        self.is_given |= b"\r\nThis is answer" in act.data
        self.is_saved |= b'"saved"' in act.data


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: two letters come in, one is answered, the answer leaves; then all the disks."""
    tally = Tally()
    mailbox = shop.mailbox()
    desk = open_ticket(shop, mailbox=mailbox)
    for one in _two_letters(seed):
        mailbox.deliver(one)
    desk.close()
    disk = Disk(desk.instance)
    orders: list[list[Any]] = [["once"], ["answer", TICKET, [1]], ["once"]]
    acts = trace(desk.instance, desk.instance.with_suffix(".strace"), orders, broken=broken)
    _look_at_all(disk, acts, random.Random(seed), 4 if is_short else PATTERNS, tally)
    return tally


def _two_letters(seed: int) -> list[bytes]:
    """One with a file, one without."""
    posted = [one.raw for one in letters.write(60, seed, first=2)]
    with_file = next(raw for raw in posted if b"attachment" in raw)
    return [with_file, next(raw for raw in posted if b"attachment" not in raw)]


def _look_at_all(disk: Disk, acts: list[Act], dice: random.Random, patterns: int, tally: Tally) -> None:
    said, seen = Said(), set()
    shares = [0.0, 1.0, *(dice.random() for _ in range(patterns - 2))]
    with tempfile.TemporaryDirectory(prefix="supportbox-disk-") as folder:
        for act in [*acts, Act("sync", "")]:
            # Before it is synced all is at risk, and before a word leaves all that it promises.
            if act.kind in ("sync", "say"):
                said.hear(act)
                tally.counts["cuts"] += 1
                for share in shares:
                    content = dict(disk.cut(share, dice))
                    mark = (hash(frozenset(content.items())), len(said.marked), said.is_named, said.is_given)
                    tally.counts["disks"] += 1
                    if mark not in seen:
                        seen.add(mark)
                        _look(Path(folder) / "disk", content, said, tally)
            disk.do(act)
    tally.check(bool(said.marked and said.is_named and said.is_given and said.is_saved), "the trace is not whole")


def _look(folder: Path, content: dict[str, bytes | None], said: Said, tally: Tally) -> None:
    """Whether a start from this disk keeps every promise."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in content.items():
        if data is None:
            (folder / name).mkdir()
        elif name.startswith("supportbox.db"):
            (folder / name).write_bytes(data)
    try:
        with closing(sqlite3.connect(folder / "supportbox.db")) as connection:
            _ask(lambda query: connection.execute(query).fetchall(), content, said, tally)
    except sqlite3.Error as error:
        tally.wrong.append(f"the database cannot be read: {error}")


def _ask(ask: Callable[[str], list[Any]], content: dict[str, bytes | None], said: Said, tally: Tally) -> None:
    tally.check(ask("PRAGMA integrity_check") == [("ok",)], "the database is damaged")
    tally.check(ask("PRAGMA foreign_key_check") == [], "a row lost what it points to")
    kept = {uid for (uid,) in ask("SELECT uid FROM intake")}
    tally.check(said.marked <= kept, f"marked on the server, not kept: {said.marked - kept}")
    for path, sha256 in ask("SELECT path, sha256 FROM intake WHERE path != ''"):
        tally.check(_hash(content, f"raw/{path}") == sha256, f"the raw letter {path} is not whole")
    for token, sha256 in ask("SELECT token, sha256 FROM attachment"):
        tally.check(_hash(content, f"files/{token[:2]}/{token}") == sha256, "a letter's file is not whole")
    undone = ask("SELECT intake.id FROM intake LEFT JOIN message ON message.intake_id = intake.id "
                 "WHERE intake.state = 'done' AND message.id IS NULL")  # fmt: skip
    tally.check(undone == [], f"done, but no message: {undone}")
    answers = ask("SELECT delivery.state, delivery.phase FROM message LEFT JOIN delivery "
                  "ON delivery.message_id = message.id WHERE message.kind = 'agent'")  # fmt: skip
    tally.check(len(answers) == 1 or not said.is_saved, "an acknowledged answer is gone")
    tally.check(all(state for state, _ in answers), "an answer is saved and not queued")
    if said.is_named:
        tally.check(answers[:1] != [("queued", "")], "the answer is on its way, and not known to be")
    if said.is_given:
        tally.check(answers[:1] in ([("sending", "data")], [("sent", "")]), f"given away, and yet {answers}")


def _hash(content: dict[str, bytes | None], name: str) -> str:
    return hashlib.sha256(content.get(name) or b"").hexdigest()


RUN = Run(
    name="powercut",
    bar="power cut at every sync point of one intake and one send × 20 torn writes: before or after, integrity ok",
    play=play,
    goal=("disks", 10_000),
    needs=("strace",),
    catches=("synchronous-normal", "no-folder-sync"),
)
