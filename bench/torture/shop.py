"""What a run stands on: a real Dovecot with mailboxes that can be read as files, a real SMTP server, fresh desks."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bench.torture.desk import ADDRESS, Desk
from supportbox.demo.sandbox import Sandbox
from tests.dovecot import PASSWORD, Dovecot, DovecotMailbox

CLEO = "cleo@demo.example"
_users = count(1)


@dataclass
class Shop:
    """The servers, and a folder for desks."""

    dovecot: Dovecot
    sandbox: Sandbox
    folder: Path
    desks: list[Desk] = field(default_factory=list)
    names = count(1)

    def mailbox(self) -> DovecotMailbox:
        """An empty one of its own."""
        return self.dovecot.mailbox(f"torture-{next(_users)}")

    def desk(
        self,
        mailbox: DovecotMailbox,
        *,
        imap_port: int = 0,
        smtp_port: int = 0,
        folder: Path | None = None,
        broken: str = "",
    ) -> Desk:
        """A fresh desk on a mailbox, directly or through proxies."""
        desk = Desk.make(
            (folder or self.folder) / f"desk-{next(self.names)}",
            self.folder,
            f"imap://{mailbox.user}:{PASSWORD}@127.0.0.1:{imap_port or mailbox.port}",
            f"smtp://127.0.0.1:{smtp_port or self.sandbox.smtp_port}",
            broken,
        )
        self.desks.append(desk)
        return desk

    def close_desks(self) -> None:
        """End their products and remove their folders."""
        while self.desks:
            desk = self.desks.pop()
            desk.close()
            shutil.rmtree(desk.instance, ignore_errors=True)

    def copies(self, words: bytes) -> int:
        """How many letters with these words the world has got."""
        return sum(words in raw for raw in self.sandbox.inbox(CLEO))


@contextmanager
def open_shop() -> Iterator[Shop]:
    """Start the servers; they and all desks are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="supportbox-torture-"))
    # Dovecot's mail user must be able to go through it.
    folder.chmod(0o755)
    dovecot = Dovecot(folder)
    try:
        dovecot.start()
        with Sandbox([(ADDRESS, PASSWORD), (CLEO, PASSWORD)]) as sandbox, desks_of(dovecot, sandbox, folder) as shop:
            yield shop
    finally:
        dovecot.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def desks_of(dovecot: Dovecot, sandbox: Sandbox, folder: Path) -> Iterator[Shop]:
    """Desks on servers that run already."""
    shop = Shop(dovecot, sandbox, folder)
    try:
        yield shop
    finally:
        shop.close_desks()
