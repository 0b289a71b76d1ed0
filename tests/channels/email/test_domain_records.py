"""SPF, DKIM and DMARC against a real DNS server: each state has its sentence, and the exact record that mends it."""

import time
from collections.abc import Sequence

import pytest

from supportbox.channels.email.domain import SENTENCES, check_domain
from supportbox.channels.email.finding import Finding
from supportbox.channels.email.resolving import Dns
from supportbox.errors import Refused
from supportbox.mail.dkim_signature import signed_by
from tests.nameserver import NameServer

GOOGLE = "smtp.gmail.com"
GOOD = {
    "shop.test": ["site-verification=1", "v=spf1 include:_spf.google.com ~all"],
    "google._domainkey.shop.test": ["v=DKIM1; k=rsa; p=" + "MIIB" * 100],
    "_dmarc.shop.test": ["v=DMARC1; p=quarantine; rua=mailto:x@shop.test"],
}


def check(
    records: dict[str, list[str]], host: str = GOOGLE, selectors: Sequence[str] = (), domain: str = "shop.test"
) -> dict[str, Finding]:
    with NameServer(records) as server:
        found = check_domain(domain, smtp_host=host, selectors=selectors, dns=Dns(server.place))
    assert all(one.sentence in SENTENCES and (not one.fix or one.fix in SENTENCES) for one in found)
    assert all("%(" not in text for one in found for text in one.in_english())
    return {one.kind: one for one in found}


def test_all_is_well() -> None:
    found = check(GOOD)
    assert {kind: one.colour for kind, one in found.items()} == {"spf": "green", "dkim": "green", "dmarc": "green"}
    assert "lets Google send" in found["spf"].in_english()[0]
    assert "the key google" in found["dkim"].in_english()[0]
    assert "p=quarantine" in found["dmarc"].in_english()[0]


@pytest.mark.parametrize(
    ("texts", "host", "colour", "words", "record"),
    [
        ([], GOOGLE, "red", "no SPF record", "v=spf1 include:_spf.google.com ~all"),
        ([], "smtp.host.test", "red", "no SPF record", "v=spf1 mx a:smtp.host.test ~all"),
        ([], "127.0.0.1", "red", "no SPF record", "v=spf1 mx ~all"),
        (["v=spf1 mx -all", "v=spf1 a ~all"], "", "red", "2 SPF records", "v=spf1 a mx ~all"),
        (["v=spf1 mx +all"], "", "red", "every server of the world", "v=spf1 mx ~all"),
        (["v=spf1 mx all"], "", "red", "every server of the world", "v=spf1 mx ~all"),
        (["v=spf1 mx -all"], GOOGLE, "amber", "does not name Google", "v=spf1 mx include:_spf.google.com ~all"),
        (["v=spf1 mx"], "", "amber", "has no end", "v=spf1 mx ~all"),
        (["v=spf1 include:a.test -all"], GOOGLE, "green", "lets Google send", ""),
        (["v=spf1 redirect=a.test"], GOOGLE, "green", "lets Google send", ""),
        (["v=spf1 mx -all"], "smtp.host.test", "green", "Whether it means smtp.host.test", ""),
        (["v=spf1 " + "a:x.test " * 11 + "-all"], "", "red", "ask DNS 11 times", ""),
        (["v=spf1 include:loop.test -all"], "", "green", "has a record", ""),
    ],
)
def test_spf(texts: list[str], host: str, colour: str, words: str, record: str) -> None:
    others = {"a.test": ["v=spf1 include:_spf.google.com -all"], "loop.test": ["v=spf1 include:loop.test -all"]}
    found = check({"shop.test": texts, **others}, host)["spf"]
    assert (found.colour, found.record) == (colour, record)
    assert words in found.in_english()[0] and (found.colour == "green" or found.in_english()[1])
    assert not record or found.name == "shop.test"


@pytest.mark.parametrize(
    ("records", "host", "seen", "colour", "words"),
    [
        (
            {"odd._domainkey.shop.test": ["v=DKIM1; p=AAAA"]},
            "",
            ["odd"],
            "green",
            "signed for shop.test with the key",
        ),
        ({}, "", ["odd"], "red", "DNS does not know"),
        ({"odd._domainkey.shop.test": ["p=AAAA"]}, "", [], "amber", "under a name that we do not know"),
        ({"mail._domainkey.shop.test": ["p=AAAA"]}, "", [], "green", "the key mail"),
        ({"mail._domainkey.shop.test": ["v=DKIM1; p="]}, "", [], "amber", "withdrawn"),
        ({"mail._domainkey.shop.test": ["hello"]}, "", [], "amber", "under a name that we do not know"),
        ({}, GOOGLE, [], "amber", "seems to publish no DKIM key"),
        ({}, "", [], "amber", "seems to publish no DKIM key"),
    ],
)
def test_dkim(records: dict[str, list[str]], host: str, seen: list[str], colour: str, words: str) -> None:
    found = check({"shop.test": ["v=spf1 -all"], **records}, host, seen)["dkim"]
    assert found.colour == colour and words in found.in_english()[0]
    assert found.colour == "green" or found.in_english()[1]


def test_the_name_of_the_key_is_told_where_the_provider_is_known() -> None:
    assert "google._domainkey.shop.test" in check({"shop.test": []})["dkim"].in_english()[1]


@pytest.mark.parametrize(
    ("records", "domain", "colour", "words", "record"),
    [
        ({}, "shop.test", "amber", "no DMARC record", "v=DMARC1; p=none"),
        ({"_dmarc.shop.test": ["v=DMARC1;p=none"]}, "shop.test", "green", "let everything through", ""),
        ({"_dmarc.shop.test": ["v=DMARC1; p = reject"]}, "help.shop.test", "green", "p=reject", ""),
        ({"_dmarc.shop.test": ["v=DMARC1; p=reject", "v=DMARC1; p=none"]}, "shop.test", "red", "more than one",
         "v=DMARC1; p=none"),
        ({"_dmarc.shop.test": ["v=DMARC1; rua=mailto:x@y.test"]}, "shop.test", "red", "no policy", "v=DMARC1; p=none"),
    ],
)  # fmt: skip
def test_dmarc(records: dict[str, list[str]], domain: str, colour: str, words: str, record: str) -> None:
    found = check({"shop.test": [], "help.shop.test": [], **records}, domain=domain)["dmarc"]
    assert (found.colour, found.record) == (colour, record) and words in found.in_english()[0]
    assert not record or found.name == "_dmarc.shop.test"


def test_a_domain_that_does_not_exist() -> None:
    found = check({"other.test": []})
    assert (
        list(found) == ["dns"]
        and found["dns"].colour == "red"
        and "no domain shop.test" in found["dns"].in_english()[0]
    )


def test_dns_that_fails_or_is_mute_is_told_from_missing_records_and_takes_seconds_only() -> None:
    with NameServer(GOOD, fails=True) as failing, NameServer(GOOD, is_mute=True) as mute:
        for server in (failing, mute):
            begun = time.monotonic()
            (found,) = check_domain("shop.test", dns=Dns(server.place))
            assert found.colour == "amber" and "gave no answer" in found.in_english()[0]
            assert time.monotonic() - begun < 8


def test_names_for_examples_are_not_asked_for() -> None:
    (found,) = check_domain("Demo.Example.")
    assert found.colour == "green" and found.in_english()[0].startswith("demo.example is a name for examples")


def test_what_is_kept_can_be_read_again() -> None:
    found = check({"shop.test": []})["spf"]
    assert Finding.from_values(found.as_values()) == found


def test_impossible_names_are_told() -> None:
    assert check(GOOD, domain="a" * 70 + ".test")["dns"].colour == "red"
    with pytest.raises(Refused, match="no address of a DNS server"):
        Dns("nonsense")


def test_signatures_are_read_from_folded_headers_and_not_from_the_body() -> None:
    raw = (
        b"Received: x\r\nDKIM-Signature: v=1; a=rsa-sha256; d=Shop.test;\r\n\ts=odd\r\n ; h=from; b=AA=\r\n"
        b"dkim-signature: d=relay.test; s=k1; b=BB\r\nSubject: x\r\n\r\nDKIM-Signature: d=evil.test; s=evil\r\n"
    )
    assert signed_by(raw) == [("shop.test", "odd"), ("relay.test", "k1")]
    assert signed_by(b"DKIM-Signature: d=a b/../c; s=;\r\n\r\n") == []
