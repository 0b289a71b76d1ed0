"""The panel's outbox in a real browser: whatever a visitor sends is there once, after no network, lost answers, a panel
that was shut and a page that was loaded again."""

from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from supportbox.inbox.callback import Callback
from supportbox.inbox.message import Attachment
from supportbox.store import db
from tests.browser.shop_site import ShopSite, opened, write

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, FrameLocator, Page

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WAITS = "Not sent yet. It goes by itself once you are online."


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "lid.png"
    path.write_bytes(b64decode(PIXEL))
    return path


def test_one_ticket_after_no_network_lost_answers_and_a_reload(site: ShopSite, context: "BrowserContext") -> None:
    page = context.new_page()
    page.goto(site.site_url)
    page.wait_for_selector("#supportbox-button")
    panel = opened(page)
    context.set_offline(True)
    write(panel, "First words")
    panel.locator(".message.own").wait_for()
    assert site.texts() == []
    site.loses = 2
    context.set_offline(False)
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_selector("#supportbox-button")
    panel = opened(page)
    panel.locator(".message.own[data-id]").wait_for()
    write(panel, "Second words")
    panel.locator(".message.own[data-id] >> nth=1").wait_for()
    assert site.loses == 0
    assert site.texts() == ["First words", "Second words"]
    assert site.tickets() == 1


def panel_of(page: "Page", site: ShopSite) -> "FrameLocator":
    """The panel, opened on a page that was just loaded."""
    page.goto(site.site_url)
    page.click("#supportbox-button")
    panel = page.frame_locator("#supportbox-panel")
    panel.locator("main").wait_for()
    return panel


def fill(panel: "FrameLocator", view: str, **fields: str) -> None:
    panel.locator(f"[data-view={view}]").click()
    for name, text in fields.items():
        panel.locator(f"#{view}-{name}").fill(text)


def count(site: ShopSite, kind: type) -> int:
    with site.app.app_context():
        db.session.remove()
        return db.session.query(kind).count()


@pytest.mark.parametrize(
    ("view", "fields", "done"),
    [
        ("letter", {"name": "Cleo", "email": "cleo@example.org", "text": "My lid broke"}, "We have it."),
        ("call", {"name": "Cleo", "phone": "+33 6 12 34 56 78", "text": "My lid broke"}, "We will call you."),
    ],
)
def test_what_is_left_without_a_network_is_one_ticket(
    site: ShopSite, context: "BrowserContext", view: str, fields: dict[str, str], done: str
) -> None:
    page = context.new_page()
    panel = panel_of(page, site)
    fill(panel, view, **fields)
    context.set_offline(True)
    panel.locator(f"#{view} button.primary").click()
    panel.locator("#sent", has_text=WAITS).wait_for()
    panel.locator("#shut").click()
    assert site.tickets() == 0
    site.loses = 2
    context.set_offline(False)
    page.wait_for_timeout(500)
    panel = panel_of(page, site)
    panel.locator("#sent", has_text=done).wait_for()
    page.wait_for_timeout(1000)
    assert (site.loses, site.tickets()) == (0, 1)
    assert count(site, Callback) == (view == "call")
    assert panel_of(page, site).locator("#sent p").count() == 0


def test_a_picture_waits_for_the_network_with_its_words(
    site: ShopSite, context: "BrowserContext", picture: Path
) -> None:
    page = context.new_page()
    page.goto(site.site_url)
    panel = opened(page)
    context.set_offline(True)
    panel.locator("#say input[type=file]").set_input_files(picture)
    panel.locator(".picked li", has_text="lid.png").wait_for()
    write(panel, "See my lid")
    panel.locator(".message.own .file", has_text="lid.png").wait_for()
    picture.unlink()
    site.loses = 1
    context.set_offline(False)
    page.wait_for_timeout(500)
    page.reload()
    panel = opened(page)
    panel.locator(".message.own[data-id] .file img").wait_for()
    with page.expect_download() as saved:
        panel.locator(".message.own .file").click()
    assert saved.value.suggested_filename == "lid.png"
    assert (site.loses, site.texts(), count(site, Attachment)) == (0, ["See my lid"], 1)


def test_what_the_server_refuses_comes_back_into_the_form(site: ShopSite, context: "BrowserContext") -> None:
    panel = panel_of(context.new_page(), site)
    fill(panel, "call", phone="12", text="My lid broke")
    panel.locator("#call button.primary").click()
    panel.locator("#call [role=alert]", has_text="number").wait_for()
    assert panel.locator("#call-phone").input_value() == "12"
    assert panel.locator("#call-text").input_value() == "My lid broke"
    assert site.tickets() == 0


def test_files_that_are_too_many_or_too_big_are_not_even_sent(
    site: ShopSite, context: "BrowserContext", picture: Path
) -> None:
    page = context.new_page()
    page.goto(site.site_url)
    panel = opened(page)
    taken = panel.locator("#say input[type=file]")
    taken.set_input_files([picture] * 6)
    panel.locator("#chat-problem", has_text="Send at most 5 files at once.").wait_for()
    picture.write_bytes(b"0" * 10_000_001)
    taken.set_input_files(picture)
    panel.locator("#chat-problem", has_text="“lid.png” is larger than 10 MB.").wait_for()
    assert panel.locator(".picked li").count() == 0
