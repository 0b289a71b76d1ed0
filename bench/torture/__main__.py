"""Runs one torture or all: `python -m bench.torture NAME|all [--long] [--seed N] [--minutes M] [--journals FOLDER]`.

Short, each run takes seconds; long, as many rounds as its row of the table wants, at most 30 minutes. A long run that
was stopped goes on where it was when it is started again. Ends with a table, and with 1 when a bar was missed.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

from bench.torture.desk import ROOT
from bench.torture.drive import LONGEST_SECONDS, Journal, Outcome, Run, drive
from bench.torture.names import NAMES
from bench.torture.shop import open_shop


def main() -> int:
    """Drive what was asked for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=["all", *NAMES])
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=LONGEST_SECONDS / 60, help="the most for each run")
    parser.add_argument("--journals", type=Path, default=ROOT / "build" / "torture")
    asked = parser.parse_args()
    os.umask(0o022)
    names = NAMES if asked.name == "all" else (asked.name,)
    outcomes = [_drive(import_module(f"bench.torture.{name}").RUN, asked) for name in names]
    print("\n| run | bar | measured | |\n|---|---|---|---|")
    for outcome in outcomes:
        print(outcome.row)
        for sentence in outcome.tally.wrong[:5]:
            print(f"  {sentence}")
    return int(not all(outcome.is_good for outcome in outcomes))


def _drive(run: Run, asked: argparse.Namespace) -> Outcome:
    print(f"{run.name}, seed {asked.seed}: {run.bar}", flush=True)
    journal = Journal(asked.journals / f"{run.name}-{asked.seed}{'-long' if asked.long else ''}.jsonl")
    if not asked.long:
        journal.path.unlink(missing_ok=True)
    with open_shop() as shop:
        outcome = drive(run, shop, asked.seed, journal, long=asked.long, seconds=asked.minutes * 60)
    if outcome.is_whole:
        # Kept for a look, and out of the way of the next run.
        journal.path.replace(journal.path.with_suffix(".done"))
    return outcome


sys.exit(main())
