"""Passwords: kept as argon2 hashes, checked in the same time whether somebody is there or not."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from supportbox.errors import Refused
from supportbox.people.strength import is_guessable

SHORTEST = 10
LONGEST = 200
# 19 MiB and two passes are OWASP's floor; the library's default of 64 MiB a login is much for a small server.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What a login for nobody is checked against, so that it takes as long as one for somebody.
_NOBODY = _HASHER.hash(secrets.token_hex(16))
# No letters that look like others when read aloud or copied by hand.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def make_password() -> str:
    """A new one of 80 bits, in groups that people can copy."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def hash_password(password: str, about: tuple[str, ...] = ()) -> str:
    """The hash to keep. Refuses what is too short to be safe, or guessed first: see `strength`."""
    if len(password) < SHORTEST:
        raise Refused("A password needs at least %(least)s characters.", least=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("A password may have at most %(most)s characters.", most=LONGEST)
    if is_guessable(password, about):
        raise Refused("This password is among the first that others would try. A few unrelated words are better.")
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str) -> bool:
    """Whether it is the right one. An empty hash, as of somebody unknown, matches nothing and takes as long."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password[:LONGEST]) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False
