"""Secrets in links: 256 random bits for the letter, a hash for the database, and nothing else that ever matches."""

import hashlib
import re
import secrets

_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def make_token() -> str:
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str | None:
    """What is kept of a token. None for what cannot be one: blank, padded, cut, NULL."""
    if not _FORM.fullmatch(token):
        return None
    return hashlib.sha256(token.encode()).hexdigest()
