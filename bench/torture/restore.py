"""Backups taken under load and restored: whole, quiet, and sending nothing that the first desk may have sent."""

import shutil
import sqlite3
from contextlib import closing

from bench.torture import letters
from bench.torture.desk import Desk
from bench.torture.drive import Run, Tally
from bench.torture.kill_send import HOURS, TICKET, copies_of_answers, open_ticket
from bench.torture.shop import Shop

BACKUPS = 10  # of one round
LETTERS = 12  # that come in during each


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: letters come in and answers wait while a backup is made; each is restored and started."""
    tally = Tally()
    mailbox = shop.mailbox()
    desk = open_ticket(shop, mailbox=mailbox)
    worker, keeper = desk.product(), desk.product(is_another=True)
    for number in range(1 if is_short else BACKUPS):
        for one in letters.write(LETTERS, seed, first=100 + number * LETTERS):
            mailbox.deliver(one.raw)
        keeper.do("answer", TICKET, [number])
        file = shop.folder / f"{desk.instance.name}-{number}.backup"
        working = worker.order("once")
        keeper.do("backup", str(file))
        working.wait()
        _restore(shop, desk, file, broken, tally)
        file.unlink()
        tally.counts["restores"] += 1
    return tally


def _restore(shop: Shop, desk: Desk, file: object, broken: str, tally: Tally) -> None:
    sent = copies_of_answers(shop)
    copy = Desk(desk.instance.with_name(f"{desk.instance.name}-restored"), shop.folder)
    shop.desks.append(copy)
    product = copy.product(broken=broken, is_another=True)
    product.do("restore", str(file))
    _check(copy, tally)
    product.do("once")
    product.do("once", 2 * HOURS)
    _check(copy, tally)
    tally.check(copies_of_answers(shop) == sent, "the restored desk sent old answers")
    copy.close()
    shop.desks.remove(copy)
    shutil.rmtree(copy.instance)


def _check(copy: Desk, tally: Tally) -> None:
    with closing(sqlite3.connect(copy.instance / "supportbox.db")) as connection:
        tally.check(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the copy is damaged")
        tally.check(connection.execute("PRAGMA foreign_key_check").fetchall() == [], "a row lost what it points to")
        raws = connection.execute("SELECT path FROM intake WHERE path != ''").fetchall()
        tokens = connection.execute("SELECT token FROM attachment").fetchall()
    missing = [path for (path,) in raws if not (copy.instance / "raw" / path).is_file()]
    missing += [token for (token,) in tokens if not (copy.instance / "files" / token[:2] / token).is_file()]
    tally.check(not missing, f"{len(missing)} files are missing, such as {missing[:1]}")
    tally.counts["files"] += len(raws) + len(tokens)


RUN = Run(
    name="restore",
    bar="50 restores of backups taken under load: integrity and foreign keys ok, 0 files missing, 0 old letters sent",
    play=play,
    goal=("restores", 50),
    catches=("restored-desk-goes-on",),
)
