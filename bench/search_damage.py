"""Torture of the search index: two readers and a writer on a running desk, while its files are deleted and flipped."""

import argparse
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

WORDS = (
    "parcel",
    "refund",
    "invoice",
    "delivery",
    "exchange",
    "voucher",
    "warranty",
    "colour",
    "label",
    "courier",
    "counter",
)
HEALED_WITHIN = 60.0


class Desk:
    """A desk served by a process of its own, in a folder of its own."""

    def __init__(self, folder: Path, articles: int) -> None:
        self.env = {**os.environ, "SUPPORTBOX_INSTANCE": str(folder / "instance")}
        self.folder, self.index = folder, folder / "instance" / "index"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.run("init", "--business", "Torture", "--agent", "ada@shop.example")
        chance = random.Random(1)
        self.write([self.article(number, " ".join(chance.sample(WORDS, 4))) for number in range(articles)])
        command = [sys.executable, "-m", "supportbox", "serve", "--port", str(self.port)]
        self.server = subprocess.Popen(command, env=self.env, stderr=subprocess.DEVNULL)
        for _ in range(200):
            if self.get("/help/en/")[0] == 200:
                return
            time.sleep(0.1)
        raise SystemExit("the desk did not start")

    @staticmethod
    def article(number: int, title: str) -> dict[str, str]:
        return {"slug": f"a-{number}", "lang": "en", "title": f"{title} {number}", "body": f"About {title}. " * 30}

    def write(self, articles: list[dict[str, str]]) -> None:
        path = self.folder / "articles.jsonl"
        path.write_text("\n".join(map(json.dumps, articles)))
        self.run("kb", "import", str(path), may_fail=True)

    def run(self, *words: str, may_fail: bool = False) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "supportbox", *words], env=self.env, capture_output=True, text=True
        )
        if done.returncode and (not may_fail or "Another process" not in done.stderr):
            raise SystemExit(f"{words}: {done.stderr}")

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError as error:
            return 0, str(error)
        finally:
            connection.close()

    def stop(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(20)


def break_one(index: Path, chance: random.Random) -> str:
    """Delete a file of the index, or flip one bit of it."""
    files = [path for path in index.rglob("*") if path.is_file()]
    if not files:
        return "nothing left"
    victim = chance.choice(files)
    try:
        if chance.random() < 0.4:
            victim.unlink()
            return "deleted"
        content = bytearray(victim.read_bytes())
        if content:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            victim.write_bytes(content)
        return "flipped"
    except OSError:
        return "gone already"


def read_on(desk: Desk, over: threading.Event, seen: Counter[str], times: list[float]) -> None:
    chance = random.Random(threading.get_ident())
    while not over.is_set():
        words = " ".join(chance.sample(WORDS, 2))
        began = time.perf_counter()
        for path in (f"/help/en/search?q={quote(words)}", f"/help/en/suggestions?q={words[:4]}", "/help/en/a/a-1"):
            status, text = desk.get(path)
            seen[f"{path.split('?')[0].rsplit('/', 1)[0]} {status}"] += 1
            seen["error pages"] += status != 200
            seen["empty answers"] += "search?" in path and "Nothing for" in text
        times.append(time.perf_counter() - began)
        time.sleep(0.02)


def break_on(index: Path, over: threading.Event, chance: random.Random, damage: Counter[str]) -> None:
    while not over.wait(1.5):
        damage[break_one(index, chance)] += 1


def is_right(desk: Desk, number: int) -> bool:
    """Whether a search by words of the text alone, which titles cannot answer, finds the newest article."""
    _status, page = desk.get(f"/help/en/search?q=quokkaword{number}")
    return re.search(rf'href="/help/en/a/a-{number}"', page) is not None


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seconds", type=float, default=60)
    given.add_argument("--articles", type=int, default=500)
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), options.articles)
        try:
            return torture(desk, options.seconds)
        finally:
            desk.stop()


def torture(desk: Desk, seconds: float) -> int:
    """Break, read and write at once; 1 when a reader saw an error, or the right answer did not come back in time."""
    over, seen, damage, times, chance = (
        threading.Event(),
        Counter[str](),
        Counter[str](),
        list[float](),
        random.Random(2),
    )
    readers = [threading.Thread(target=read_on, args=(desk, over, seen, times)) for _ in range(2)]
    vandal = threading.Thread(target=break_on, args=(desk.index, over, chance, damage))
    for thread in (*readers, vandal):
        thread.start()
    end, number = time.monotonic() + seconds, 100_000
    while time.monotonic() < end:
        number += 1
        desk.write([{**desk.article(number, "quick parcel"), "body": f"The quokkaword{number} is here."}])
    over.set()
    for thread in (*readers, vandal):
        thread.join()
    damage[break_one(desk.index, chance)] += 1
    began = time.monotonic()
    while not is_right(desk, number) and time.monotonic() - began < HEALED_WITHIN:
        time.sleep(0.5)
    healed = time.monotonic() - began
    times.sort()
    print(f"asked {sum(count for name, count in seen.items() if name[-4:] == ' 200')} times: {dict(seen)}")
    print(f"damage: {dict(damage)}; articles written: {number - 100_000}")
    print(
        f"three pages p50 {times[len(times) // 2]:.3f} s, slowest {times[-1]:.3f} s; right again after {healed:.1f} s"
    )
    return 1 if seen["error pages"] or seen["empty answers"] or healed >= HEALED_WITHIN else 0


if __name__ == "__main__":
    sys.exit(main())
