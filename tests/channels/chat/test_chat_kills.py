"""Chat messages while the server is killed in the middle of them: each is there once, and in order."""

import os
import random
import signal
import socket
import subprocess
import sys
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
MESSAGES, KILLS = (1000, 100) if IS_LONG else (48, 8)
PATIENCE = 120  # seconds: a busy machine starts slowly
A_VISITOR = 18  # messages: below the throttle of each, and few enough of them


class Server:
    """One life after another on the same port and instance."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "tests.channels.chat.chat_kills", str(folder), str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        self.statements = 1  # of the last request that was answered

    def end(self) -> int:
        """Let nothing of it live on; returns how often it died before."""
        os.killpg(self.process.pid, signal.SIGKILL)
        said, _ = self.process.communicate()
        return said.count(b"died")

    def say(self, token: str, text: str, key: str, die: str) -> None:
        """Until the server has it, as the panel does; at the first try it is told where to die."""
        data = urllib.parse.urlencode({"text": text, "key": key}).encode()
        url, over = f"http://127.0.0.1:{self.port}/widget/talk", time.monotonic() + PATIENCE
        while time.monotonic() < over:
            request = urllib.request.Request(url, data=data, headers={"X-Visitor": token, "X-Die": die})
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    self.statements = int(answer.headers["X-Statements"])
                    return
            except urllib.error.HTTPError as error:
                raise AssertionError(error.read()) from error
            except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
                # Refused: it was not there yet, and has not heard where to die.
                is_refused = isinstance(getattr(error, "reason", error), ConnectionRefusedError)
                die = die if is_refused else ""
                time.sleep(0.02)
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
    server = Server(folder)
    try:
        _talk(server)
    finally:
        deaths = server.end()
    with app.app_context():
        texts = list(store.db.session.scalars(select(Message.text).order_by(Message.id)))
        store.let_go()
    assert texts == [f"number {n}" for n in range(MESSAGES)]
    assert deaths == KILLS


def _talk(server: Server) -> None:
    """One message after another; the server dies of some of them, in turn at each kind of moment."""
    dice, kills = random.Random(7), 0
    for n in range(MESSAGES):
        die = ""
        if n % (MESSAGES // KILLS) == 5:
            chosen = f"statement {dice.randint(1, server.statements)}", "answer", f"seconds {dice.uniform(0, 0.03)}"
            die, kills = chosen[kills % 3], kills + 1
        server.say(_token(n), f"number {n}", _key(n), die)


def _token(n: int) -> str:
    return f"{n // A_VISITOR:043d}"


def _key(n: int) -> str:
    return f"key-{n:08d}"
