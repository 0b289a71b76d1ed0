"""A real PostgreSQL on loopback for tests, in a folder of its own, by a user without rights."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg

_names = count(1)


def find_programs() -> Path | None:
    """Where initdb and postgres are: on Debian not on the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


class PostgreSQL:
    """`start()`, then a fresh database a test by `make_database()`; its URL is what SUPPORTBOX_DATABASE_URL wants."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        # Not pytest's own temporary folder: that one is closed to the user who serves the data.
        self.folder = Path(tempfile.mkdtemp(prefix="supportbox-postgresql-"))
        self.user = _unprivileged()
        self.port = 0
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "supportbox", "-A", "trust", "-E", "UTF8",
                  "--no-locale", "--no-sync")  # fmt: skip
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        options = {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "", "fsync": "off",
            "max_connections": "60", "shared_buffers": "16MB",
        }  # fmt: skip
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log = (self.folder / "log").open("wb")
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *settings]
        self._server = subprocess.Popen(command, stdout=log, stderr=log, user=self.user or None, cwd=self.folder)
        log.close()
        self._wait()

    def make_database(self, template: str = "template0") -> str:
        """The URL of a new database, empty or a copy of another."""
        name = f"desk{next(_names)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://supportbox@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        if self._server:
            # At once, without waiting for clients: a test may have left one, and nothing is to be kept.
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=supportbox dbname=postgres", autocommit=True
        ) as one:
            one.execute(statement)

    def _wait(self) -> None:
        for _ in range(200):
            try:
                return self._execute("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text())

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run([str(self.programs / program), *arguments], user=self.user or None, cwd=self.folder,
                              capture_output=True, text=True, check=False)  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)


def _unprivileged() -> str:
    """As whom the server runs: it refuses root."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
