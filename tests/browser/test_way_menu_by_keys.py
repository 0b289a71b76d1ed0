"""The composer's "Answer by" with keys alone: v goes there, arrows choose, Enter and Escape go back to the words."""

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.inbox.delivery import Delivery
from supportbox.store import db
from tests.browser.test_desk_work import address, app, sign_in
from tests.web.test_way_menu import talk

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["address", "app"]


def open_ticket(app: Flask, address: str, page: "Page", *, hours_ago: float = 1) -> None:
    number = talk(app, at=clock.now() - timedelta(hours=hours_ago))
    sign_in(page, address)
    page.goto(f"{address}/inbox/tickets/SB-{number}")
    page.keyboard.press("v")
    page.wait_for_selector("#way:focus")


def chosen(page: "Page") -> str:
    return page.locator("#way option:checked").inner_text()


def test_arrows_choose_enter_goes_on_writing_and_the_answer_goes_there(app: Flask, address: str, page: "Page") -> None:
    open_ticket(app, address, page)
    assert chosen(page) == "WhatsApp 06 12 34 56 78"
    assert not page.locator(".write.reply .whom").is_visible()
    page.keyboard.press("ArrowUp")
    assert chosen(page) == "E-mail"
    assert page.locator(".write.reply .whom").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_selector("#reply:focus")
    page.keyboard.type("By mail then.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**sent=**")
    assert "leaves in" in page.inner_text("form.notice")
    with app.app_context():
        sent = db.session.scalars(select(Delivery).where(Delivery.kind == "reply")).one()
        assert (sent.channel, sent.receiver) == ("email", "cleo@home.example")


def test_escape_leaves_the_menu_as_it_was(app: Flask, address: str, page: "Page") -> None:
    open_ticket(app, address, page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    page.wait_for_selector("#reply:focus")
    assert chosen(page) == "WhatsApp 06 12 34 56 78"


def test_what_was_picked_from_the_open_list_stays_when_escape_leaves_the_menu(
    app: Flask, address: str, page: "Page"
) -> None:
    open_ticket(app, address, page)
    page.select_option("#way", "email")
    page.keyboard.press("Escape")
    page.wait_for_selector("#reply:focus")
    assert chosen(page) == "E-mail"


def test_a_closed_way_is_told_with_the_menu(app: Flask, address: str, page: "Page") -> None:
    open_ticket(app, address, page, hours_ago=25)
    described = page.evaluate(
        "() => document.activeElement.getAttribute('aria-describedby').split(' ')"
        ".map((id) => document.getElementById(id).innerText).join(' ')"
    )
    assert "WhatsApp 06 12 34 56 78: not now. The 24 hours after the customer’s last words are over." in described
    assert [one.inner_text() for one in page.locator("#way option").all()] == ["E-mail"]
