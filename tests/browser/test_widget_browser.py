"""The widget in a real browser, on somebody else's site: plain, with a strict policy, and in two windows with an
agent."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.shop_site import ShopSite, check_axe, opened, write
from tests.web.desk import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request

# How far the host's own content was moved by what the widget put there.
SHIFTS = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().length)).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 500);
})"""


@pytest.mark.parametrize("path", ["/plain", "/strict"])
def test_it_works_on_any_site_and_asks_nothing_before_it_is_touched(site: ShopSite, page: "Page", path: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(_ours(request, site)))
    page.goto(site.site_url + path)
    page.wait_for_selector("#supportbox-button")
    assert [one for one in asked if one] == ["/widget.js"]
    check_axe(page)
    panel = opened(page)
    assert page.evaluate(SHIFTS) == 0
    write(panel, "Where is my lid?")
    panel.locator(".message.own[data-id]").wait_for()
    assert site.texts() == ["Where is my lid?"]
    assert page.context.cookies() == []
    check_axe(page)
    panel.locator("#words").press("Escape")
    page.wait_for_function("document.activeElement.id === 'supportbox-button'")
    assert page.get_attribute("#supportbox-button", "aria-expanded") == "false"


def test_two_windows_chat(site: ShopSite, context: "BrowserContext") -> None:
    visitor, agent = context.new_page(), context.new_page()
    visitor.goto(site.site_url)
    visitor.wait_for_selector("#supportbox-button")
    panel = opened(visitor)
    write(panel, "Where is my lid?")
    panel.locator(".message.own[data-id]").wait_for()
    agent.goto(f"{site.url}/login")
    agent.fill("[name=email]", "ada@shop.example")
    agent.fill("[name=password]", PASSWORD)
    agent.click("main button")
    agent.wait_for_selector("#tickets")
    agent.goto(f"{site.url}/inbox/tickets/SB-1")  # the first: tables made without migrations begin there
    agent.fill("#chat-text", "On its way.")
    agent.press("#chat-text", "Enter")
    panel.locator(".message:not(.own)", has_text="On its way.").wait_for()
    agent.fill("#chat-text", "half a sentence")
    write(panel, "Thank you!")
    agent.locator("article.message.customer", has_text="Thank you!").wait_for()
    assert agent.input_value("#chat-text") == "half a sentence"
    assert site.texts() == ["Where is my lid?", "On its way.", "Thank you!"]


def test_a_site_that_is_not_listed_sees_nothing(site: ShopSite, context: "BrowserContext") -> None:
    page = context.new_page()
    page.goto(site.site_url.replace("127.0.0.1", "localhost"))
    page.wait_for_selector("#supportbox-button")
    page.click("#supportbox-button")
    page.wait_for_timeout(1000)
    assert page.frame_locator("#supportbox-panel").locator("#home").count() == 0
    assert site.texts() == []


def _ours(request: "Request", site: ShopSite) -> str:
    return request.url.removeprefix(site.url) if request.url.startswith(site.url) else ""
