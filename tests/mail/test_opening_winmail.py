"""winmail.dat, made here byte by byte."""

import base64
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.mail import limits, tnef
from supportbox.mail.parse import parse


def attribute(name: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", 1, name, 0, len(value)) + value + b"\0\0"


def words(name: int, text: str) -> bytes:
    coded = text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, name, 1, len(coded)) + coded + b"\0" * (-len(coded) % 4)


def properties(*those: bytes) -> bytes:
    named = struct.pack("<HH16sII", 0x03, 0x8001, b"guid", 0, 7) + struct.pack("<I", 5)
    return struct.pack("<I", len(those) + 2) + struct.pack("<HHI", 0x0B, 0x0E1F, 1) + named + b"".join(those)


WINMAIL = (
    b"\x78\x9f\x3e\x22\x01\x00"
    + attribute(0x9007, struct.pack("<II", 1252, 0))
    + attribute(0x800C, "Grüße aus Outlook\0".encode("cp1252"))
    + attribute(0x9003, properties(words(0x1013, "<p>Grüße aus Outlook</p>")))
    + attribute(0x9002, b"")
    + attribute(0x8010, b"BERICH~1.PDF\0")
    + attribute(0x800F, b"%PDF")
    + attribute(0x9005, properties(words(0x3707, "Bericht März.pdf"), words(0x370E, "application/pdf")))
    + attribute(0x9002, b"")
    + attribute(0x8010, b"plain.txt\0")
    + attribute(0x800F, b"text")
)


def enclosed(data: bytes, body: bytes = b"") -> bytes:
    return (
        b"From: cleo@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        + body
        + b"\r\n--b\r\n"
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(data)
        + b"--b--"
    )


def test_files_and_words_take_the_place_of_winmail() -> None:
    read = parse(enclosed(WINMAIL))
    assert [(file.filename, file.content_type, file.content) for file in read.enclosures] == [
        ("Bericht März.pdf", "application/pdf", b"%PDF"),
        ("plain.txt", "application/octet-stream", b"text"),
    ]
    assert read.text == "Grüße aus Outlook" and read.html == "<p>Grüße aus Outlook</p>"


def test_words_of_the_letter_come_first() -> None:
    assert parse(enclosed(WINMAIL, b"Seen by all")).text == "Seen by all"


def test_what_is_no_winmail_stays_a_file() -> None:
    assert [file.filename for file in parse(enclosed(b"something else")).enclosures] == ["winmail.dat"]


def test_too_many_files_are_refused() -> None:
    with pytest.raises(limits.LimitBroken):
        tnef.opened(WINMAIL + attribute(0x9002, b"") * limits.PARTS)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(WINMAIL)), st.binary(max_size=12))
def test_damage_never_raises(at: int, junk: bytes) -> None:
    assert tnef.opened(b"\x78\x9f\x3e\x22" + (WINMAIL[:at] + junk + WINMAIL[at + len(junk) :])[4:]) is not None
