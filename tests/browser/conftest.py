"""A real browser for tests: Debian's Chromium, driven by Playwright, headless."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.shop_site import ShopSite, shop_site
from tests.servers import leave_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SECONDS = 20_000  # milliseconds: a busy machine may need some of them


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for all tests; ask for `page` to have a window without anybody's cookies."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        leave_out("Chromium is not installed: apt install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        leave_out("Playwright is not installed: pip install playwright")
    with sync_playwright() as driver:
        # Chromium's own sandbox does not work for root in a container, and these pages are our own.
        started = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A window of its own, in English, 1280 pixels wide. What the console complains of fails the test."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(SECONDS)
    window = context.new_page()
    complaints: list[str] = []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield window
    context.close()
    assert complaints == []


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ShopSite]:
    """A shop's site with the widget on it."""
    folder = tmp_path / "instance"
    folder.mkdir()
    with shop_site(folder) as made:
        yield made


@pytest.fixture
def context(browser: "Browser") -> "Iterator[BrowserContext]":
    """A browser whose console may complain, as it does without a network."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    yield context
    context.close()
