"""Letters that somebody wrote to do harm, or that a broken program wrote by accident: a maker for each kind."""

import base64
import random
from collections.abc import Callable

from bench.torture.desk import ADDRESS

Maker = Callable[[random.Random], bytes]
KINDS: dict[str, Maker] = {}
_HEAD = b"From: Mallory <mallory@bad.example>\r\nTo: " + ADDRESS.encode() + b"\r\n"


def _kind(make: Maker) -> Maker:
    KINDS[make.__name__.strip("_").replace("_", "-")] = make
    return make


def letters(count: int, seed: int) -> list[tuple[str, bytes]]:
    """So many of them, all kinds by turns, no two the same; each with the name of its kind."""
    dice = random.Random(seed)
    makers = list(KINDS.items())
    made = []
    for number in range(count):
        name, make = makers[number % len(makers)]
        made.append((name, b"X-Number: %d.%d\r\n" % (seed, number) + make(dice)))
    return made


@_kind
def _too_many_addresses(dice: random.Random) -> bytes:
    many = b", ".join(b"a%d@bad.example" % number for number in range(dice.choice([201, 2_000, 16_000])))
    return b"From: mallory@bad.example\r\nTo: " + many + b"\r\nSubject: all\r\n\r\nHello\r\n"


@_kind
def _nested_parts(dice: random.Random) -> bytes:
    depth = dice.choice([21, 100, 1000])
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (one, one) for one in range(depth)
    )
    return _HEAD + b"MIME-Version: 1.0\r\n" + opening + b"\r\nHello\r\n"


@_kind
def _nested_letters(dice: random.Random) -> bytes:
    return _HEAD + b"Content-Type: message/rfc822\r\n\r\n" * dice.choice([21, 200, 1000]) + b"Hello\r\n"


@_kind
def _very_many_parts(dice: random.Random) -> bytes:
    parts = b"--b\r\n\r\nx\r\n" * dice.choice([201, 5_000, 60_000])
    return _HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


@_kind
def _endless_parameters(dice: random.Random) -> bytes:
    return _HEAD + b"Content-Type: text/plain" + b";a=" * dice.choice([10_000, 80_000]) + b"\r\n\r\nHello\r\n"


@_kind
def _semicolons(dice: random.Random) -> bytes:
    return _HEAD + b"Content-Type: text/plain" + b";" * 60_000 + b"\r\n\r\nHello\r\n"


@_kind
def _encoded_words(dice: random.Random) -> bytes:
    return (
        _HEAD + b"Subject: " + b"\r\n ".join([b"=?utf-8?q?a?="] * dice.choice([2_000, 20_000])) + b"\r\n\r\nHello\r\n"
    )


@_kind
def _open_brackets(dice: random.Random) -> bytes:
    return b"From: mallory@bad.example\r\nTo: " + b"(" * 20_000 + b"\r\nSubject: x\r\n\r\nHello\r\n"


@_kind
def _bytes_of_chance(dice: random.Random) -> bytes:
    return dice.randbytes(dice.randrange(1, 5_000))


@_kind
def _nothing(dice: random.Random) -> bytes:
    return b"\r\n"


@_kind
def _headers_alone(dice: random.Random) -> bytes:
    return _HEAD + b"Subject: only"


@_kind
def _charset_of_nobody(dice: random.Random) -> bytes:
    return _HEAD + b"Content-Type: text/plain; charset=klingon-%d\r\n\r\n" % dice.randrange(99) + dice.randbytes(300)


@_kind
def _broken_base64(dice: random.Random) -> bytes:
    coded = base64.encodebytes(dice.randbytes(400))[: dice.randrange(10, 300)] + b"=!=?\r\n"
    return _HEAD + b"Content-Transfer-Encoding: base64\r\nContent-Type: text/html\r\n\r\n" + coded


@_kind
def _nulls_and_bare_returns(dice: random.Random) -> bytes:
    return _HEAD + b"Subject: a\0b\rBcc: victim@bad.example\r\n\r\nHel\0lo\r.\r\rHello\n.\n"


@_kind
def _date_and_id_of_madness(dice: random.Random) -> bytes:
    return _HEAD + b"Date: 99 Foo 99999999 99:99:99 +9999\r\nMessage-ID: <" + b"x" * 5_000 + b">\r\n\r\nHello\r\n"


@_kind
def _name_of_a_file(dice: random.Random) -> bytes:
    name = dice.choice([b"../../../etc/passwd", b"a" * 5_000, b"=?utf-8?b?////?=", b"\xe2\x80\xaefdp.exe"])
    disposition = b'Content-Disposition: attachment; filename="' + name + b'"\r\n'
    return _HEAD + b"Content-Type: application/pdf\r\n" + disposition + b"\r\n%PDF-\r\n"


@_kind
def _lying_bounce(dice: random.Random) -> bytes:
    report = b"--r\r\nContent-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: " * 500 + b"\r\n--r--\r\n"
    return _HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n" + report


@_kind
def _deadly(dice: random.Random) -> bytes:
    """Kills whoever reads it, in the build that has such letters; an ordinary one elsewhere."""
    return b"X-Deadly: 1\r\n" + _HEAD + b"Subject: Boo\r\n\r\nHello\r\n"
