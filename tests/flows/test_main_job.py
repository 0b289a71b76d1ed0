"""The main job from end to end on real mail: a letter in, an answer out, the customer's answer to it, closed."""

import smtplib
from email.message import EmailMessage

import pytest

from supportbox import clock
from supportbox.demo.cast import CLEO, DOT, SHOP
from supportbox.demo.correspondence import Thread
from supportbox.demo.sandbox import HOST, Sandbox
from tests.flows.conftest import Shop
from tests.web.desk import Browser

SUBJECT = "The lid is chipped"
PAGE = "/inbox/tickets/SB-1001"


def answered(shop: Shop) -> tuple[Browser, Thread]:
    """Cleo has written, Ada has answered on the ticket's page, and the answer has left."""
    key = shop.letters.write(CLEO, subject=SUBJECT, text="The teapot is fine,\nits lid is not.", now=clock.now())
    shop.round()
    ada = shop.sign_in()
    answer = ada.post(PAGE, f"{PAGE}/replies", text="A new lid is **on its way**.", then="waiting")
    assert answer.status_code == 303
    shop.round()
    return ada, shop.letters.thread(CLEO, key)


def test_a_letter_is_a_ticket_and_its_writer_is_told(shop: Shop) -> None:
    key = shop.letters.write(CLEO, subject=SUBJECT, text="The teapot is fine,\nits lid is not.", now=clock.now())
    shop.round()
    [ticket] = shop.tickets()
    assert (ticket.reference, ticket.subject, ticket.status) == ("SB-1001", SUBJECT, "open")
    assert shop.words(1001) == [("customer", "The teapot is fine,\nits lid is not.")]
    ada = shop.sign_in()
    assert PAGE in ada.get("/inbox/unassigned")
    assert "its lid is not." in ada.get(PAGE)
    own, receipt = shop.letters.thread(CLEO, key).papers
    assert (own.is_own, receipt.is_own) == (True, False)
    assert "SB-1001" in receipt.letter.subject and receipt.letter.in_reply_to == own.letter.message_id


def test_the_answer_threads_in_the_customers_mailbox(shop: Shop) -> None:
    _, thread = answered(shop)
    own, receipt, answer = (paper.letter for paper in thread.papers)
    assert receipt.subject.endswith("[SB-1001]")
    assert answer.subject == f"Re: {SUBJECT} [SB-1001]"
    assert answer.in_reply_to == own.message_id and own.message_id in answer.references
    assert answer.sender and (answer.sender.email, answer.sender.name) == (SHOP.email, "Ada (Atelier Nord)")
    assert answer.text.startswith("A new lid is **on its way**.")
    assert answer.html and "<strong>on its way</strong>" in answer.html
    [ticket] = shop.tickets()
    assert (ticket.status, ticket.waiting_since) == ("waiting", None)


def test_the_customers_answer_joins_and_reopens_and_ada_closes(shop: Shop) -> None:
    ada, thread = answered(shop)
    shop.letters.answer(CLEO, thread, text="Wonderful, thank you!", now=clock.now())
    shop.round()
    [ticket] = shop.tickets()
    assert (ticket.status, ticket.message_count) == ("open", 3)
    said = shop.words(1001)
    assert [kind for kind, _ in said] == ["customer", "agent", "customer"]
    assert said[2][1] == "Wonderful, thank you!"
    assert "Wonderful, thank you!" in ada.get(PAGE)
    assert ada.post(PAGE, f"{PAGE}/closure").status_code == 303
    [ticket] = shop.tickets()
    assert ticket.status == "closed"
    assert PAGE in ada.get("/inbox/closed") and PAGE not in ada.get("/inbox/open")


def test_a_second_round_changes_nothing(shop: Shop) -> None:
    _, thread = answered(shop)
    letters = len(shop.sandbox.inbox(CLEO.email))
    shop.round()
    assert len(shop.sandbox.inbox(CLEO.email)) == letters == len(thread.papers) - 1
    assert len(shop.words(1001)) == 2


@pytest.mark.parametrize("clue", ["reference", "copied message id", "both"])
def test_what_dot_learnt_of_cleos_ticket_joins_nothing(shop: Shop, clue: str) -> None:
    _, thread = answered(shop)
    answer = thread.newest.letter
    before, cleo_has = shop.words(1001), len(shop.sandbox.inbox(CLEO.email))
    letter = EmailMessage()
    letter["From"], letter["To"] = f"{DOT.name} <{DOT.email}>", SHOP.email
    letter["Subject"] = answer.subject if clue != "copied message id" else f"Re: {SUBJECT}"
    if clue != "reference":
        letter["In-Reply-To"], letter["References"] = answer.message_id, answer.message_id
    letter.set_content("What did she order?")
    with smtplib.SMTP(HOST, shop.sandbox.smtp_port) as smtp:
        smtp.send_message(letter)
    shop.round()
    cleos, dots = shop.tickets()
    assert shop.words(1001) == before and len(shop.sandbox.inbox(CLEO.email)) == cleo_has
    assert dots.customer_id != cleos.customer_id and dots.may_belong_to_id == cleos.id
    assert shop.words(dots.id) == [("customer", "What did she order?")]
    assert_nothing_of_cleos(shop.sandbox)


def assert_nothing_of_cleos(sandbox: Sandbox) -> None:
    for raw in sandbox.inbox(DOT.email):
        assert b"lid" not in raw and b"SB-1001" not in raw and CLEO.email.encode() not in raw
