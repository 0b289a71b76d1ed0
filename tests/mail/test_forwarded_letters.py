"""Who wrote the letter that somebody passes on."""

import pytest

from supportbox.mail.forwarded import forward_in
from supportbox.mail.letter import Address, Forward
from supportbox.mail.parse import parse

CLEO = Address("cleo@example.org", "Cleo Martin")


def passed_on(text: str, subject: str = "Fwd: Broken kettle") -> Forward | None:
    return forward_in(parse(f"From: ada@demo.example\nSubject: {subject}\n\n{text}".encode()))


@pytest.mark.parametrize(
    "block",
    [
        "---------- Forwarded message ---------\nFrom: Cleo Martin <cleo@example.org>\nDate: today\nSubject: x\n\nHelp",
        "Begin forwarded message:\n\n> From: Cleo Martin <cleo@example.org>\n> Subject: x\n>\n> Help",
        "_______________\nVon: Cleo Martin [mailto:cleo@example.org] <cleo@example.org>\nGesendet: heute",
        "*De :* Cleo Martin <cleo@example.org>\n*Envoyé :* hier",
        "差出人: Cleo Martin <cleo@example.org>",
    ],
)
def test_sender_of_a_pasted_letter(block: str) -> None:
    passed = passed_on(f"Please answer.\n\n{block}\n")
    assert passed
    assert (passed.sender, passed.comment, passed.text) == (CLEO, "Please answer.", block)
    assert passed_on(f"{block}\n") == Forward(CLEO, block, "")


def test_sender_of_an_enclosed_letter() -> None:
    head = "From: ada@demo.example\nSubject: see this\nContent-Type: multipart/mixed; boundary=b\n\n"
    parts = "--b\n\nSee.\n--b\nContent-Type: message/rfc822\n\nFrom: Cleo Martin <cleo@example.org>\n\nHelp\n--b--"
    assert forward_in(parse((head + parts).encode())) == Forward(CLEO, "Help", "See.")


def test_an_answer_is_no_forward() -> None:
    assert passed_on("From: Cleo Martin <cleo@example.org>\n", "Re: Broken kettle") is None
    assert passed_on("From: the bottom of my heart\n") is None
    assert passed_on("Nothing below.") is None
