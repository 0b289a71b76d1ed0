"""What the widget costs the site that shows it: Lighthouse with and without it, axe, bytes, requests, shifts.

    python -m bench.widget --tools FOLDER [--runs 3]      FOLDER/node_modules holds lighthouse and axe-core

Chromium and Playwright are those of the tests. Exit 1 when a bar is missed.
"""

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.widget_host import shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
POINTS, SCRIPT, PANEL = 1, 4096, 40_960
PARTS = ("plain", "strict")
SEEN = """() => { window.seen = { shift: 0, long: 0 };
 const watch = (type, act) =>
   new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true });
 watch("layout-shift", (entry) => { window.seen.shift += entry.value; });
 watch("longtask", () => { window.seen.long += 1; }); }"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder, shop(Path(folder) / "instance") as (site, ours):
        faults = weigh(ours)
        axe = (options.tools / "node_modules/axe-core/axe.min.js").read_text("utf-8")
        with _browser(chromium) as browser:
            for part in PARTS:
                faults += look(browser, f"{site}/{part}", ours, axe)
        for part in PARTS:
            for preset in ("mobile", "desktop"):
                faults += compare(site, part, preset, options.runs, options.tools, chromium)
    for fault in faults:
        print("missed:", fault)
    return 1 if faults else 0


def weigh(ours: str) -> list[str]:
    """The script as it travels; the panel's parts as they are."""
    script = len(gzip.compress(_get(f"{ours}/widget.js"), 9))
    page = _get(f"{ours}/widget/panel?lang=fr")
    parts = [
        one.split('"')[0] for one in page.decode().split('="') if one.startswith(("/widget/panel.css", "/static/"))
    ]
    panel = len(page) + sum(len(_get(ours + part)) for part in parts)
    print(f"widget.js {script} bytes packed, bar {SCRIPT}; panel {panel} bytes unpacked, bar {PANEL}")
    return [
        f"{name} {size} > {bar}"
        for name, size, bar in (("script", script, SCRIPT), ("panel", panel, PANEL))
        if size > bar
    ]


def look(browser: "Browser", address: str, ours: str, axe: str) -> list[str]:
    """One visit: nothing is asked before the button is touched, nothing moves, and axe is content, shut and open."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(ours)))
    page.add_init_script(f"({SEEN})()")
    page.goto(address)
    page.wait_for_selector("#supportbox-button")
    page.wait_for_timeout(1000)
    before, seen = [one for one in asked if one.startswith("/")], page.evaluate("({ ...window.seen })")
    shut = _violations(page, axe)
    page.click("#supportbox-button")
    page.frame_locator("#supportbox-panel").locator("[data-view=letter]").wait_for()
    page.wait_for_timeout(500)
    opened = _violations(page, axe)
    cookies = context.cookies()
    context.close()
    name = address.rpartition("/")[2]
    print(f"{name}: asked before the touch {before}, cookies {len(cookies)}, shift {seen['shift']:.4f}, "
          f"long tasks {seen['long']}, axe shut {shut}, open {opened}")  # fmt: skip
    bad = {
        "asks": before != ["/widget.js"],
        "cookies": bool(cookies),
        "shifts": seen["shift"] > 0,
        "axe": shut + opened,
    }
    return [f"{name} {what}" for what, is_bad in bad.items() if is_bad]


def compare(site: str, part: str, preset: str, runs: int, tools: Path, chromium: str) -> list[str]:
    """The medians of the host's performance with and without it, measured in turn so that a busy minute hits both."""
    scores: dict[str, list[int]] = {f"{part}-bare": [], part: []}
    for _ in range(runs):
        for name, found in scores.items():
            found.append(lighthouse(f"{site}/{name}", preset, tools, chromium))
    bare, with_it = (statistics.median(found) for found in scores.values())
    print(f"{part} {preset}: performance {bare:g} without, {with_it:g} with the widget {scores}", flush=True)
    return [f"{part} {preset}: {bare:g} -> {with_it:g}"] if bare - with_it > POINTS else []


def lighthouse(address: str, preset: str, tools: Path, chromium: str) -> int:
    """The performance of one run, from 0 to 100."""
    command = [
        "node", str(tools / "node_modules/lighthouse/cli/index.js"), address, "--quiet", "--output=json",
        "--only-categories=performance", f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
    ]  # fmt: skip
    command += ["--preset=desktop"] if preset == "desktop" else []
    environment = {**os.environ, "CHROME_PATH": chromium}
    output = subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300).stdout
    return round(json.loads(output)["categories"]["performance"]["score"] * 100)


def _violations(page: "Page", axe: str) -> int:
    """All frames are looked at by the page's own run."""
    for frame in page.frames:
        frame.evaluate(axe)
    return sum(len(frame.evaluate("axe.run()")["violations"]) for frame in page.frames)


@contextmanager
def _browser(chromium: str) -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        found: bytes = answer.read()
    return found


if __name__ == "__main__":
    sys.exit(main())
