"""The first run in a real browser, with its script: from the printed address to the first real ticket."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from supportbox.demo.sandbox import Sandbox
from tests.flows.first_run import BARS, SUPPORT, fresh_desk
from tests.servers import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_from_the_printed_address_to_the_first_ticket(page: "Page", sandbox: Sandbox, tmp_path: Path) -> None:
    began = time.monotonic()
    with fresh_desk(tmp_path, sandbox) as desk:
        page.goto(desk.url)
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Your e-mail address").fill("ada@shop.example")
        page.get_by_label("Password", exact=True).fill("aaaa")
        assert page.locator("#strength").inner_text() == "Too short"
        page.get_by_label("Password", exact=True).fill("a lid for my teapot")
        assert page.locator("#strength").inner_text() == "Very good"
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Name of the business").fill("Atelier Nord")
        page.get_by_role("button", name="Continue").click()
        add_the_mailbox(page, sandbox)
        page.get_by_role("button", name="Nobody now: go to the inbox").click()
        assert page.locator(".checklist .done").all_inner_texts() == ["Account", "Mailbox"]
        desk.write("The lid is chipped")
        found = page.get_by_role("link", name="The lid is chipped")
        while not found.count():
            assert time.monotonic() - began < BARS["seconds"]
            time.sleep(0.3)
            page.reload()
        found.first.click()
        assert page.get_by_text("Its lid is chipped.").first.is_visible()
        page.goto("about:blank")
    assert time.monotonic() - began < BARS["seconds"]


def add_the_mailbox(page: "Page", sandbox: Sandbox) -> None:
    page.get_by_label("E-mail address").fill(SUPPORT)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password", exact=True).fill("not this one")
    for name, port in (("imap", sandbox.imap_port), ("smtp", sandbox.smtp_port)):
        page.locator(f"#{name}_host").fill("127.0.0.1")
        page.locator(f"#{name}_port").fill(str(port))
        page.locator(f"#{name}_security").select_option("plain")
    page.get_by_role("button", name="Test it").click()
    page.locator(".stage.bad").wait_for()
    assert "Signed in" in page.locator(".stage.bad h2").inner_text()
    assert page.locator(".stage.ok").count() == 2
    page.get_by_role("link", name="Change the details").click()
    assert page.get_by_label("Password", exact=True).input_value() == ""
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Test it").click()
    page.get_by_role("button", name="Add this mailbox").wait_for()
    assert page.locator(".stage.ok").count() == 6
    page.get_by_role("button", name="Add this mailbox").click()
