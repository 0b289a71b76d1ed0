"""C12: no more open files, no more names on the disk: letters stay on the server, and come in by themselves later."""

import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.torture import letters
from bench.torture.drive import Tally
from bench.torture.kill_ingest import check_all, check_flags
from bench.torture.shop import Shop
from supportbox.inbox.message import Message
from tests.dovecot import DovecotMailbox
from tests.faults.until import until
from tests.servers import leave_out
from tests.work.conftest import Desk, kill, letter


def test_worker_without_open_files_recovers(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    dovecot.deliver(letter("Before", number=1))
    process = dovecot_desk.command("work", SUPPORTBOX_POLL_SECONDS="0.5")
    try:
        until(lambda: len(dovecot_desk.all(Message)) == 1)
        usual = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (5, usual[1]))
        dovecot.kick()
        dovecot.deliver(letter("Meanwhile", number=2))
        until_waits(process)
        assert len(dovecot_desk.all(Message)) == 1 and process.poll() is None
        assert [stored.flags for stored in dovecot.messages()] == ["S", ""]
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, usual)
        until(lambda: len(dovecot_desk.all(Message)) == 2, 60)
        assert process.poll() is None
    finally:
        kill(process)
    assert dovecot_desk.once().faults == {}
    assert [stored.flags for stored in dovecot.messages()] == ["S", "S"]


def until_waits(process: subprocess.Popen[str]) -> None:
    """Give it the time for a few tries."""
    try:
        process.wait(4)
    except subprocess.TimeoutExpired:
        return


@contextmanager
def few_names(count: int) -> Iterator[Path]:
    """A disk with room for so many files."""
    folder = Path(tempfile.mkdtemp(prefix="supportbox-names-"))
    options = f"nr_inodes={count},size=64m"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True).returncode:
        folder.rmdir()
        leave_out("A disk made of memory needs root: mount -t tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def test_disk_without_names_for_files(shop: Shop) -> None:
    mailbox, tally = shop.mailbox(), Tally()
    posted = letters.write(30, 12)
    with few_names(200) as folder:
        desk = shop.desk(mailbox, folder=folder)
        product = desk.product()
        taken = []
        try:
            for number in range(200):
                path = folder / f"taken-{number}"
                path.touch()
                taken.append(path)
        except OSError:
            for path in taken[:12]:
                path.unlink()  # room for some of the letters
        for one in posted:
            mailbox.deliver(one.raw)
        (faults,) = product.do("once").heard("faults")
        assert "The disk is full" in "".join(faults.values())
        check_flags(desk, mailbox, posted, tally)
        for path in taken[12:]:
            path.unlink()
        assert product.do("once").heard("faults") == [{}]
        check_all(desk, mailbox, posted, tally)
        shop.close_desks()
    assert tally.wrong == []
