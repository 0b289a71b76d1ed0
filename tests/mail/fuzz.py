"""Damages letters for as long as it is told and keeps each that breaks the reading.

    python -m tests.mail.fuzz SECONDS [FOLDER OF .eml FILES] [--seed N]

With atheris installed, `--atheris` lets it choose the damage by what the code does.
"""

import argparse
import random
import sys
import time
from pathlib import Path

from supportbox.mail.report import describe
from tests.mail.bless import LETTERS
from tests.mail.test_hostile_letters import JUNK, is_sound

BROKEN = Path("instance/fuzz")
MOST_SECONDS = 2.0


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """The letter with a few cuts, foreign bytes, repeated stretches."""
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(raw) + 1), chance.choice((0, 1, 3, 30, 300))
        piece = chance.choice(
            (chance.choice(JUNK), raw[at : at + length] * chance.choice((2, 50)), chance.randbytes(length))
        )
        raw = raw[:at] + piece + raw[at + length :]
    return raw


def is_read(raw: bytes) -> bool:
    """Whether a letter is read soundly and in time; if not, it is kept."""
    start = time.process_time()
    try:
        good = is_sound(describe(raw))
    except Exception as error:  # noqa: BLE001  # finding these is what this is for
        print(type(error).__name__, error)
        good = False
    if good and time.process_time() - start < MOST_SECONDS:
        return True
    BROKEN.mkdir(parents=True, exist_ok=True)
    (BROKEN / f"{abs(hash(raw))}.eml").write_bytes(raw)
    return False


def guided() -> None:
    """Let atheris look for trouble, for ever."""
    import atheris  # type: ignore[import-not-found,unused-ignore]  # not among the test extras

    def try_it(raw: bytes) -> None:
        assert is_read(raw)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], str(LETTERS)], try_it)
    atheris.Fuzz()


def main() -> int:
    """Damage letters until the time is over; 1 when any was not read."""
    asked = argparse.ArgumentParser()
    asked.add_argument("seconds", type=float)
    asked.add_argument("folder", type=Path, nargs="?", default=LETTERS)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--atheris", action="store_true")
    given = asked.parse_args()
    if given.atheris:
        guided()
    letters = [
        path.read_bytes() for path in sorted(given.folder.rglob("*")) if path.is_file() and path.suffix != ".json"
    ]
    chance, until, tried, bad = random.Random(given.seed), time.monotonic() + given.seconds, 0, 0
    while time.monotonic() < until:
        tried += 1
        bad += not is_read(damaged(chance.choice(letters), chance))
    print(f"{tried} letters, {bad} not read")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
