"""One letter of 50 MB: read whole, in a process that stays small."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.torture.desk import ADDRESS, ROOT, environ
from bench.torture.drive import Run, Tally
from bench.torture.shop import Shop

MEGABYTES = 50
MOST_MIB = 250


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: the letter comes in, its one file is kept whole, and the worker's peak is read from the system."""
    tally = Tally()
    megabytes = 8 if is_short else MEGABYTES
    mailbox = shop.mailbox()
    mailbox.deliver(_letter(megabytes, seed))
    desk = shop.desk(mailbox)
    desk.close()
    peak, status = measured(desk.instance, ["once"], {"SUPPORTBOX_MAX_MAIL_BYTES": str((megabytes + 1) * 1_000_000)})
    tally.check(status == 0, f"the worker ended with {status}")
    tally.note(f"MiB at the peak of a letter of {megabytes} MB", round(peak))
    tally.check(peak <= MOST_MIB, f"{peak:.0f} MiB for a letter of {megabytes} MB")
    ((state, reason),) = desk.rows("SELECT state, reason FROM intake")
    tally.check(state == "done", f"the letter is {state}: {reason}")
    sizes = desk.rows("SELECT size FROM attachment")
    tally.check(bool(sizes) and sizes[0][0] > megabytes * 700_000, f"its file is not whole: {sizes}")
    tally.counts["letters"] += 1
    return tally


def _letter(megabytes: int, seed: int) -> bytes:
    line = random.Random(seed).randbytes(28).hex().encode() + b"aaaaaaaaaaaaaaaaaaaa\r\n"
    head = (
        b"From: cleo@demo.example\r\nTo: %s\r\nSubject: Plans\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nThis is letter 1.\r\n--b\r\n'
        b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="plans.zip"\r\n\r\n' % ADDRESS.encode()
    )
    return head + line * (megabytes * 1_000_000 // len(line)) + b"--b--\r\n"


def measured(instance: Path, order: list[Any], settings: dict[str, str]) -> tuple[float, int]:
    """Resident MiB at most of a product that does one order alone, and how it ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.torture.product", "--now", json.dumps(order)],
        cwd=ROOT,
        env=environ(instance) | settings,
        stdout=subprocess.DEVNULL,
    )
    # Not the system's own account at the end: that one begins with the memory of whoever started the product.
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, high_water(process.pid), *map(high_water, _children(process.pid)))
        time.sleep(0.02)
    return peak, process.returncode


def high_water(pid: int) -> float:
    """The most MiB that a living process has had, 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


RUN = Run(
    name="bigmail",
    bar="one 50 MB letter: peak at most 250 MiB",
    play=play,
    goal=("letters", 1),
)
