"""Codes as RFC 6238 says, each counted once."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from supportbox.people.recovery import COUNT, count_codes, make_codes, use_code
from supportbox.people.strength import strength
from supportbox.people.token import hash_token, make_token
from supportbox.people.totp import STEP, app_address, code_at, is_secret, make_secret, matching_step
from tests.conftest import NOW, People

RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_of_the_rfc(second: int, code: str) -> None:
    assert code_at(RFC, second // STEP) == code


def test_a_code_counts_once_and_not_long_after() -> None:
    now = datetime.fromtimestamp(1_700_000_010, UTC)
    step = 1_700_000_010 // STEP
    code = code_at(RFC, step)
    assert matching_step(RFC, f" {code[:3]} {code[3:]}", after=0, now=now) == step
    assert matching_step(RFC, code, after=step, now=now) is None
    assert matching_step(RFC, code, after=0, now=now + timedelta(seconds=30)) == step
    assert matching_step(RFC, code, after=0, now=now + timedelta(seconds=61)) is None
    assert matching_step(RFC, code, after=0, now=now - timedelta(seconds=61)) is None


@pytest.mark.parametrize("typed", ["", " ", "28708", "2870822", "28708a", "２８７０８２", "null", "-28708"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert matching_step(RFC, typed, after=0, now=datetime.fromtimestamp(59, UTC)) is None


def test_secrets_are_ours_or_none() -> None:
    assert is_secret(make_secret()) and make_secret() != make_secret()
    assert not is_secret("") and not is_secret("letmein") and not is_secret("AAAA")


def test_the_app_learns_account_and_business() -> None:
    address = app_address(RFC, account="ada@shop.example", issuer="Atelier & Co: Nord")
    assert address.startswith("otpauth://totp/Atelier%20%26%20Co%3A%20Nord:ada%40shop.example?secret=")


def test_a_recovery_code_opens_once(session: Session, people: People) -> None:
    key = b"k" * 32
    codes = make_codes(session, people.ada.id, key=key)
    assert len(set(codes)) == COUNT == count_codes(session, people.ada.id)
    assert use_code(session, people.ada.id, f" {codes[3].upper()} ", key=key)
    assert not use_code(session, people.ada.id, codes[3], key=key)
    assert not use_code(session, people.ben.id, codes[4], key=key)
    assert not use_code(session, people.ada.id, codes[4], key=b"x" * 32)
    assert count_codes(session, people.ada.id) == COUNT - 1
    assert not any(use_code(session, people.ada.id, bad, key=key) for bad in ("", " ", "null", codes[5][:-1]))
    make_codes(session, people.ada.id, key=key)
    assert not use_code(session, people.ada.id, codes[5], key=key)


def test_only_whole_tokens_have_a_hash() -> None:
    token = make_token()
    assert hash_token(token) and hash_token(token) != token
    for bad in ("", " ", "null", "None", token + " ", " " + token, token[:-1], token + "A", token + "\n", "%20"):
        assert hash_token(bad) is None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "short"),
        ("password123", "guessable"),
        ("MotDePasse2026", "guessable"),
        ("aaaaaaaaaaaaaa", "guessable"),
        ("12345678901234", "guessable"),
        ("ada.shop.example", "guessable"),
        ("xK3!mpQ9zt", "fair"),
        ("correct horse battery", "strong"),
        ("été sous la pluie", "strong"),
    ],
)
def test_strength_in_a_word(password: str, word: str) -> None:
    assert strength(password, ("Ada", "ada@shop.example")) == word


def test_now_is_not_special() -> None:
    assert matching_step(RFC, code_at(RFC, int(NOW.timestamp()) // STEP), after=0, now=NOW)
