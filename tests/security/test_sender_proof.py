"""Who sent a letter is what our own server says in Authentication-Results, whatever else stands in the letter."""

import pytest

from supportbox.mail import authentication
from supportbox.mail.parse import parse

SERVERS = frozenset(("mx.shop.example",))
OURS = "mx.shop.example; spf=fail; dkim=none; dmarc=fail (p=REJECT) header.from=shop.example"
PASS = "mx.shop.example; dmarc=pass header.from=shop.example; dkim=pass header.d=shop.example"


def header(value: str, name: str = "Authentication-Results") -> str:
    return f"{name}: {value}\n"


# Nothing of ours in them: whoever wrote them is not our server.
NOT_OURS = [
    header(value)
    for value in (
        "mx.shop.example.evil.test; dmarc=pass",
        "evil.test; dmarc=pass",
        "xmx.shop.example; dmarc=pass",
        "mx.shop.examp1e; dmarc=pass",
        "mx.shop.ехample; dmarc=pass",
        "mx-shop.example; dmarc=pass",
        "shop.example; dmarc=pass",
        "; dmarc=pass",
        "dmarc=pass",
        "dmarc=pass; mx.shop.example",
        "evil.test (mx.shop.example); dmarc=pass",
        "(mx.shop.example; dmarc=pass)",
        '"mx.shop.example" evil.test; dmarc=pass',
        "evil.test; mx.shop.example; dmarc=pass",
        "=?utf-8?q?mx.shop.example?=.evil.test; dmarc=pass",
        "mx.shop.example, evil.test; dmarc=pass",
        "mx.shop.example/1; dmarc=pass",
        "evil.test\n mx.shop.example; dmarc=pass",
        ";mx.shop.example; dmarc=pass",
        "mx.shop.example@evil.test; dmarc=pass",
    )
] + [
    header(PASS, name)
    for name in (
        "X-Authentication-Results",
        "ARC-Authentication-Results",
        "Authentication-Results-Original",
        "Authentication_Results",
        "Original-Authentication-Results",
        "X-Original-Authentication-Results",
    )
]
# Below ours, as a letter's own headers always are.
BELOW = [
    header(OURS) + header(PASS),
    header(OURS) + header(PASS) * 50,
    header(OURS) + "Received: from mx.shop.example by mx.shop.example\n" + header(PASS),
    header(OURS) + header(PASS.upper()),
    header(OURS.replace("; ", ";\n\t")) + header(PASS),
    header("elsewhere.example; dmarc=pass") + header(OURS),
]
# In ours: what senders choose (an envelope address, a selector) and servers repeat.
WITHIN = [
    header(f"mx.shop.example; {value}")
    for value in (
        'spf=none (mx: domain of "a); dmarc=pass (x"@evil.test) smtp.mailfrom=x@evil.test; dmarc=fail',
        'spf=none smtp.mailfrom="a; dmarc=pass "@evil.test; dmarc=fail header.from=shop.example',
        "spf=pass ((a) ; dmarc=pass) smtp.mailfrom=x@evil.test; dmarc=fail",
        "spf=pass (a (b (c; dmarc=pass))) ; dmarc=none",
        'spf=none (domain of "a); dmarc=pass (x"@evil.test; dmarc=fail header.from=shop.example',
        r"spf=pass (a\) ; dmarc=pass) ; dmarc=fail",
        "dmarc=pass header.from=evil.test",
        "dmarc=pass header.from=evil.test; dkim=pass header.d=evil.test",
        "dkim=pass header.d=evil.test header.from=shop.example",
        "dkim=pass header.d=shop.example.evil.test",
        'dkim=pass header.i="ada@shop.example"@evil.test',
        "dkim=fail header.d=shop.example; dmarc=fail",
        "dmarc=passed",
        "dmarc =fail; xdmarc=pass",
    )
]
CHAINS = NOT_OURS + BELOW + WITHIN


def test_there_are_enough_chains_and_a_true_one_is_believed() -> None:
    assert len(CHAINS) >= 40
    for value in (PASS, "mx.shop.example 1; dkim=pass (1024-bit key) header.i=@shop.example", PASS.upper()):
        read = authentication.read(parse(f"{header(value)}From: ada@shop.example\n\nhi".encode()), SERVERS)
        assert read.is_aligned_with("shop.example")


@pytest.mark.parametrize("chain", CHAINS)
def test_authres_that_is_forged_proves_nothing(chain: str) -> None:
    letter = parse(f"{chain}From: Ada <ada@shop.example>\nTo: support@shop.example\n\nhi".encode())
    read = authentication.read(letter, SERVERS)
    assert read.dmarc != "pass" and not read.is_aligned_with("shop.example")


@pytest.mark.parametrize(
    "sender", ["From: ada@shop.example\nFrom: eve@evil.test", "From: ada@shop.example, eve@evil.test"]
)
def test_authres_proves_nothing_about_two_senders(sender: str) -> None:
    read = authentication.read(parse(f"{header(PASS)}{sender}\n\nhi".encode()), SERVERS)
    assert read.dmarc == "fail" and not read.is_aligned_with("shop.example")


def test_a_server_that_says_something_unreadable_says_no() -> None:
    for value in ('mx.shop.example; spf=none smtp.mailfrom="a; dmarc=pass', "mx.shop.example; dmarc=pass (x"):
        assert (
            authentication.read(parse(f"{header(value)}From: a@shop.example\n\nhi".encode()), SERVERS).dmarc == "fail"
        )
