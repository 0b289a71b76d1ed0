"""Letters for the runs, the same for the same seed: plain and with files, alone and in answer to each other."""

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from bench.torture.desk import ADDRESS

_NUMBER = re.compile(r"This is letter (\d+)\.")
_WORDS = tuple(
    "the order teapot lid broken arrived late please send another thank you blue box invoice café déjà".split()  # noqa: SIM905 - words
)
FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Posted:
    """A letter and its number, which its words carry through everything."""

    number: int
    raw: bytes


def write(count: int, seed: int, *, first: int = 1) -> list[Posted]:
    """So many letters, about a fifth of them answers to an earlier one of the same sender."""
    dice = random.Random(seed)
    return [Posted(number, _letter(number, seed, dice, first)) for number in range(first, first + count)]


def number_in(text: str) -> int:
    """The number of the letter that a message was made from, 0 for none."""
    found = _NUMBER.search(text)
    return int(found[1]) if found else 0


def _letter(number: int, seed: int, dice: random.Random, first: int) -> bytes:
    message = EmailMessage()
    sender = number % 7
    message["From"] = f"Customer {sender} <customer{sender}@shop{seed}.example>"
    message["To"] = ADDRESS
    message["Subject"] = f"Matter {number}: {dice.choice(_WORDS)}"
    message["Date"] = format_datetime(FIRST + timedelta(seconds=number))
    if dice.random() > 0.03:
        message["Message-ID"] = f"<{number}.{seed}@torture.example>"
    if number - 7 >= first and dice.random() < 0.2:
        message["In-Reply-To"] = f"<{number - 7}.{seed}@torture.example>"
    words = " ".join(dice.choices(_WORDS, k=dice.randrange(5, 200)))
    message.set_content(f"This is letter {number}.\n{words}\n")
    if dice.random() < 0.1:
        message.add_alternative(f"<p>This is letter {number}.</p><p>{words}</p>", subtype="html")
    if dice.random() < 0.15:
        content = dice.randbytes(dice.randrange(100, 20_000))
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"{number}.bin")
    for place, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=={number}.{place}==")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
