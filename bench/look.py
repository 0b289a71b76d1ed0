"""Measures the pages in a real browser: a fresh demo, the rig, and every page of tests/rig.json.

    python -m bench.look --rig FOLDER [--out FOLDER] [--pages inbox,ticket] [--lighthouse]

FOLDER of the rig holds `run`. The page of the first run needs an installation that nobody has set up yet: it gets one.
Exit 1 when a bar is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.pages import free_port, serving

PAGES = Path(__file__).parents[1] / "tests" / "rig.json"
# What stands in the addresses of tests/rig.json for what the demo's links hold: the names of its facts.
PLACES = {
    "/r/REQUEST": "request_url",
    "MOVING": "moving_url",
    "CODE": "code_url",
    "OWN": "own_url",
    "CONTINUE": "continue_url",
}
FIRST = "setup"
PATIENCE = 120  # seconds until the demo's world is made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rig", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("build/look"))
    parser.add_argument("--pages", default="")
    parser.add_argument("--lighthouse", action="store_true")
    options = parser.parse_args()
    wanted = [name for name in options.pages.split(",") if name] or [page["name"] for page in _config()["pages"]]
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if rest := [page for page in wanted if page != FIRST]:
            with demo(folder) as facts:
                missed += run(options, folder, filled(facts), facts["url"], rest, "desk")
        if FIRST in wanted:
            with fresh(folder / "fresh") as base:
                config = {key: value for key, value in _config().items() if key != "login"}
                missed += run(options, folder, config, base, [FIRST], FIRST)
    return 1 if missed else 0


def run(options: argparse.Namespace, folder: Path, config: Any, base: str, pages: list[str], out: str) -> int:
    """The rig over these pages; how it ended."""
    given = folder / f"{out}.json"
    given.write_text(json.dumps(config), "utf-8")
    command = [options.rig / "run", "--config", given, "--base", base, "--out", (options.out / out).absolute()]
    command += ["--pages", ",".join(pages), *(["--lighthouse"] if options.lighthouse else [])]
    return subprocess.run(command).returncode


def filled(facts: dict[str, Any]) -> Any:
    """The pages with the demo's own addresses."""
    text = PAGES.read_text("utf-8")
    for place, fact in PLACES.items():
        text = text.replace(f'"{place}', f'"{facts[fact].removeprefix(facts["url"])}')
    return json.loads(text)


@contextmanager
def demo(folder: Path) -> Iterator[dict[str, Any]]:
    """What a demo tells of itself, while it runs."""
    command = [sys.executable, "-m", "supportbox", "demo", "--port", str(free_port()), "--fresh"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, env=_environment()) as process:
        try:
            yield _facts(folder / "instance" / "demo" / "demo.json", process)
        finally:
            process.terminate()


@contextmanager
def fresh(folder: Path) -> Iterator[str]:
    """The address of an installation in which nobody is known yet."""
    port = free_port()
    environment = _environment() | {"SUPPORTBOX_INSTANCE": str(folder)}
    subprocess.run([sys.executable, "-m", "supportbox", "init"], env=environment, check=True, capture_output=True)
    command = [sys.executable, "-m", "supportbox", "serve", "--no-worker", "--port", str(port)]
    with serving(command, environment, port):
        yield f"http://127.0.0.1:{port}"


def _facts(path: Path, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    over = time.monotonic() + PATIENCE
    while time.monotonic() < over and process.poll() is None:
        if path.exists():
            facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
            return facts
        time.sleep(0.2)
    raise SystemExit("The demo did not start.")


def _environment() -> dict[str, str]:
    root = str(PAGES.parents[1])
    return {**os.environ, "PYTHONPATH": root}


def _config() -> Any:
    return json.loads(PAGES.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
