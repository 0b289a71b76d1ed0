"""Nothing typed is lost and nothing is sent twice: power cuts, dead networks, hasty fingers, two tabs, two agents."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from supportbox.demo.sandbox import Sandbox
from tests.browser.served import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="module")
def served(running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory, browser: "Browser") -> Iterator[Served]:
    running_sandbox.clear()
    desk = Served(tmp_path_factory.mktemp("served"), running_sandbox)
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture
def window(served: Served, browser: "Browser") -> "Iterator[BrowserContext]":
    """Ada's browser. Unlike `page` it may complain: cut lines and dead servers are what these tests are about."""
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(30_000)
    served.sign_in(context.new_page())
    yield context
    context.close()


def open_ticket(window: "BrowserContext", address: str) -> "Page":
    page = window.new_page()
    page.goto(address)
    page.wait_for_selector("#reply")
    return page


def said(page: "Page", words: str) -> None:
    page.wait_for_selector(f".write.reply [data-drafted]:has-text('{words}')")


def test_hasty_clicks_two_tabs_and_a_resent_form_are_one_letter(served: Served, window: "BrowserContext") -> None:
    address = served.letter("Three times")
    page, other = open_ticket(window, address), open_ticket(window, address)
    token = page.locator(".write.reply [name=send_token]").input_value()
    form = {
        name: page.locator(f".write.reply [name={name}]").first.input_value()
        for name in ("csrf_token", "seen_version", "send_token")
    }
    page.fill("#reply", "It left this morning.")
    page.locator(".write.reply .primary").click(click_count=3, no_wait_after=True)
    page.wait_for_url(re.compile("sent="))
    again = page.request.post(f"{address}/replies", form={**form, "text": "It left this morning.", "then": "waiting"})
    assert again.ok
    other.evaluate("token => { document.querySelector('.write.reply [name=send_token]').value = token; }", token)
    other.fill("#reply", "It left this morning.")
    other.locator(".write.reply .primary").click()
    other.wait_for_url(re.compile("sent=|/replies"))
    assert served.delivered("It left this morning.") == 1
    assert served.answers().count("It left this morning.") == 1


def test_a_second_tab_with_its_own_form_is_stopped(served: Served, window: "BrowserContext") -> None:
    address = served.letter("Two tabs")
    one, two = open_ticket(window, address), open_ticket(window, address)
    for page in (one, two):
        page.fill("#reply", "From one of two tabs.")
    one.locator(".write.reply .primary").click()
    one.wait_for_url(re.compile("sent="))
    two.locator(".write.reply .primary").click()
    two.wait_for_selector("#problem")
    assert two.input_value("#reply") == "From one of two tabs."
    assert served.delivered("From one of two tabs.") == 1


def test_a_killed_server_loses_no_words(served: Served, window: "BrowserContext", browser: "Browser") -> None:
    page = open_ticket(window, served.letter("Power cut"))
    address = page.url
    page.fill("#reply", "Kept by the server.")
    said(page, "Draft saved")
    page.fill("#reply", "Kept by the server. And by the browser.")
    page.wait_for_timeout(400)
    served.kill()
    said(page, "No connection")
    page.close()
    served.start()
    elsewhere = browser.new_context(locale="en-GB")
    served.sign_in(other := elsewhere.new_page())
    other.goto(address)
    assert other.input_value("#reply").startswith("Kept by the server.")
    elsewhere.close()
    page = open_ticket(window, address)
    assert page.input_value("#reply") == "Kept by the server. And by the browser."
    said(page, "Draft saved")
    page.locator(".write.reply .primary").click()
    page.wait_for_url(re.compile("sent="))
    assert served.delivered("And by the browser.") == 1


def test_a_cut_network_keeps_the_words_and_refuses_to_send_them_into_the_void(
    served: Served, window: "BrowserContext"
) -> None:
    page = open_ticket(window, served.letter("No network"))
    address = page.url
    window.set_offline(True)
    page.fill("#reply", "Written in a tunnel.")
    said(page, "No connection")
    page.locator(".write.reply .primary").click()
    assert page.input_value("#reply") == "Written in a tunnel." and page.url == address
    window.set_offline(False)
    said(page, "Draft saved")
    page.locator(".write.reply .primary").click()
    page.wait_for_url(re.compile("sent="))
    assert served.delivered("Written in a tunnel.") == 1


def test_an_ended_session_keeps_the_words_of_a_tab_that_is_closed(served: Served, window: "BrowserContext") -> None:
    page = open_ticket(window, served.letter("Session over"))
    address = page.url
    window.clear_cookies()
    page.fill("#reply", "Typed when nobody was signed in.")
    page.wait_for_selector("#signed-out[open]")
    page.close()
    served.sign_in(window.new_page())
    assert open_ticket(window, address).input_value("#reply") == "Typed when nobody was signed in."


def test_the_second_of_two_agents_is_stopped_shown_what_is_new_and_then_sends(
    served: Served, window: "BrowserContext", browser: "Browser"
) -> None:
    address = served.letter("Two agents")
    ada = open_ticket(window, address)
    ada.fill("#reply", "Ada's answer.")
    others = browser.new_context(locale="en-GB")
    served.sign_in(ben := others.new_page(), "ben")
    ben.goto(address)
    ben.wait_for_selector("#company .pill:has-text('Ada')")
    ben.fill("#reply", "Ben was quicker.")
    ben.locator(".write.reply .primary").click()
    ben.wait_for_url(re.compile("sent="))
    others.close()
    ada.locator(".write.reply .primary").click()
    ada.wait_for_selector("#problem")
    assert "Ben was quicker." in ada.inner_text(".newer")
    assert ada.input_value("#reply") == "Ada's answer."
    assert "Ada's answer." not in served.answers()
    ada.locator(".write.reply .primary").click()
    ada.wait_for_url(re.compile("sent="))
    assert served.delivered("Ada's answer.") == 1
