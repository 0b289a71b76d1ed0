"""A call is logged by keys alone, and who calls is on the page before the first word."""

from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import select

from supportbox.inbox.message import Message
from supportbox.people.contacts import add_contact
from supportbox.people.customer import Customer
from supportbox.store import db, transaction
from tests.browser.test_desk_work import Keys, address, app, sign_in
from tests.conftest import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["address", "app"]
MOST_KEYS = 3


def test_a_call_is_logged_with_three_keys_its_number_and_its_words(app: Flask, address: str, page: "Page") -> None:
    with app.app_context(), transaction() as session:
        cleo = session.scalars(select(Customer).where(Customer.name == "Cleo0 Hart")).one()
        add_contact(session, cleo, "phone", "06 12 34 56 78", region="FR", now=NOW)
    sign_in(page, address)
    hands = Keys(page)
    hands.press("p")
    page.wait_for_selector("#who:focus")
    hands.type("0612345678")
    page.wait_for_selector("#known :text('Cleo0 Hart')")
    assert page.locator("#known [name=ticket]:checked").get_attribute("value") != "new"
    hands.press("Enter")
    page.wait_for_selector("#text:focus")
    hands.type("It comes on Monday.")
    hands.press("Control+Enter")
    page.wait_for_url("**/tickets/SB-*#m*")
    assert len(hands.pressed) == MOST_KEYS
    with app.app_context():
        logged = db.session.scalars(select(Message).where(Message.channel == "phone")).one()
        assert logged.text == "It comes on Monday."
        db.session.remove()
