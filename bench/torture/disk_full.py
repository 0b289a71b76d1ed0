"""A disk that fills up while letters come in: they stay on the server, and come in by themselves once there is room."""

import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from bench.torture import letters
from bench.torture.desk import Product
from bench.torture.drive import Run, Tally
from bench.torture.kill_ingest import check_all, check_flags
from bench.torture.moments import Kind, Rule
from bench.torture.proxy import Proxy
from bench.torture.shop import Shop

SIZE = 16 * 1024 * 1024
# Bytes that are left free: nothing, a page or so, and enough to come to grief at a later step.
LEFT = (0, 1, 4096, 8192, 20_000, 50_000, 100_000, 150_000, 250_000, 400_000)
TIMES = 2
BALLAST = "ballast"
BEFORE_KEEPING: tuple[Kind, str] = ("literal", "UID FETCH")
# When the disk fills up; None: before the round begins.
STEPS: list[tuple[Kind, str] | None] = [None, ("command", "LOGIN"), BEFORE_KEEPING, ("answer", "UID STORE")]


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: letters, a disk that fills up at some step, room again; for each amount that is left free."""
    dice, tally = random.Random(seed), Tally()
    mailbox = shop.mailbox()
    posted = letters.write(4 * len(LEFT) * TIMES, seed)
    waiting = list(posted)
    with small_disk() as folder, Proxy(mailbox.port, "IMAP") as proxy:
        desk = shop.desk(mailbox, imap_port=proxy.port, folder=folder)
        product = desk.product(broken=broken)
        for left in LEFT[::3] if is_short else LEFT * TIMES:
            for one in waiting[: (share := dice.randrange(2, 5))]:
                mailbox.deliver(one.raw)
            del waiting[:share]
            step = BEFORE_KEEPING if broken else dice.choice(STEPS)
            proxy.rules[:] = [Rule(*step, partial(fill, folder, left))] if step else []
            if not step:
                fill(folder, left)
            said = _said(product)
            tally.check(not said or "full" in said, f"{left} bytes left, and no plain word of it: {said}")
            tally.counts["rounds that said so"] += bool(said)
            check_flags(desk, mailbox, posted, tally)
            (folder / BALLAST).unlink(missing_ok=True)
            proxy.rules.clear()
            said = _said(product)
            tally.check(not said, f"{left} bytes were left, and there is room again: {said}")
            tally.counts["fillings"] += 1
        check_all(desk, mailbox, posted[: len(posted) - len(waiting)], tally)
        tally.check(tally.counts["rounds that said so"] > 0, "the disk was never full")
        shop.close_desks()
    return tally


def _said(product: Product) -> str:
    """What a round complains of, "" when it went well; without room for its lease it ends at once."""
    doing = product.order("once")
    doing.wait()
    if doing.status:
        return doing.log.read_text()[-200:]
    (faults,) = doing.heard("faults")
    return " ".join(faults.values())


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of its own size, made of memory; only root can have one."""
    folder = Path(tempfile.mkdtemp(prefix="supportbox-small-"))
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        folder.rmdir()
        raise PermissionError("A disk made of memory needs root: mount -t tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(folder: Path, left: int) -> None:
    """All but a few bytes are taken by somebody else."""
    free = shutil.disk_usage(folder).free
    with suppress(OSError), (folder / BALLAST).open("wb") as file:
        file.write(bytes(max(0, free - left)))


RUN = Run(
    name="disk_full",
    bar="a disk that fills up at any step: 0 lost, said in plain words, recovers alone",
    play=play,
    goal=("fillings", 40),
    catches=("flag-before-store",),
)
