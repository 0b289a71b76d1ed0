"""Letters that look like trouble are read on trial: what would kill or starve the reader kills a child alone."""

import os
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from supportbox.channels.email import trial
from supportbox.errors import Refused
from supportbox.mail.limits import LimitBroken


def plain(size: int = 100) -> bytes:
    return b"From: cleo@example.org\r\nSubject: Hi\r\n\r\n" + b"A line of words.\r\n" * (size // 18)


def nested(depth: int) -> bytes:
    message = EmailMessage()
    message.set_content("innermost")
    for number in range(depth):
        outer = EmailMessage()
        outer.make_mixed(boundary=f"b{number}")
        outer.attach(message)
        message = outer
    return message.as_bytes()


def test_ordinary_letters_are_not_suspect() -> None:
    reply = plain(40_000) + b"-- \r\nCleo\r\n--------- Original Message -------\r\n" * 20
    assert not any(trial.is_suspect(raw) for raw in (b"", plain(), reply, nested(6)))


def test_big_deep_and_many_parted_letters_are() -> None:
    assert trial.is_suspect(plain(trial.BIG + 100))
    assert trial.is_suspect(nested(30))
    assert trial.is_suspect(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 300)


def test_suspicion_costs_ordinary_letters_nothing() -> None:
    raw = plain(30_000)
    began = time.process_time()
    for _ in range(1000):
        trial.is_suspect(raw)
    assert time.process_time() - began < 0.2  # 0.2 ms a letter, of 3.4 that one costs


def test_trial_is_passed_by_what_can_be_read_or_refused(tmp_path: Path) -> None:
    for raw in (plain(), plain(trial.BIG + 1000), nested(40)):
        path = tmp_path / "letter.eml"
        path.write_bytes(raw)
        trial.stand_trial(path, len(raw))


def test_hunger_for_memory_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "letter.eml"
    path.write_bytes(plain(60_000_000))
    # As if it were a small one: then what it takes is out of all proportion.
    with pytest.raises(LimitBroken, match="MB of memory"):
        trial.stand_trial(path, -50_000_000)


def test_endless_reading_ends(tmp_path: Path) -> None:
    path = tmp_path / "letter.eml"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    began = time.monotonic()
    try:
        with pytest.raises(Refused, match="could not be read in a minute"):
            trial.stand_trial(path, 0, patience=1)
    finally:
        os.close(writer)
    assert time.monotonic() - began < 5
