"""Driving a run: first the builds that it has to catch, then round after round in a journal, judged at the end."""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.torture.desk import Failed
from bench.torture.shop import Shop

LONGEST_SECONDS = 30 * 60.0


@dataclass
class Tally:
    """What a round counted. `wrong` holds a sentence for each broken promise; `counts` what was done."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    worst: dict[str, float] = field(default_factory=dict)  # the largest of each measure

    def add(self, other: "Tally") -> None:
        self.counts.update(other.counts)
        self.wrong += other.wrong
        for name, value in other.worst.items():
            self.note(name, value)

    def note(self, name: str, value: float) -> None:
        self.worst[name] = max(self.worst.get(name, value), value)

    def check(self, is_so: bool, sentence: str) -> None:
        if not is_so:
            self.wrong.append(sentence)


# Shop, seed, the name of a broken build or "", and whether a few seconds have to do.
Play = Callable[[Shop, int, str, bool], Tally]


@dataclass(frozen=True)
class Run:
    """One harness: `play` makes a round of its own; `goal` names the count, and how much of it the long form needs."""

    name: str
    bar: str
    play: Play
    goal: tuple[str, int]
    catches: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # programs that a machine may not have
    most: dict[str, float] = field(default_factory=dict)  # bars of the measures in Tally.worst


@dataclass
class Outcome:
    """A run as its row of the table shows it."""

    run: Run
    tally: Tally
    caught: list[str]
    missed: list[str]
    is_whole: bool

    @property
    def is_good(self) -> bool:
        worst = self.tally.worst
        is_within = all(worst.get(name, 0) <= bar for name, bar in self.run.most.items())
        return not self.tally.wrong and not self.missed and is_within

    @property
    def row(self) -> str:
        done = [f"{number:,} {name}" for name, number in self.tally.counts.items() if number]
        done += [f"{name} {value:g}" for name, value in self.tally.worst.items()]
        done.append(f"{len(self.tally.wrong)} wrong")
        number = self.tally.counts[self.run.goal[0]]
        if number and not self.tally.wrong:
            done.append(f"below {300 / number:.2g} % of {self.run.goal[0]} (95 %)")
        done.append(f"caught {', '.join(self.caught) or 'nothing'}")
        if self.missed:
            done.append(f"MISSED {', '.join(self.missed)}")
        verdict = ("" if self.is_whole else "part: ") + ("pass" if self.is_good else "FAIL")
        return f"| {self.run.name} | {self.run.bar} | {'; '.join(done)} | {verdict} |"


class Journal:
    """The rounds so far, a line each, so that a run that was stopped goes on where it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def read(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        lines = self.path.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]

    def write(self, kind: str, name: str, tally: Tally) -> None:
        row = {"kind": kind, "name": name, "counts": tally.counts, "wrong": tally.wrong, "worst": tally.worst}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def drive(
    run: Run, shop: Shop, seed: int, journal: Journal, *, long: bool, seconds: float = LONGEST_SECONDS
) -> Outcome:
    """All of a run, or as much of it as the time allows; the next call goes on."""
    over = time.monotonic() + seconds
    proved = {row["name"]: bool(row["wrong"]) for row in journal.read() if row["kind"] == "broken"}
    for name in run.catches:
        if name not in proved:
            tally = play(run, shop, seed, name, True)
            proved[name] = bool(tally.wrong)
            journal.write("broken", name, tally)
            print(f"  {run.name}: the build {name} is {'caught' if tally.wrong else 'NOT caught'}: {_first(tally)}")
    total = Tally()
    rounds = [row for row in journal.read() if row["kind"] == "round"]
    for row in rounds:
        total.add(Tally(Counter(row["counts"]), row["wrong"], row["worst"]))
    what, wanted = run.goal
    number = len(rounds)
    while (total.counts[what] < wanted if long else number < 1) and time.monotonic() < over:
        tally = play(run, shop, seed + 1000 * number, "", not long)
        journal.write("round", str(number), tally)
        total.add(tally)
        number += 1
        of = f" of {wanted:,}" if long else ""
        wrong = f"{len(total.wrong)} wrong{': ' if tally.wrong else ''}{_first(tally)}"
        print(f"  {run.name}: {total.counts[what]:,}{of} {what}, {wrong}", flush=True)
    caught = [name for name, is_caught in proved.items() if is_caught]
    missed = [name for name, is_caught in proved.items() if not is_caught]
    return Outcome(run, total, caught, missed, not long or total.counts[what] >= wanted)


def play(run: Run, shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """One round, after which nothing is left of it; a product that fails by itself has broken a promise too."""
    try:
        return run.play(shop, seed, broken, is_short)
    except Failed as failure:
        return Tally(wrong=[str(failure)])
    finally:
        shop.close_desks()
        shop.sandbox.clear()


def _first(tally: Tally) -> str:
    return tally.wrong[0] if tally.wrong else ""
