"""Answers that come back: the page says so, the address gets no more, and sending one again opens it."""

import pytest
from sqlalchemy import select, update

from supportbox import clock, store
from supportbox.demo.cast import SHOP
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.mail.parse import parse
from supportbox.store import transaction
from tests.flows.conftest import Shop
from tests.mailroom import bounce, letter

GONE = "cleo@example.org"
PAGE = "/inbox/tickets/SB-1001"


def take(shop: Shop, raw: bytes) -> None:
    shop.sandbox.append(SHOP.email, raw, clock.now())
    shop.round()


def answer(shop: Shop) -> None:
    ada = shop.sign_in()
    assert ada.post(PAGE, f"{PAGE}/replies", text="Are you there?", then="waiting").status_code == 303
    shop.round()


@pytest.fixture
def gone(shop: Shop) -> Shop:
    """Somebody outside has written, and three answers to them came back to the addresses that they left from."""
    with shop.app.app_context(), transaction() as session:
        session.execute(update(Mailbox).values(has_plus_addresses=True, has_acknowledgement=False))
    take(shop, letter(f"Cleo <{GONE}>", "Kettle", to=SHOP.email, Message_ID="<1@example.org>"))
    for _ in range(3):
        answer(shop)
        left = shop.sandbox.outside[-1]
        assert left.sender.startswith("support+b") and left.recipient == GONE
        take(shop, bounce("<unknown@nowhere.example>", left.sender))
    return shop


def test_each_answer_leaves_from_an_address_of_its_own_and_comes_back_to_itself(gone: Shop) -> None:
    assert len({left.sender for left in gone.sandbox.outside}) == 3
    with gone.app.app_context():
        states = store.db.session.scalars(select(Delivery.state)).all()
    assert states == ["failed"] * 3
    assert "user unknown" in gone.sign_in().get(PAGE)


def test_the_fourth_answer_is_refused_with_its_text_kept_until_one_is_sent_again(gone: Shop) -> None:
    ada = gone.sign_in()
    refused = ada.post(PAGE, f"{PAGE}/replies", text="Hello, are you well?", then="waiting")
    assert refused.status_code == 400 and len(gone.sandbox.outside) == 3
    page = refused.get_data(as_text=True)
    assert "came back for good" in page and "Hello, are you well?" in page
    assert ada.post(PAGE, f"{PAGE}/deliveries/3/retry").status_code == 303
    answer(gone)
    letters = [parse(left.raw).text.partition("\n")[0] for left in gone.sandbox.outside]
    assert letters == ["Are you there?"] * 5
