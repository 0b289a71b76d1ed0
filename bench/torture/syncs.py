"""The order of system calls: no letter is marked on the server before every sync that makes it safe here."""

from bench.torture import letters
from bench.torture.disk import Disk
from bench.torture.drive import Run, Tally
from bench.torture.powercut import Said
from bench.torture.shop import Shop
from bench.torture.strace import Act, trace

LETTERS = 100  # of one round


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: letters come in under strace, and its log is read."""
    tally = Tally()
    mailbox = shop.mailbox()
    for one in letters.write(20 if is_short else LETTERS, seed):
        mailbox.deliver(one.raw)
    desk = shop.desk(mailbox)
    desk.close()
    disk = Disk(desk.instance)
    _follow(disk, trace(desk.instance, desk.instance.with_suffix(".strace"), [["once"]], broken=broken), tally)
    desk.instance.with_suffix(".strace").unlink()
    tally.check(tally.counts["letters"] > 0, "no letter was marked")
    return tally


def _follow(disk: Disk, acts: list[Act], tally: Tally) -> None:
    said = Said()
    for act in acts:
        before = set(said.marked)
        if act.kind == "say":
            said.hear(act)
        tally.counts["syncs"] += act.kind == "sync"
        for uid in said.marked - before:
            tally.counts["letters"] += 1
            _check(disk, uid, tally)
        disk.do(act)


def _check(disk: Disk, uid: int, tally: Tally) -> None:
    """Its bytes and its name are synced, and so is all that was written to the database."""
    name = next((name for name in disk.now if name.startswith("raw/") and name.endswith(f"/{uid}.eml")), "")
    file = disk.safe.get(name)
    tally.check(bool(file and file.safe and not file.later), f"letter {uid} is marked before its file is safe")
    log = disk.safe.get("supportbox.db-wal")
    tally.check(bool(log and log.safe and not log.later), f"letter {uid} is marked before its commit is safe")


RUN = Run(
    name="syncs",
    bar="every data sync of a letter precedes its flag, over 500 letters",
    play=play,
    goal=("letters", 500),
    needs=("strace",),
    catches=("flag-before-store", "synchronous-normal", "no-folder-sync"),
)
