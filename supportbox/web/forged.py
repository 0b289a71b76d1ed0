"""Forged forms: what every form of ours holds, so that a form from elsewhere can do nothing."""

from functools import lru_cache

from flask import current_app, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

csrf = CSRFProtect()


def csrf_token() -> str:
    """What the hidden field of every form holds. It is signed once a session, not once a page."""
    raw: str | None = session.get("csrf_token")
    return _signed(raw, current_app.secret_key) if raw else generate_csrf()


def csrf_field() -> Markup:
    """The same as the field itself."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(csrf_token())


@lru_cache(1000)
def _signed(raw: str, secret: str | bytes | None) -> str:
    signed: str = generate_csrf()
    return signed
