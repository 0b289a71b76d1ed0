"""A disk that is full: letters stay on the server, pages say so and are read on, and all goes on by itself later."""

import re
import resource
import time
from collections.abc import Callable, Iterator
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from supportbox import clock
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.password import hash_password
from supportbox.store import transaction
from tests.work.conftest import SUPPORT, Desk, kill, letter

PASSWORD = "correct horse battery"


class Pages:
    """A browser that is signed in as Ada, and the process that it talks to."""

    def __init__(self, desk: Desk) -> None:
        with transaction() as session:
            ada = Agent(email="ada@demo.example", name="Ada", role="owner", created_at=clock.now())
            ada.password_hash = hash_password(PASSWORD)
            session.add(ada)
        self.process = desk.command("serve", "--port", "0", SUPPORTBOX_POLL_SECONDS="0.5", SUPPORTBOX_UNDO_SECONDS="0")
        assert self.process.stderr
        for line in self.process.stderr:
            if found := re.search(r"http://\S+", line):
                self.url = found[0]
                break
        self.browser: OpenerDirector = build_opener(HTTPCookieProcessor())
        self.post("/login", email="ada@demo.example", password=PASSWORD)

    def get(self, path: str) -> tuple[int, str]:
        return self._open(path, None)

    def post(self, path: str, page: str = "", **fields: str) -> tuple[int, str]:
        _, html = self.get(page or path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', html)
        assert token
        return self._open(path, urlencode({**fields, "csrf_token": token[1]}).encode())

    def _open(self, path: str, body: bytes | None) -> tuple[int, str]:
        try:
            with self.browser.open(self.url + path, body, timeout=20) as answer:
                self.headers = answer.headers
                return answer.status, answer.read().decode()
        except HTTPError as error:
            self.headers = error.headers
            return error.code, error.read().decode()

    def limit(self, most: int) -> None:
        """How long a file may become, in bytes: none at all is a full disk."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@pytest.fixture
def pages(desk: Desk) -> Iterator[Pages]:
    found = Pages(desk)
    yield found
    kill(found.process)


def until(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)


def test_full_disk_loses_nothing_and_is_over_by_itself(desk: Desk, sandbox: Sandbox, pages: Pages) -> None:
    sandbox.append(SUPPORT, letter("Teapot", number=1))
    until(lambda: len(desk.all(Message)) == 1, 10)
    notes, ticket = "/inbox/tickets/SB-1001/notes", "/inbox/tickets/SB-1001"
    assert pages.post(notes, ticket, text="Before")[0] == 200
    pages.limit(0)
    sandbox.append(SUPPORT, letter("Kettle", number=2))
    status, said = pages.post(notes, ticket, text="Meanwhile")
    assert status == 503 and "disk of this help desk is full" in said and "Traceback" not in said
    for path in (ticket, "/inbox/", "/help/en/", "/inbox/search?q=teapot"):
        assert pages.get(path)[0] == 200
    time.sleep(1.5)
    assert len(desk.all(Ticket)) == 1
    assert sandbox.flags(SUPPORT) == [frozenset({"\\Seen"}), frozenset()]
    pages.limit(resource.RLIM_INFINITY)
    until(lambda: len(desk.all(Ticket)) == 2, 20)
    assert pages.post(notes, ticket, text="After")[0] == 200
    assert [one.text for one in desk.all(Message) if one.kind == "note"] == ["Before", "After"]
    assert pages.get("/healthz")[0] == 200
