"""A desk under torture: an instance in a folder, the process that runs it, and its database read from outside."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
ADDRESS = "support@demo.example"
OWNER = "ada@demo.example"
PATIENCE = 600.0  # for machines with much else to do
Order = list[Any]


class Failed(RuntimeError):
    """A product that ended by itself, and not well."""


class Product:
    """A loaded SupportBox that forks for each order."""

    def __init__(self, instance: Path, log: Path, *, broken: str = "", hurry: float = 0) -> None:
        self.log = log
        command = [sys.executable, "-m", "bench.torture.product", "--broken", broken, "--hurry", str(hurry)]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environ(instance), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )

    def order(self, *order: Any) -> "Doing":
        """Have it begin; only one order at a time."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return Doing(self._process.stdout, self.log)

    def do(self, *order: Any) -> "Doing":
        """Have it done; raises when it failed by itself."""
        doing = self.order(*order)
        doing.wait()
        if doing.status:
            raise Failed(f"{order[0]} ended with {doing.status}:\n{self.log.read_text()[-3000:]}")
        return doing

    def close(self) -> None:
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait(PATIENCE)
        if self._process.stdout:
            self._process.stdout.close()


class Doing:
    """An order under way: what it says is gathered until it ends."""

    def __init__(self, stream: Any, log: Path) -> None:
        self.said: list[dict[str, Any]] = []
        self.pid = 0
        self.status: int | None = None
        self.log = log
        self._has_pid, self._is_over, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._listen, args=(stream,), daemon=True)
        self._thread.start()

    def _listen(self, stream: Any) -> None:
        for line in iter(stream.readline, b""):
            if not line.strip():
                continue
            try:
                fact = json.loads(line)
            except ValueError:
                fact = line.decode("utf-8", "replace")  # what a command prints for people, or a line cut by a kill
            if not isinstance(fact, dict):
                fact = {"printed": fact}
            if "pid" in fact:
                self.pid = fact["pid"]
                self._has_pid.set()
            elif "exit" in fact:
                with self._lock:
                    self.status = fact["exit"]
                break
            else:
                self.said.append(fact)
        else:
            self.status = 1  # the product itself has died
        self._has_pid.set()
        self._is_over.set()

    def kill(self, number: int = signal.SIGKILL) -> bool:
        """As a power switch would, no goodbye, unless another signal is given. Whether it was still alive."""
        self._has_pid.wait(PATIENCE)
        with self._lock:
            if self.status is None and self.pid:
                with suppress(ProcessLookupError):  # it has just ended, and its end is not heard of yet
                    os.kill(self.pid, number)
                    return True
        return False

    def wait(self, seconds: float = PATIENCE) -> bool:
        """Whether it ended within the time. Raises when it should have ended long ago."""
        if not self._is_over.wait(seconds):
            if seconds < PATIENCE:
                return False
            self.kill()
            raise Failed(f"it never ended: {self.log.read_text()[-3000:]}")
        self._thread.join()
        return True

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL

    def heard(self, name: str) -> list[Any]:
        """What it said under one name."""
        return [fact[name] for fact in self.said if name in fact]


@dataclass
class Desk:
    """An instance with one owner and one mailbox; its products are closed with it."""

    instance: Path
    aside: Path  # where logs and copies go, which may be another disk
    products: list[Product] = field(default_factory=list)
    password: str = ""  # the owner's

    @classmethod
    def make(cls, instance: Path, aside: Path, imap_url: str, smtp_url: str, broken: str = "") -> Self:
        """As an owner would: `init`, `mailbox add`; acknowledgements off, so that every delivery is an answer."""
        desk = cls(instance, aside)
        product = desk.product(broken=broken, is_another=True)
        desk.password = product.do("init", "--agent", OWNER).heard("printed")[-1].removeprefix("password: ").strip()
        product.do("mailbox", "add", ADDRESS, "--imap-url", imap_url, "--smtp-url", smtp_url)
        desk.write("UPDATE mailbox SET has_acknowledgement = 0")
        return desk

    def product(self, *, broken: str = "", hurry: float = 0, is_another: bool = False) -> Product:
        """The one that made the desk, unless it has to be of another kind, or another one beside it."""
        if not (broken or hurry or is_another):
            return self.products[0]
        product = Product(self.instance, self.aside / f"{self.instance.name}.log", broken=broken, hurry=hurry)
        self.products.append(product)
        return product

    def close(self) -> None:
        while self.products:
            self.products.pop().close()

    def write(self, statement: str, *values: Any) -> None:
        """Change the database while no product is at work."""
        with closing(sqlite3.connect(self.instance / "supportbox.db")) as connection, connection:
            connection.execute(statement, values)

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """A copy as a crash leaves it, so that looking never mends what the next start has to mend."""
        copy = self.aside / f"{self.instance.name}.look"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for name in ("supportbox.db", "supportbox.db-wal"):
            if (self.instance / name).exists():
                shutil.copyfile(self.instance / name, copy / name)
        with closing(sqlite3.connect(copy / "supportbox.db")) as connection:
            yield connection
        shutil.rmtree(copy)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.database() as connection:
            return connection.execute(query, values).fetchall()

    def raw(self, path: str) -> bytes | None:
        """A kept letter as it lies on the disk."""
        file = self.instance / "raw" / path
        return file.read_bytes() if path and file.is_file() else None


def environ(instance: Path) -> dict[str, str]:
    """This environment for a product of its own, allowed to be broken."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORTBOX_")}
    return own | {"SUPPORTBOX_INSTANCE": str(instance), "SUPPORTBOX_TORTURE": "1", "PYTHONPATH": str(ROOT)}


def without_key(desk: Desk) -> None:
    """Take the key of letters out of a fresh database: part of the build that has none."""
    with closing(sqlite3.connect(desk.instance / "supportbox.db", isolation_level=None)) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'intake'").fetchone()
        bare = re.sub(r",\s*CONSTRAINT \w+ UNIQUE \([^)]*\)", "", made)
        bare = bare.replace("CREATE TABLE intake", "CREATE TABLE other", 1)
        indices = [sql for (sql,) in connection.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'intake' AND type = 'index' AND sql IS NOT NULL"
        )]  # fmt: skip
        for statement in ("PRAGMA foreign_keys=OFF", "PRAGMA legacy_alter_table=ON", bare, "DROP TABLE intake",
                          "ALTER TABLE other RENAME TO intake", *indices):  # fmt: skip
            connection.execute(statement)
