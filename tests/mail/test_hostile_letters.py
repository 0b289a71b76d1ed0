"""Letters made to hurt: none raises, none garbles, none costs more than its length."""

import json
import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.mail.report import describe
from tests.mail.bless import LETTERS

HEAD = b"From: a@example.org\r\nTo: b@example.org\r\n"
GROWS = 2.5
TOO_QUICK_TO_MEASURE = 0.03
MOST_SECONDS = 2.0


def body(content_type: bytes, data: bytes) -> bytes:
    return HEAD + b"Content-Type: " + content_type + b"; charset=utf-8\r\n\r\n" + data


def field(name: bytes, value: bytes) -> bytes:
    return HEAD + name + b": " + value + b"\r\n\r\nhi"


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "blank lines": lambda n: body(b"text/plain", b"\n" * (15_000 * n)),
    "dashes": lambda n: body(b"text/plain", b"-" * (100_000 * n)),
    "brackets": lambda n: body(b"text/plain", b"(" * (400_000 * n)),
    "quoted lines": lambda n: body(b"text/plain", b"> quoted\n" * (25_000 * n)),
    "openings of quotes": lambda n: body(b"text/plain", b"On " * (10_000 * n) + b"wrote:"),
    "openings of quotes on lines": lambda n: body(
        b"text/plain", b"On Monday, Desk <a@b.example> wrote:\n" * (2_000 * n)
    ),
    "closed divs": lambda n: body(b"text/html", b"<div>" * (10_000 * n) + b"x" + b"</div>" * (10_000 * n)),
    "spaces": lambda n: body(b"text/plain", b" " * (300_000 * n) + b"x"),
    "flowed": lambda n: body(b"text/plain; format=flowed", b"> \n" * (60_000 * n)),
    "semicolons": lambda n: field(b"Content-Type", b"text/plain" + b";" * (30_000 * n)),
    "parameters": lambda n: field(b"Content-Type", b"text/plain" + b';a="' * (7_000 * n)),
    "continued parameters": lambda n: field(
        b"Content-Type", b"a/b" + b"".join(b";a*%d*=x" % i for i in range(3_000 * n))
    ),
    "encoded words": lambda n: field(b"Subject", b"=?utf-8?q?a?= " * (2_000 * n)),
    "unclosed words": lambda n: field(b"Subject", b"=?utf-8?q?" * (3_000 * n)),
    "comments in To": lambda n: field(b"Cc", b"(" * (30_000 * n)),
    "quotes in To": lambda n: field(b"Cc", b'"a' * (15_000 * n)),
    "escapes in To": lambda n: field(b"Cc", b'a\\"' * (10_000 * n)),
    "commas in To": lambda n: field(b"Cc", b"," * (30_000 * n)),
    "references": lambda n: field(b"References", b"<" * (30_000 * n)),
    "dates": lambda n: field(b"Date", b"1 " * (15_000 * n)),
    "junk in the header": lambda n: b"x\n" * (30_000 * n) + b"Subject: y\n\nhi",
    "many headers": lambda n: b"a:b\n" * (15_000 * n) + b"\nhi",
    "nested parts": lambda n: (
        HEAD + b"".join(b"Content-Type: multipart/a; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(500 * n))
    ),
    "flat parts": lambda n: body(b"multipart/mixed; boundary=b", b"--b\r\n\r\n" * (50_000 * n)),
    "no boundary": lambda n: body(b"multipart/mixed", (b"--x" + b" " * 190 + b"\r\n") * (2_000 * n)),
    "base64": lambda n: field(b"Content-Transfer-Encoding", b"base64") + b"=A" * (150_000 * n),
    "quoted-printable": lambda n: field(b"Content-Transfer-Encoding", b"quoted-printable") + b"=" * (300_000 * n),
    "uuencode": lambda n: (
        field(b"Content-Transfer-Encoding", b"x-uuencode") + b"\nbegin 644 x\n" + b"M\n" * (60_000 * n)
    ),
    "divs": lambda n: body(b"text/html", b"<div>" * (10_000 * n)),
    "open tags": lambda n: body(b"text/html", b"<a " * (100_000 * n)),
    "open quotes": lambda n: body(b"text/html", b'<a ">' * (50_000 * n)),
    "open comments": lambda n: body(b"text/html", b"<!--" * (60_000 * n)),
    "ampersands": lambda n: body(b"text/html", b"&" * (200_000 * n)),
    "references to characters": lambda n: body(b"text/html", b"&#" + b"9" * (200_000 * n) + b";"),
    "styles left open": lambda n: body(
        b"text/html", b"".join(b"<p><b id=%d>x" % i for i in range(150)) + b"<p>x" * (5_000 * n)
    ),
    "wrong utf-7": lambda n: body(b"text/plain; charset=utf-7", b"+2AA-" * (50_000 * n)),
    "unlabelled bytes": lambda n: HEAD + b"\r\n" + bytes(range(128, 256)) * (1_500 * n),
    "a bounce of errors": lambda n: (
        HEAD + b"Return-Path: <>\r\nSubject: undeliverable\r\n\r\n" + b"5.5.5\nDate: account " * (2_000 * n)
    ),
}


def seconds(raw: bytes) -> float:
    taken = []
    for _ in range(2):
        start = time.process_time()
        describe(raw)
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("name", HOSTILE)
def test_cost_grows_with_length_and_no_faster(name: str) -> None:
    make = HOSTILE[name]
    describe(make(1)[:2000])
    for _ in range(3):
        once, twice = seconds(make(1)), seconds(make(2))
        if twice < TOO_QUICK_TO_MEASURE or twice <= GROWS * once:
            break
    else:
        pytest.fail(f"{once:.3f} s became {twice:.3f} s")
    assert twice < MOST_SECONDS


def is_sound(reading: dict[str, object]) -> bool:
    """Whether it can be stored and shown as it is."""
    written = json.dumps(reading, ensure_ascii=False)
    written.encode("utf-8")
    named = [str(reading[key]) for key in ("subject", "from", "from_name", "message_id")]
    return "\\u0000" not in written and not any(
        char < " " or char in "\u202e\u2066\u200f" for text in named for char in text
    )


GOLDEN = [path.read_bytes() for path in sorted(LETTERS.glob("*.eml"))]
JUNK = [
    b"\0",
    b"\r",
    b"\n\n",
    b"\xff\xfe",
    b"=?utf-8?B?",
    b"?=",
    b"--",
    b'"',
    b"<",
    b"Content-Type: multipart/mixed; boundary=\n",
    b"charset=idna",
    b"\x1b$B",
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(GOLDEN), st.integers(0, 2**32))
def test_damaged_letters_are_read_as_far_as_they_can_be(raw: bytes, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(raw) + 1)
        cut = chance.choice((0, 0, 1, 7, 200))
        raw = raw[:at] + chance.choice(JUNK) + raw[at + cut :]
    assert is_sound(describe(raw))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_letter(raw: bytes) -> None:
    assert is_sound(describe(raw))
    assert is_sound(describe(b"Content-Type: text/html; charset=utf-8\nSubject: " + raw))
