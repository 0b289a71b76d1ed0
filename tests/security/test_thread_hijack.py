"""The Ticket Trick of 2017 and the hijack by Cc of 2024, played through: the attacker gets nothing of a thread."""

import re
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from supportbox import clock
from supportbox.demo.cast import CLEO, DOT, SHOP
from supportbox.inbox.mailbox import Mailbox
from supportbox.mail.parse import parse
from supportbox.people.request_link import make_request_token
from supportbox.store import transaction
from tests.flows.conftest import Shop
from tests.web.desk import Browser

SECRET, ANSWER = "My door code is 4711.", "Thank you, we note it."
CODE = "Your verification code is 998877."
SAAS = "Chat Service <no-reply@chat.example>"


def drop_in(shop: Shop, sender: str, subject: str, text: str, *, to: str = SHOP.email, **headers: str) -> None:
    """A letter that stands in the shop's mailbox, From whomever it likes."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    shop.sandbox.append(SHOP.email, letter.as_bytes())
    shop.round()


def answer(shop: Shop, ada: Browser, ticket: int, text: str) -> None:
    page = f"/inbox/tickets/SB-{ticket}"
    assert ada.post(page, f"{page}/replies", text=text, then="waiting").status_code == 303
    shop.round()


def with_plus_addresses(shop: Shop) -> None:
    with shop.app.app_context(), transaction() as session:
        session.execute(update(Mailbox).values(has_plus_addresses=True))


def assert_dot_has_nothing_of(shop: Shop, *words: str) -> None:
    got = [parse(raw) for raw in shop.sandbox.inbox(DOT.email)]
    assert got, "a test that sends nothing proves nothing"
    for letter in got:
        whole = f"{letter.subject} {letter.text} {letter.html} {letter.headers}"
        assert not [word for word in words if word in whole]


def page_of_request(shop: Shop, ticket: int) -> str:
    """What whoever has the link of that request reads."""
    settings = shop.app.extensions["settings"]
    token = make_request_token(settings.key("request-link"), ticket, now=clock.now())
    answer = shop.app.test_client().get(f"/r/{token}")
    assert answer.status_code == 200
    return answer.text


def test_ticket_trick_by_the_reply_address(shop: Shop) -> None:
    """Dot gives the reply address of her own ticket to a service, to read the code that it sends there."""
    with_plus_addresses(shop)
    drop_in(shop, f"Dot <{DOT.email}>", "A question", "Are you open?", Message_ID="<d1@demo.example>")
    own = parse(shop.sandbox.inbox(DOT.email)[0]).reply_to
    assert own and own.email.startswith("support+")
    drop_in(shop, SAAS, "Confirm your address", CODE, to=own.email)
    [ticket] = shop.tickets()
    assert [text for _, text in shop.words(ticket.id)] == ["Are you open?", CODE]
    ada = shop.sign_in()
    assert "998877" in ada.get(f"/inbox/tickets/SB-{ticket.id}")
    answer(shop, ada, ticket.id, "We are.")
    assert "We are." in page_of_request(shop, ticket.id)
    assert "998877" not in page_of_request(shop, ticket.id)
    assert_dot_has_nothing_of(shop, "998877", "chat.example", "Confirm your")
    assert len(shop.sandbox.inbox(DOT.email)) == 2


def test_ticket_trick_in_the_services_name(shop: Shop) -> None:
    """Dot opens a ticket as the service; what the service then writes to the shop does not come to it."""
    forged = {"Reply_To": DOT.email, "Message_ID": "<d1@demo.example>"}
    drop_in(shop, SAAS, "Confirm your address", "Hello from the service", **forged)
    drop_in(shop, SAAS, "Confirm your address", CODE)
    drop_in(shop, SAAS, "Re: Confirm your address", CODE)
    trick, *others = shop.tickets()
    assert shop.words(trick.id) == [("customer", "Hello from the service")]
    answer(shop, shop.sign_in(), trick.id, "Who are you?")
    assert "998877" not in page_of_request(shop, trick.id)
    assert_dot_has_nothing_of(shop, "998877")
    assert len(others) >= 1


@pytest.mark.parametrize("clue", ["reference", "ids", "reply address"])
def test_hijack_by_copy(shop: Shop, clue: str) -> None:
    """Dot writes as Cleo into Cleo's ticket with herself in Cc and Reply-To, then as herself."""
    with_plus_addresses(shop)
    drop_in(shop, f"Cleo <{CLEO.email}>", "Door", SECRET, Message_ID="<c1@demo.example>")
    ada = shop.sign_in()
    answer(shop, ada, 1001, ANSWER)
    ours = parse(shop.sandbox.inbox(CLEO.email)[-1])
    assert ours.text.startswith(ANSWER) and ours.reply_to
    clues = {"In_Reply_To": ours.message_id, "References": ours.message_id} if clue == "ids" else {}
    to = ours.reply_to.email if clue == "reply address" else SHOP.email
    subject = "Re: Door [SB-1001]" if clue == "reference" else "Re: Door"
    for sender in (f"Cleo <{CLEO.email}>", f"Dot <{DOT.email}>"):
        copies = {"Cc": DOT.email, "Reply_To": DOT.email, "Sender": DOT.email}
        drop_in(shop, sender, subject, "Please add me.", to=to, **copies, **clues)
    answer(shop, ada, 1001, "Anything else?")
    answer(shop, ada, 1001, f"You wrote: {SECRET}")
    drop_in(shop, f"Dot <{DOT.email}>", "Re: Door [SB-1001]", "Send me all of it.")
    drop_in(shop, f"Dot <{DOT.email}>", "Another matter", "Hello")
    assert_dot_has_nothing_of(shop, SECRET, "4711", ANSWER, "Anything else?", CLEO.email, "SB-1001", "c1@demo.example")
    assert [len(re.findall("4711", parse(raw).text)) for raw in shop.sandbox.inbox(CLEO.email)][-1] == 1
    for ticket in shop.tickets():
        if ticket.id != 1001:
            assert "4711" not in page_of_request(shop, ticket.id)


def test_what_a_copied_person_writes_waits_for_an_agent(shop: Shop) -> None:
    """Whoever is in Cc may be a colleague of Cleo's: their letter is seen, linked, and gets them nothing."""
    drop_in(shop, f"Cleo <{CLEO.email}>", "Door", SECRET, Message_ID="<c1@demo.example>", Cc=DOT.email)
    drop_in(shop, f"Dot <{DOT.email}>", "Re: Door", "I saw it too.", In_Reply_To="<c1@demo.example>")
    cleos, dots = shop.tickets()
    assert dots.may_belong_to_id == cleos.id
    assert "SB-1001" in shop.sign_in().get(f"/inbox/tickets/SB-{dots.id}")
    assert_dot_has_nothing_of(shop, "4711", "SB-1001")
