"""Chat messages while the server is killed in the middle of them: each is there once, and in order."""

import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from sqlalchemy import select

from supportbox import migrations, store
from supportbox.app import create_core
from supportbox.config import load, make_secret
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.store import transaction
from tests.conftest import NOW

IS_LONG = bool(os.environ.get("SUPPORTBOX_LONG_TESTS"))
MESSAGES, KILLS = (1000, 100) if IS_LONG else (100, 10)
PATIENCE = 120  # seconds: a busy machine starts slowly
A_VISITOR = 15  # messages, below the throttle


class Server:
    """One process after another on the same port and instance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.channels.chat.chat_kills", str(self.folder), str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout
        assert self.process.stdout.readline().strip() == b"ready"

    def kill(self) -> None:
        assert self.process
        assert self.process.stdout
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def say(self, token: str, text: str, key: str) -> None:
        """Until the server has it, as the panel does."""
        data = urllib.parse.urlencode({"text": text, "key": key}).encode()
        over = time.monotonic() + PATIENCE
        while time.monotonic() < over:
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/widget/talk", data=data, headers={"X-Visitor": token}
            )
            try:
                with urllib.request.urlopen(request, timeout=10):
                    return
            except urllib.error.HTTPError as error:
                raise AssertionError(error.read()) from error
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise AssertionError(text)


def test_every_message_is_there_once_after_kills(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    make_secret(folder)
    app = create_core(load({"SUPPORTBOX_INSTANCE": str(folder)}, instance=folder))
    with app.app_context():
        migrations.upgrade(store.db.engine)
        with transaction() as session:
            options = {"nearness": 0}
            session.add(Mailbox(address="chat", channel="chat", language="", options=options, created_at=NOW))
    _talk(Server(folder))
    with app.app_context():
        texts = list(store.db.session.scalars(select(Message.text).order_by(Message.id)))
        store.let_go()
    assert texts == [f"number {n}" for n in range(MESSAGES)]


def _talk(server: Server) -> None:
    """Each so many messages one is being sent while the server dies, somewhere in the middle of it."""
    chance = random.Random(7)
    server.start()
    try:
        for n in range(MESSAGES):
            killer = None
            if n % (MESSAGES // KILLS) == 5:
                killer = threading.Thread(target=_kill_soon, args=(server, chance.uniform(0, 0.03)))
                killer.start()
            server.say(_token(n), f"number {n}", _key(n))
            if killer:
                killer.join()
    finally:
        server.kill()


def _kill_soon(server: Server, seconds: float) -> None:
    time.sleep(seconds)
    server.kill()
    server.start()


def _token(n: int) -> str:
    return f"{n // A_VISITOR:043d}"


def _key(n: int) -> str:
    return f"key-{n:08d}"
