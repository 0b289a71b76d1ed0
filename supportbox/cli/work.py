"""`supportbox work`: the worker alone, for ever or for one round."""

import logging
import signal
import sys
import threading
from types import FrameType

import click

from supportbox.cli.instance import ensure_whole, open_core
from supportbox.cli.logs import set_up_logs
from supportbox.doctor.database import warn_of_sqlite
from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.work import Worker

A_LINE = 1000  # letters


@click.command()
@click.option("--once", is_flag=True, help="Fetch every mailbox to its end, deliver all that is due, index, exit.")
def work(once: bool) -> None:
    """Fetch, deliver and index, without web pages."""
    with open_core() as app:
        ensure_whole(1.0 if once else 5.0)
        worker = Worker(app)
        if once:
            _once(worker)
        else:
            set_up_logs(worker.settings.log)
            _on(worker)


def _once(worker: Worker) -> None:
    faults = worker.run_once(on_progress=_Progress()).faults
    for address, sentence in faults.items():
        click.echo(f"{address}: {sentence}", err=True)
    if faults:
        raise SystemExit(1)


class _Progress:
    """A line that counts, on a terminal; elsewhere one line a thousand letters."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, mailbox: Mailbox) -> None:
        done, total = mailbox.backlog_done, mailbox.backlog_total
        said = f"{mailbox.address}: {done:,} of {total:,} letters"
        if sys.stderr.isatty():
            click.echo(f"\r{said}" if total else "\r\x1b[K", nl=False, err=True)
        elif total and done // A_LINE > self._told:
            click.echo(said, err=True)
        self._told = done // A_LINE


def _on(worker: Worker) -> None:
    over = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    worker.start()
    warn_of_sqlite(logging.getLogger("supportbox.work"))
    click.echo("SupportBox is at work. Ctrl-C ends it.")
    while not (worker.is_over() or over.wait(1)):
        continue
    has_lost = worker.is_over()
    worker.stop()
    if has_lost:
        raise Refused("Another worker has taken over this database, so this one has stopped.")
