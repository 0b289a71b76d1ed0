"""Cleo's side: her letters are what a mail program would send, and what she got stands in threads."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from supportbox import clock
from supportbox.demo.cast import CLEO, DOT, SHOP
from supportbox.demo.correspondence import Correspondence, find_customer
from supportbox.demo.sandbox import Sandbox
from supportbox.errors import NotFound, Refused

NOW = clock.now()


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def got(sandbox: Sandbox, number: int, answered: str = "", *, text: str = "Bonjour, merci !", **headers: str) -> None:
    """The shop's letter in Cleo's mailbox."""
    letter = EmailMessage()
    letter["From"], letter["Subject"], letter["Message-ID"] = SHOP.email, "Re: Théière", f"<{number}@demo.example>"
    letter["Date"] = NOW + timedelta(minutes=number)
    if answered:
        letter["In-Reply-To"] = letter["References"] = answered
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    sandbox.append(CLEO.email, bytes(letter))


def test_a_letter_arrives_at_the_shop_and_stands_among_the_sent(sandbox: Sandbox) -> None:
    letters = Correspondence(sandbox)
    key = letters.write(CLEO, subject="Théière\r\nBcc: dot@demo.example", text=" Elle fuit.\r\nCleo \n", now=NOW)
    letter = read(sandbox.inbox(SHOP.email)[0])
    assert (letter["From"], letter["To"]) == (f"{CLEO.name} <{CLEO.email}>", SHOP.email)
    assert letter["Subject"] == "Théière Bcc: dot@demo.example" and letter["Bcc"] is None
    assert letter.get_content() == "Elle fuit.\r\nCleo\r\n"
    assert sandbox.inbox(DOT.email) == []
    [thread] = letters.threads(CLEO)
    assert (thread.key, [paper.is_own for paper in thread.papers]) == (key, [True])
    assert letters.threads(DOT) == []


def test_an_answer_names_the_letter_that_it_answers_and_quotes_it(sandbox: Sandbox) -> None:
    got(
        sandbox,
        1,
        "<0@demo.example>",
        text="Bonjour,\n\nvotre théière est en route.\n",
        Reply_To="support+7@demo.example",
    )
    letters = Correspondence(sandbox)
    [thread] = letters.threads(CLEO)
    letters.answer(CLEO, thread, text="Merci !", now=NOW + timedelta(hours=1))
    letter = read(sandbox.inbox(SHOP.email)[0])
    assert letter["To"] == "support+7@demo.example" and letter["Subject"] == "Re: Théière"
    assert letter["In-Reply-To"] == "<1@demo.example>"
    assert letter["References"] == "<0@demo.example> <1@demo.example>"
    lines = letter.get_content().split("\r\n")
    assert lines[:2] == ["Merci !", ""] and lines[2].endswith(" a écrit :")
    assert lines[3:6] == ["> Bonjour,", ">", "> votre théière est en route."]
    assert [paper.text.strip() for paper in letters.threads(CLEO)[0].papers][-1] == "Merci !"


def test_threads_hold_together_whatever_comes_first(sandbox: Sandbox) -> None:
    got(sandbox, 9)
    got(sandbox, 3, "<2@demo.example>")
    got(sandbox, 2, "<1@demo.example>")
    got(sandbox, 1)
    threads = Correspondence(sandbox).threads(CLEO)
    ids = [[paper.letter.message_id for paper in thread.papers] for thread in threads]
    assert ids == [["<9@demo.example>"], ["<1@demo.example>", "<2@demo.example>", "<3@demo.example>"]]


@pytest.mark.parametrize("text", ["", " \r\n\t"])
def test_an_empty_letter_is_not_sent(sandbox: Sandbox, text: str) -> None:
    with pytest.raises(Refused, match="a few words"):
        Correspondence(sandbox).write(CLEO, subject="Teapot", text=text, now=NOW)
    assert sandbox.inbox(SHOP.email) == sandbox.sent(CLEO.email) == []


def test_a_server_that_is_away_is_said_in_a_sentence(sandbox: Sandbox) -> None:
    sandbox.down()
    try:
        with pytest.raises(Refused, match="did not take the letter"):
            Correspondence(sandbox).write(CLEO, subject="Teapot", text="Hello", now=NOW)
    finally:
        sandbox.up()


def test_only_customers_have_a_side_here(sandbox: Sandbox) -> None:
    assert find_customer("dot") is DOT
    with pytest.raises(NotFound):
        find_customer("support")
    with pytest.raises(NotFound):
        Correspondence(sandbox).thread(CLEO, "0123456789")
