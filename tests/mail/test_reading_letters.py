"""What parse makes of structures, bodies and files that golden letters do not show."""

import hashlib

import pytest

from supportbox.mail import limits
from supportbox.mail.letter import Address
from supportbox.mail.parse import glimpse, parse

HEAD = b"From: cleo@example.org\r\nSubject: x\r\n"


def letter(body: bytes, content_type: bytes = b"text/plain; charset=utf-8", extra: bytes = b"") -> bytes:
    return HEAD + b"Content-Type: " + content_type + b"\r\n" + extra + b"\r\n" + body


def nested(depth: int) -> bytes:
    inside = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return HEAD + inside + b"\r\ninnermost\r\n"


def mixed(parts: int) -> bytes:
    return letter(b"--b\r\n\r\nx\r\n" * parts + b"--b--", b"multipart/mixed; boundary=b")


@pytest.mark.parametrize(
    ("name", "just_right", "too_much"),
    [
        ("depth", nested(limits.DEPTH), nested(limits.DEPTH + 1)),
        ("parts", mixed(limits.PARTS - 1), mixed(limits.PARTS)),
        (
            "one header",
            letter(b"", extra=b"X: %b\r\n" % (b"a" * 65_000)),
            letter(b"", extra=b"X: %b\r\n" % (b"a" * 66_000)),
        ),
        ("headers", letter(b"", extra=b"X: 12345\r\n" * 26_000), letter(b"", extra=b"X: 12345\r\n" * 27_000)),
        ("text", letter(b"a" * limits.TEXT_CHARS), letter(b"a" * (limits.TEXT_CHARS + 1))),
        (
            "addresses",
            letter(b"", extra=b"Cc: " + b"a@b.c," * 200 + b"\r\n"),
            letter(b"", extra=b"Cc: " + b"a@b.c," * 201 + b"\r\n"),
        ),
    ],
)
def test_caps_hold_to_the_byte(name: str, just_right: bytes, too_much: bytes) -> None:
    assert parse(just_right).subject == "x"
    with pytest.raises(limits.LimitBroken):
        parse(too_much)
    seen = glimpse(too_much, "too much")
    assert (seen.sender, seen.subject, seen.text, seen.defects) == (Address("cleo@example.org"), "x", "", ("too much",))


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_line_ends_of_every_kind(end: bytes) -> None:
    raw = letter(b"--b\r\n\r\none\r\ntwo\r\n--b--\r\n", b"multipart/mixed; boundary=b").replace(b"\r\n", end)
    assert parse(raw).text == "one\ntwo"


def test_a_binary_file_keeps_its_bytes() -> None:
    data = bytes(range(256)) * 2
    body = (
        b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        + data
        + b"\r\n--b--"
    )
    assert parse(letter(body, b"multipart/mixed; boundary=b")).enclosures[0].content == data


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"base64", b"SGVsbG8s\r\n IHd vcmxk"),
        (b"BASE64 ", b"SGVsbG8s\r\nIHdvcmxk\r\n"),
        (b"base64", b"SGVsbG8=\r\nLCB3b3JsZA=="),
        (b"quoted-printable", b"Hello,=20wor=\r\nld"),
        (b"Quoted Printable", b"Hello=2C world"),
        (b"8bit; foo", b"Hello, world"),
        (b"7-bit", b"Hello, world"),
        (b"x-uuencode", b"begin 644 x.txt\r\n,2&5L;&\\L('=O<FQD\r\n`\r\nend\r\n"),
        (b"\xe9", b"Hello, world"),
    ],
)
def test_transfer_encodings(encoding: bytes, body: bytes) -> None:
    raw = letter(body, extra=b"Content-Transfer-Encoding: " + encoding + b"\r\n")
    assert parse(raw).text.strip() == "Hello, world"


def test_a_line_that_is_no_header_neither_hides_headers_nor_words() -> None:
    raw = b"From: cleo@example.org\r\nSubject: long\r\nlost fold\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>"
    assert (parse(raw).subject, parse(raw).text) == ("long lost fold", "Hi")
    unseparated = b"From: cleo@example.org\r\nSubject: x\r\nHello there,\r\n\r\nsecond paragraph"
    assert parse(unseparated).text == "Hello there,\n\nsecond paragraph"


def test_boundaries_that_look_alike_are_told_apart() -> None:
    body = (
        b"--b\r\nContent-Type: multipart/alternative; boundary=b-1\r\n\r\n--b-1\r\n\r\nplain\r\n--b-1\r\n"
        b"Content-Type: text/html\r\n\r\n<i>rich</i>\r\n--b-1--\r\n"
        b"--b\r\nContent-Type: image/gif; name=a.gif\r\n\r\nGIF\r\n--b--"
    )
    read = parse(letter(body, b"multipart/mixed; boundary=b"))
    assert (read.text, read.html, [file.filename for file in read.enclosures]) == ("plain", "<i>rich</i>", ["a.gif"])


def test_words_around_a_picture_are_all_read() -> None:
    body = b"--b\r\n\r\nbefore\r\n--b\r\nContent-Type: image/gif\r\n\r\nG\r\n--b\r\n\r\nafter\r\n--b--"
    assert parse(letter(body, b"multipart/mixed; boundary=b")).text == "before\n\nafter"


def test_ids_and_recipients() -> None:
    raw = (
        b"From: a@example.org\r\nMessage-ID: bare@example.org\r\n"
        b"In-Reply-To: Your letter of Monday <one@example.org>\r\n"
        b"References: <zero@example.org>\r\n\t<one@example.org> junk <zero@example.org>\r\nTo: b@example.org\r\n"
        b"Delivered-To: support+1.x@example.org\r\nEnvelope-To: b@example.org\r\n"
        b"Date: Sun, 1 Mar 2026 10:12:00 +0100\r\n\r\nhi"
    )
    read = parse(raw)
    assert read.message_id == "<bare@example.org>"
    assert read.in_reply_to == "<one@example.org>"
    assert read.references == ("<zero@example.org>", "<one@example.org>")
    assert read.recipients == ("b@example.org", "support+1.x@example.org")
    assert read.date is not None and read.date.isoformat() == "2026-03-01T09:12:00+00:00"
    assert read.sha256 == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    "date", [b"yesterday", b"Mon, 99 Foo 2026", b"1 Jan 0000 00:00:00 +9999", b"31 Dec 9999 23:00:00 -2300", b"\xff"]
)
def test_bad_dates_are_none_and_noted(date: bytes) -> None:
    read = parse(b"From: a@b.c\r\nDate: " + date + b"\r\n\r\nhi")
    assert read.date is None and "the date cannot be read" in read.defects


def test_the_same_words_sent_another_way_have_the_same_hash() -> None:
    one = letter("Grüße,  Cleo\r\n".encode())
    other = letter(b"Gr=C3=BC=C3=9Fe, Cleo", extra=b"Content-Transfer-Encoding: quoted-printable\r\nX-Other: 1\r\n")
    third = letter("Grüße, Dot".encode())
    assert parse(one).body_hash == parse(other).body_hash != parse(third).body_hash


def test_html_with_large_pictures_inside_is_still_read() -> None:
    body = b"<p>Look:</p><img src='data:image/png;base64," + b"QUJD" * 400_000 + b"'><p>Bye</p>"
    assert parse(letter(body, b"text/html")).text == "Look:\n\nBye"


def test_a_plain_part_that_only_points_at_the_html_is_not_the_letter() -> None:
    rich = b"<p>" + b"My order has not arrived. " * 20 + b"</p>"
    parts = (
        b"--b\r\n\r\nYour mail program cannot show HTML.\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        + rich
        + b"\r\n--b--"
    )
    assert parse(letter(parts, b"multipart/alternative; boundary=b")).text.startswith("My order")
    short = parts.replace(rich, b"<p>Your mail program cannot show HTML.</p>")
    assert parse(letter(short, b"multipart/alternative; boundary=b")).text.startswith("Your mail")


def test_a_letter_of_a_thousand_senders_is_glimpsed() -> None:
    raw = b"Subject: x\r\n" + b"From: a@example.org\r\n" * 1000 + b"\r\nhi"
    with pytest.raises(limits.LimitBroken):
        parse(raw)
    assert glimpse(raw, "too many").sender == Address("a@example.org")
