"""Ten thousand letters waiting: all come in, in little memory, the last at the cost of the first, and pages go on."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bench.torture import letters
from bench.torture.asking import Reader
from bench.torture.bigmail import high_water
from bench.torture.desk import OWNER, ROOT, Desk, environ
from bench.torture.drive import Run, Tally
from bench.torture.kill_ingest import check_all
from bench.torture.shop import Shop

LETTERS = 10_000
LIMIT = 1_000_000_000  # bytes that the system gives to the desk at all
LONGEST = 25 * 60.0  # seconds, on a machine with much else to do
_GROUPS = Path("/sys/fs/cgroup")


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: pages and worker in one process, one backlog, and an agent who reads meanwhile."""
    tally = Tally()
    count = 100 if is_short else LETTERS
    mailbox = shop.mailbox()
    posted = letters.write(count, seed)
    for one in posted:
        mailbox.deliver(one.raw)
    desk = shop.desk(mailbox)
    desk.close()
    began = time.monotonic()
    with little_memory(tally) as enter, serving(desk, enter) as (process, address):
        with Reader(address, OWNER, desk.password) as reader:
            peak, samples = _until_done(desk, process, count)
        tally.note("seconds", round(time.monotonic() - began, 1))
    tally.check(process.returncode == 0, f"the desk ended with {process.returncode}")
    tally.check(not reader.faults, f"{len(reader.faults)} pages failed, such as {reader.faults[:1]}")
    tally.note("MiB at the peak", round(peak))
    tally.counts["pages read meanwhile"] += len(reader.seconds)
    if not is_short:
        tally.note("seconds of a page, 95 of 100", reader.p95())
        tally.note("cost of the last tenth, times the second's", _growth(samples, count))
    check_all(desk, mailbox, posted, tally)
    tally.counts["letters"] += count
    return tally


@contextmanager
def serving(desk: Desk, enter: Callable[[], None]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The desk as `supportbox serve` runs it, and where its pages are; ended as a service is."""
    order = json.dumps(["serve", "--port", "0"])
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.torture.product", "--now", order],
        cwd=ROOT,
        env=environ(desk.instance) | {"SUPPORTBOX_POLL_SECONDS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=enter,
    )
    assert process.stderr
    found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stderr)))
    try:
        yield process, found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def _until_done(desk: Desk, process: subprocess.Popen[str], count: int) -> tuple[float, list[tuple[int, float]]]:
    """Wait until every letter is understood; the most MiB that the desk took, and how much computing it had taken when
    so many letters were done."""
    peak, deadline, samples = 0.0, time.monotonic() + LONGEST, [(0, 0.0)]
    with closing(sqlite3.connect(f"file:{desk.instance / 'supportbox.db'}?mode=ro", uri=True)) as connection:
        while process.poll() is None and time.monotonic() < deadline:
            peak = max(peak, high_water(process.pid))
            (done,) = connection.execute("SELECT count(*) FROM intake WHERE state = 'done'").fetchone()
            samples.append((done, _busiest(process.pid)))
            if done == count:
                break
            time.sleep(0.2)
    return peak, samples


@contextmanager
def little_memory(tally: Tally) -> Iterator[Callable[[], None]]:
    """What a process calls to have no more memory than a small machine, where this system lets us say so."""
    old = (_GROUPS / "memory").is_dir()
    group = (_GROUPS / "memory" if old else _GROUPS) / f"supportbox-torture-{os.getpid()}"
    try:
        group.mkdir()
        (group / ("memory.limit_in_bytes" if old else "memory.max")).write_text(str(LIMIT))
    except OSError:
        tally.counts["without a memory limit"] += 1
        yield lambda: None
    else:
        yield lambda: _enter(group)
    with suppress(OSError):
        group.rmdir()


def _enter(group: Path) -> None:
    (group / "cgroup.procs").write_text(str(os.getpid()))


def _growth(samples: list[tuple[int, float]], count: int) -> float:
    """How much more computing the last tenth took than the second; the first also pays for the start. Not the time that
    passed: a machine with much else to do is slow when it likes."""

    def spent(tenth: int) -> float:
        return next((seconds for done, seconds in samples if done >= count * tenth // 10), samples[-1][1])

    return round((spent(10) - spent(9)) / max(spent(2) - spent(1), 0.001), 2)


def _busiest(pid: int) -> float:
    """Seconds of computing of the thread that did most: the one that fetches, and no pages."""
    ticks = [0]
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            fields = (task / "stat").read_text().rpartition(")")[2].split()
            ticks.append(int(fields[11]) + int(fields[12]))
    return max(ticks) / os.sysconf("SC_CLK_TCK")


RUN = Run(
    name="backlog",
    bar="10,000 backlog in a 1 GB memory limit: at most 150 MiB, cost per letter flat, pages p95 below 1 s meanwhile",
    play=play,
    goal=("letters", LETTERS),
    most={
        "MiB at the peak": 150,
        "cost of the last tenth, times the second's": 1.5,
        "seconds of a page, 95 of 100": 1.0,
    },
)
