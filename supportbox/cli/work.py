"""`supportbox work`: the worker alone, for ever or for one round."""

import signal
import threading
from types import FrameType

import click

from supportbox.cli.instance import open_core
from supportbox.cli.logs import set_up_logs
from supportbox.work import Worker


@click.command()
@click.option("--once", is_flag=True, help="Fetch every mailbox to its end, deliver all that is due, index, exit.")
def work(once: bool) -> None:
    """Fetch, deliver and index, without web pages."""
    with open_core() as app:
        worker = Worker(app)
        if once:
            _once(worker)
        else:
            set_up_logs(worker.settings.log)
            _on(worker)


def _once(worker: Worker) -> None:
    faults = worker.run_once().faults
    for address, sentence in faults.items():
        click.echo(f"{address}: {sentence}", err=True)
    if faults:
        raise SystemExit(1)


def _on(worker: Worker) -> None:
    over = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    worker.start()
    click.echo("SupportBox is at work. Ctrl-C ends it.")
    over.wait()
    worker.stop()
