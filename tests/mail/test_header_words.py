"""RFC 2047 words, addresses and parameters, right and wrong."""

import pytest

from supportbox.mail import addresses, encoded_words, limits, parameters
from supportbox.mail.letter import Address


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (b"plain words", "plain words"),
        (b"=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"),
        (b"=?UTF-8?B?w6k=?= =?utf-8?b?w6g=?=", "éè"),
        (b"=?utf-8?B?4pyT4p?=", "✓\N{REPLACEMENT CHARACTER}"),
        (b"=?utf-8?Q?=F0=9F?= =?utf-8?Q?=8E=89?=", "🎉"),
        (b"a =?utf-8?Q?b?= c", "a b c"),
        (b"=?iso-8859-1?Q?=93quoted=94?=", "“quoted”"),
        (b"=?bogus-8?Q?=E4?=", "ä"),
        (b"=?utf-8?Q?never closed", "never closed"),
        ("raw Straße".encode(), "raw Straße"),
        ("raw Straße".encode("latin-1"), "raw Straße"),
        (b"=?utf-8?Q?Hello=0D=0ABcc:_x@example.net?=", "Hello Bcc: x@example.net"),
        ("\u202ereversed\u2066".encode(), "reversed"),
        (b"a\x00b\x07c", "a b c"),
        (b"=?us-ascii*en?Q?tagged?=", "tagged"),
    ],
)
def test_words_of_a_header(value: bytes, read: str) -> None:
    assert encoded_words.decode(value) == read


def test_raw_words_are_in_the_charset_of_the_body() -> None:
    assert encoded_words.decode("件名".encode("gb2312"), "gb2312") == "件名"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"cleo@example.org", [Address("cleo@example.org")]),
        (b"Cleo <Cleo@Example.ORG>", [Address("Cleo@example.org", "Cleo")]),
        (
            b'"Martin, Cleo" <cleo@example.org>, dot@example.org',
            [Address("cleo@example.org", "Martin, Cleo"), Address("dot@example.org")],
        ),
        (b"=?utf-8?Q?Martin=2C_Cleo?= <cleo@example.org>", [Address("cleo@example.org", "Martin, Cleo")]),
        (b"cleo@example.org (Cleo (the first) Martin)", [Address("cleo@example.org", "Cleo (the first) Martin")]),
        (b"Pete(A nice chap) <pete(his account)@silly.test(his host)>", [Address("pete@silly.test", "Pete")]),
        (
            b"Friends: a@example.org, B <b@example.org>;, c@example.org",
            [Address("a@example.org"), Address("b@example.org", "B"), Address("c@example.org")],
        ),
        (b"undisclosed-recipients:;", []),
        (b"<@relay.example:cleo@example.org>", [Address("cleo@example.org")]),
        (b"jdoe@test   . example", [Address("jdoe@test.example")]),
        (b'"unterminated <cleo@example.org>', [Address("cleo@example.org", "unterminated")]),
        (b"MAILER-DAEMON", []),
        (b"<>", []),
        (b"cleo@example.org <cleo@example.org>", [Address("cleo@example.org", "cleo@example.org")]),
        (b'"alice@example.org" <bob@evil.test>', [Address("bob@evil.test", "alice@example.org")]),
    ],
)
def test_addresses(value: bytes, found: list[Address]) -> None:
    assert addresses.read(value) == found


@pytest.mark.parametrize(
    "value",
    [
        b"alice@example.org)bob@evil.test",
        b"alice@example.org(x)bob@evil.test",
        b"<alice@example.org> <bob@evil.test>",
        b"alice@example.org <bob@evil.test>",
        b"<bob@evil.test>@example.org",
        b'bob@evil.test"Cleo',
        b"alice@example.org@evil.test",
        b'"alice@example.org>"@evil.test@x',
        "alice@example.org\u200b".encode(),
        b"alice @example.org bob@evil.test",
    ],
)
def test_what_two_readers_could_read_differently_is_nobody(value: bytes) -> None:
    assert addresses.read(value) == []


def test_too_many_addresses_are_refused() -> None:
    many = b", ".join(b"a%d@example.org" % number for number in range(limits.ADDRESSES + 1))
    with pytest.raises(limits.LimitBroken, match="addresses"):
        addresses.read(many)
    assert len(addresses.read(many.rpartition(b",")[0])) == limits.ADDRESSES


@pytest.mark.parametrize(
    ("value", "params"),
    [
        (b'x/y; name="a;b.txt"', {"name": "a;b.txt"}),
        (b"x/y; name=My File.pdf", {"name": "My File.pdf"}),
        (b"x/y; charset=us-ascii (Plain text)", {"charset": "us-ascii"}),
        (b"x/y; filename*=utf-8'fr'%C3%A9t%C3%A9.txt", {"filename": "été.txt"}),
        (b"x/y; filename*1*=b.txt; filename*0*=iso-8859-1''%E9", {"filename": "éb.txt"}),
        (b'x/y; filename*0="a"; filename*1="b"', {"filename": "ab"}),
        (b'x/y; filename="=?utf-8?Q?=C3=A9?="', {"filename": "é"}),
        (b"x/y; filename=\"plain.txt\"; filename*=utf-8''b%C3%A9.txt", {"filename": "bé.txt"}),
        (b"x/y;;;=;a", {}),
    ],
)
def test_parameters(value: bytes, params: dict[str, str]) -> None:
    assert parameters.split(value) == ("x/y", params)
