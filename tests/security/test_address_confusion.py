"""A From that two readers could take for two people is nobody's: no forged or hidden address becomes a sender."""

import email.policy
import random
from email import message_from_bytes
from email.errors import MessageError

import pytest

from supportbox.mail import addresses
from supportbox.mail.letter import MORE_THAN_ONE_SENDER
from supportbox.mail.parse import parse

PIECES = [
    "cleo@example.org", "eve@evil.example", "<", ">", "<cleo@example.org>", "<eve@evil.example>", '"', "\\", "(", ")",
    ",", ";", ":", " ", "@", "Cleo", "cleo", "example.org", "\t", "%", "!", "[", "]", "..", "undisclosed:", "\u200b",
    "\0",
]  # fmt: skip


def domain(address: str) -> str:
    return address.rpartition("@")[2]


def ours(raw: bytes) -> str:
    """The sender that tickets are given to; "" where there is none or more than one."""
    letter = parse(raw)
    return letter.sender.email if letter.sender and MORE_THAN_ONE_SENDER not in letter.defects else ""


def theirs(raw: bytes) -> set[str]:
    """The addresses that Python's own reader finds and that letters could come from."""
    try:
        field = message_from_bytes(raw, policy=email.policy.default)["from"]
        return {one for found in field.addresses if (one := addresses.email(found.addr_spec))}
    except (IndexError, AttributeError, TypeError, ValueError, MessageError, UnboundLocalError):
        return set()  # it stumbles over some


def test_where_two_readers_disagree_nobody_is_the_sender() -> None:
    chance, named = random.Random(12), 0
    for _ in range(5000):
        value = "".join(chance.choices(PIECES, k=chance.randint(1, 6)))
        raw = f"From: {value}\nTo: support@shop.example\n\nhi".encode()
        one, others = ours(raw), theirs(raw)
        named += bool(one)
        # Both name the same domain, or one of them names nobody: it is domains that servers check.
        assert not one or not others or domain(one) in set(map(domain, others)), value
    assert named > 500


@pytest.mark.parametrize(
    "value",
    [
        "alice@example.org)bob@evil.test",
        "alice@example.org]<bob@evil.test>",
        "<alice@example.org<bob@evil.test>",
        "<alice@example.org> <bob@evil.test>",
        "<alice@example.org>team:bob@evil.test;",
        "alice@example.org:bob@evil.test",
        "alice@example.org <bob@evil.test>",
        "alice@example.org, bob@evil.test",
        "alice\u200b@example.org",
        "ali\u00adce@example.org",
        "alice@example.org\u202e",
        "alice@exam\u200bple.org",
        "alice@example..org",
        "@example.org",
        "alice@",
    ],
)
def test_addresses_that_hide_another_are_none(value: str) -> None:
    assert ours(f"From: {value}\n\nhi".encode()) == ""
