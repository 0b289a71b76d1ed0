"""One letter of 50 MB: read whole, in a process that stays small."""

import json
import os
import random
import subprocess
import sys
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
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss / 1024, process.returncode


RUN = Run(
    name="bigmail",
    bar="one 50 MB letter: peak at most 250 MiB",
    play=play,
    goal=("letters", 1),
)
