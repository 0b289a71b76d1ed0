"""`supportbox demo` as a newcomer starts it: a process of its own in an empty folder."""

import http.client
import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from imapclient import IMAPClient

from tests.web.desk import form_fields

START, LETTER, END, UNDO = 30.0, 5.0, 10.0, 5.0  # seconds; the first is generous: tests share their machine
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORTBOX_")}


@dataclass
class Demo:
    """A running demo, and a browser for it."""

    process: subprocess.Popen[str]
    facts: dict[str, Any]
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> str:
        status, text = self.ask("GET", path)
        assert status == 200, (path, status, text[:300])
        return text

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(urlsplit(self.facts["url"]).netloc, timeout=10)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def sign_in(self) -> None:
        ada = self.facts["agents"][0]
        fields = form_fields(self.get("/login"), "/login")
        status, _ = self.ask("POST", "/login", {**fields, "email": ada["email"], "password": ada["password"]})
        assert status == 303

    def write(self, subject: str, **headers: str) -> None:
        letter = EmailMessage()
        for name, value in headers.items():
            letter[name] = value
        letter["From"], letter["To"], letter["Subject"] = "cleo@demo.example", "support@demo.example", subject
        letter.set_content("Is it open on Saturday?")
        with smtplib.SMTP(self.facts["smtp"]["host"], self.facts["smtp"]["port"]) as smtp:
            smtp.send_message(letter)

    def end(self) -> tuple[int, str]:
        """SIGTERM; the exit code and what was said on standard error."""
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=END)[1]
        return self.process.returncode, said


def command(folder: Path, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "supportbox", "demo", "--port", "0", *arguments],
        cwd=folder,
        env={**ENVIRONMENT, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start(folder: Path, *arguments: str, **environ: str) -> Demo:
    process = command(folder, *arguments, **environ)
    path, until = folder / "instance/demo/demo.json", time.monotonic() + START
    while not path.exists():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise AssertionError(process.communicate())
        time.sleep(0.05)
    return Demo(process, json.loads(path.read_text()))


def wait_for(demo: Demo, path: str, words: str) -> float:
    """Seconds until a page shows these words."""
    began = time.monotonic()
    while words not in demo.get(path):
        assert time.monotonic() - began < LETTER, f"{words!r} is not on {path}"
        time.sleep(0.1)
    return time.monotonic() - began


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newcomer")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    # The variable names a real desk somewhere: the demo has to leave it alone.
    demo = start(folder, SUPPORTBOX_INSTANCE=str(folder / "real"))
    demo.sign_in()
    yield demo
    demo.process.kill()
    demo.process.communicate()


def test_it_says_where_everything_is(demo: Demo, folder: Path) -> None:
    facts = demo.facts
    known = ["url", "agents", "imap", "smtp", "request_url", "reference"]
    known += ["moving_url", "code_url", "own_url", "continue_url"]
    assert list(facts) == known
    assert [(one["email"], one["role"]) for one in facts["agents"]] == [
        ("ada@demo.example", "owner"),
        ("ben@demo.example", "agent"),
    ]
    assert [user["email"] for user in facts["imap"]["users"]][:2] == ["cleo@demo.example", "dot@demo.example"]
    assert facts["reference"] in demo.get(f"/inbox/tickets/{facts['reference']}")
    assert "Teapot lid arrived chipped" in demo.get(facts["request_url"].removeprefix(facts["url"]))
    assert not (folder / "real").exists()


def test_the_world_is_there_and_all_is_well(demo: Demo) -> None:
    assert "Wrong size delivered" in demo.get("/inbox/unassigned")
    assert "Your shop on page ONE" in demo.get("/inbox/spam")
    assert json.loads(demo.get("/healthz")) == {"ok": True}
    assert "stoneware" in demo.get("/help/en/search?q=stoneware").lower()
    assert "Voilà qui fait plaisir" in demo.get("/demo/cleo/")


def test_a_customer_who_moves_is_one_ticket_with_ways_and_reasons(demo: Demo) -> None:
    addresses = {
        name: demo.facts[f"{name}_url"].removeprefix(demo.facts["url"]) for name in ("moving", "own", "continue")
    }
    page = demo.get(addresses["moving"])
    assert page.count('class="message customer') == 3
    assert "24 hours after the customer’s last words are over" in page
    assert "engrave a name" in demo.get(addresses["own"])
    assert "engrave a name" not in demo.get(addresses["continue"])


def test_an_answer_by_the_demos_channel_leaves_and_stays_on_this_machine(demo: Demo) -> None:
    page = demo.facts["moving_url"].removeprefix(demo.facts["url"])
    shown = demo.get(page)
    chosen = re.search(r'<option value="(webhook:\d+)"[^>]* selected>', shown)
    assert chosen
    fields = {**form_fields(shown, f"{page}/replies"), "way": chosen[1]}
    status, _ = demo.ask("POST", f"{page}/replies", {**fields, "text": "Yes, until the 12th.", "then": "waiting"})
    assert status == 303
    until = time.monotonic() + UNDO + LETTER
    while "Sent" not in (shown := demo.get(page).rpartition("until the 12th")[2]):
        assert time.monotonic() < until, shown
        time.sleep(0.2)


def test_a_letter_is_a_ticket_within_seconds(demo: Demo) -> None:
    demo.write("Opening hours")
    wait_for(demo, "/inbox/unassigned", "Opening hours")
    wait_for(demo, "/demo/", "Opening hours")


def test_adas_answer_is_in_cleos_mailbox_and_cleos_answer_to_it_joins(demo: Demo) -> None:
    page = f"/inbox/tickets/{demo.facts['reference']}"
    fields = form_fields(demo.get(page), f"{page}/replies")
    status, _ = demo.ask("POST", f"{page}/replies", {**fields, "text": "The lid is packed.", "then": "waiting"})
    assert status == 303
    imap, cleo = demo.facts["imap"], demo.facts["imap"]["users"][0]
    with IMAPClient(imap["host"], imap["port"], ssl=False, timeout=10) as client:
        client.login(cleo["email"], cleo["password"])
        client.select_folder("INBOX", readonly=True)
        until = time.monotonic() + UNDO + LETTER
        while not (found := client.search(["BODY", "lid is packed"])):
            assert time.monotonic() < until
            time.sleep(0.2)
            client.noop()
        raw = client.fetch(found, ["BODY.PEEK[HEADER]"])[found[0]][b"BODY[HEADER]"]
    answer = message_from_bytes(raw)
    assert demo.facts["reference"] in answer["Subject"] and answer["In-Reply-To"] in answer["References"]
    demo.write("Re: whatever", **{"In-Reply-To": answer["Message-ID"]})
    wait_for(demo, page, "Is it open on Saturday?")


def test_a_second_demo_in_the_same_folder_is_refused(demo: Demo, folder: Path) -> None:
    out, said = (second := command(folder, "--fresh")).communicate(timeout=START)
    assert (second.returncode, out) == (1, "")
    assert "is running already" in said and said.count("\n") == 1
    assert "Wrong size delivered" in demo.get("/inbox/unassigned")
    assert (folder / "instance/demo/demo.json").exists()


def test_the_demo_is_for_this_machine_only(tmp_path: Path) -> None:
    out, said = (process := command(tmp_path, "--host", "0.0.0.0")).communicate(timeout=START)
    assert (process.returncode, out) == (1, "")
    assert said.startswith("The demo's passwords are public") and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_it_ends_when_told_and_the_next_start_knows_the_letter_once(demo: Demo, folder: Path) -> None:
    demo.write("Vases for rent")
    wait_for(demo, "/inbox/unassigned", "Vases for rent")
    code, said = demo.end()
    assert code == 0, said
    assert (code, said.split("\n")) == (0, ["Making the sample world ...", "  Ctrl-C ends it.", ""])
    assert not (folder / "instance/demo/demo.json").exists()
    again = start(folder)
    try:
        again.cookies = demo.cookies
        again.write("Another question")
        wait_for(again, "/inbox/unassigned", "Another question")
        assert tickets(again.get("/inbox/unassigned"), "Vases for rent") == 1
        assert "Vases for rent" in again.get("/demo/cleo/")
    finally:
        code, said = again.end()
    assert (code, said) == (0, "  Ctrl-C ends it.\n")
    fresh = start(folder, "--fresh")
    try:
        fresh.sign_in()
        assert tickets(fresh.get("/inbox/unassigned"), "Vases for rent") == 0
    finally:
        fresh.end()


def tickets(page: str, subject: str) -> int:
    """How many rows of a list have this subject."""
    return page.count(f">{subject}</a>")
