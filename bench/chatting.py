"""200 visitors chat with ten agents on one process with eight threads: how soon words are on the other side, what it
costs. `python -m bench.chatting [--seconds 60] [--visitors 200]`."""

import argparse
import asyncio
import json
import logging
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from supportbox import migrations, store
from supportbox.app import create_core
from supportbox.clock import now
from supportbox.config import load, make_secret
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.agent import Agent
from supportbox.people.agent_session import begin_session
from supportbox.people.visitor import make_visitor
from supportbox.store import transaction

PACE, WRITES_EVERY, AGENTS = 2.0, 20.0, 10
BARS = {"other_side_p95_s": 2.3, "pages_p95_ms": 100.0, "cpu_share": 0.60, "pss_mib": 110.0}


@dataclass
class Told:
    """What was seen: when each word was sent, when the other side had it, how long each request took."""

    sent: dict[str, float] = field(default_factory=dict)
    came: dict[str, float] = field(default_factory=dict)
    requests: list[float] = field(default_factory=list)
    failures: int = 0


class Client:
    """One browser: a connection that stays open, as browsers do."""

    def __init__(self, port: int, told: Told, headers: dict[str, str]) -> None:
        self.port, self.told, self.headers = port, told, headers
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, tag: str = ""
    ) -> tuple[int, str, bytes]:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader
        body = urllib.parse.urlencode(fields or {}).encode() if method == "POST" else b""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded")
        if tag:
            lines.append(f"If-None-Match: {tag}")
        began = time.perf_counter()
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, found = int(head.split(" ", 2)[1]), head.lower()
        length = int(found.partition("content-length: ")[2].partition("\r\n")[0] or 0) if status != 304 else 0
        content = await self.reader.readexactly(length)
        self.told.requests.append(time.perf_counter() - began)
        self.told.failures += status >= 400
        if "\r\nconnection: close" in found:
            self.writer.close()
            self.writer = None
        etag = head[found.find("\r\netag: ") + 8 :].partition("\r\n")[0] if "\r\netag: " in found else ""
        return status, etag, content


async def visitor(client: Client, told: Told, until: float, number: int) -> None:
    """Writes now and then and asks every two seconds; notes when an answer is there."""
    after, tag, writes_at = 0, "", time.monotonic() + (number % 20)
    await asyncio.sleep(number % 100 / 50)
    while time.monotonic() < until:
        if time.monotonic() > writes_at:
            words = f"v{number} {secrets.token_hex(4)}"
            told.sent[words] = time.monotonic()
            await client.ask("POST", "/widget/talk", {"text": words, "key": secrets.token_hex(8)})
            writes_at += WRITES_EVERY
        status, tag, content = await client.ask("GET", f"/widget/talk?after={after}&seen={after}", tag=tag)
        if status == 200:
            for message in json.loads(content).get("messages", ()):
                after = max(after, message["id"])
                _note(told, message["html"])
        await asyncio.sleep(PACE)


async def agent(client: Client, told: Told, until: float, tickets: list[int], csrf: str) -> None:
    """Has one chat before them at a time in turn, as windows do, and answers now and then."""
    after: dict[int, int] = {}
    tags: dict[int, str] = {}
    turn = 0
    while time.monotonic() < until:
        began = time.monotonic()
        for number in tickets[:2]:
            status, tags[number], content = await client.ask(
                "GET", f"/inbox/tickets/SB-{number}/chat?after={after.get(number, 0)}", tag=tags.get(number, "")
            )
            if status == 200:
                said = json.loads(content)
                after[number] = said["after"]
                _note(told, said["html"])
        if turn % 5 == 0:
            number = tickets[turn // 5 % len(tickets)]
            words = f"a{number} {secrets.token_hex(4)}"
            told.sent[words] = time.monotonic()
            await client.ask("POST", f"/inbox/tickets/SB-{number}/chat", {"text": words, "csrf_token": csrf})
        turn += 1
        await asyncio.sleep(max(0.0, PACE - (time.monotonic() - began)))


def _note(told: Told, text: str) -> None:
    for words in [words for words in told.sent if words not in told.came and words in text]:
        told.came[words] = time.monotonic()


def prepare(folder: Path, visitors: int) -> tuple[list[str], list[str]]:
    """The desk, its visitors' tokens and its agents' sessions."""
    make_secret(folder)
    app = create_core(load({"SUPPORTBOX_INSTANCE": str(folder)}, instance=folder))
    with app.app_context():
        migrations.upgrade(store.db.engine)
        tokens, sessions = [secrets.token_urlsafe(32) for _ in range(visitors)], []
        with transaction() as session:
            session.add(Mailbox(address="chat", channel="chat", language="", options={"nearness": 0}, created_at=now()))
            for token in tokens:
                make_visitor(session, token, now=now())
            for number in range(AGENTS):
                one = Agent(email=f"a{number}@shop.example", name=f"Agent{number}", role="agent", created_at=now())
                session.add(one)
                session.flush()
                sessions.append(begin_session(session, one.id, address="", user_agent="", now=now()))
        store.let_go()
    return tokens, sessions


def _figures(process: int) -> tuple[float, float]:
    """CPU seconds so far, and PSS in MiB."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    pss = next(
        line for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:")
    )
    return (int(fields[11]) + int(fields[12])) / 100, int(pss.split()[1]) / 1024


async def run(
    port: int, process: int, tokens: list[str], cookies: list[tuple[str, str]], seconds: float
) -> dict[str, float]:
    """Everybody begins; then the given seconds are measured."""
    told = Told()
    clients = [Client(port, told, {"X-Visitor": token}) for token in tokens]
    for number, client in enumerate(clients):
        await client.ask("POST", "/widget/talk", {"text": f"Hello {number}", "key": secrets.token_hex(8)})
    agents = [Client(port, told, {"Cookie": cookie, "Accept": "application/json"}) for cookie, _ in cookies]
    share = len(tokens) // len(agents)
    told.requests.clear()
    before, began = _figures(process)[0], time.monotonic()
    until = began + seconds
    talks = [visitor(client, told, until, number) for number, client in enumerate(clients)]
    first = 1001
    for number, (client, (_, csrf)) in enumerate(zip(agents, cookies, strict=True)):
        talks.append(
            agent(client, told, until, list(range(first + number * share, first + (number + 1) * share)), csrf)
        )
    await asyncio.gather(*talks)
    cpu, pss = _figures(process)
    took = time.monotonic() - began
    # Only what was being watched, and long enough before the end, can have come.
    waits = sorted(told.came[words] - sent for words, sent in told.sent.items() if words in told.came)
    return {
        "requests_per_s": round(len(told.requests) / took, 1),
        "failures": told.failures,
        "words_seen": len(waits),
        "other_side_p95_s": round(waits[int(len(waits) * 0.95)], 2) if waits else 99.0,
        "pages_median_ms": round(statistics.median(told.requests) * 1000, 1),
        "pages_p95_ms": round(sorted(told.requests)[int(len(told.requests) * 0.95)] * 1000, 1),
        "cpu_share": round((cpu - before) / took, 2),
        "pss_mib": round(pss, 1),
    }


def _cookies(folder: Path, sessions: list[str]) -> list[tuple[str, str]]:
    """A cookie and a form's token for each agent, as signing in gives them."""
    from supportbox.app import create_app

    app = create_app(load({"SUPPORTBOX_INSTANCE": str(folder)}, instance=folder))
    from flask_wtf.csrf import generate_csrf

    found = []
    for token in sessions:
        with app.test_request_context():
            from flask import session

            session["_user_id"], session["_fresh"] = token, True
            csrf = generate_csrf()
            signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own
            found.append((f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(session))}", csrf))
    return found


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seconds", type=float, default=60)
    reader.add_argument("--visitors", type=int, default=200)
    given, _others = reader.parse_known_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "instance"
        folder.mkdir(mode=0o700)
        tokens, sessions = prepare(folder, given.visitors)
        cookies = _cookies(folder, sessions)
        code = "import sys; from bench.chatting import serve; serve(sys.argv[1])"
        process = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            found = asyncio.run(run(port, process.pid, tokens, cookies, given.seconds))
        finally:
            process.terminate()
            process.wait()
    print(json.dumps(found))
    return int(any(found[name] > bar for name, bar in BARS.items()) or bool(found["failures"]))


def serve(place: str) -> None:
    """The server: eight threads, as `supportbox serve` has them."""
    from waitress import create_server

    from supportbox.app import create_app

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    folder = Path(place)
    app = create_app(load({"SUPPORTBOX_INSTANCE": place}, instance=folder))
    server = create_server(app, host="127.0.0.1", port=0, threads=8, connection_limit=1000)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    sys.exit(main())
