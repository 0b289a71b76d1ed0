"""Which request's safe place this browser has opened, by a code, and until when."""

from datetime import timedelta

from flask import session

from supportbox import clock
from supportbox.web.customer.rows import Request

OPENED = "safe"
LASTS = timedelta(minutes=30)


def open_safe(asked: Request) -> None:
    session[OPENED] = [asked.id, (clock.now() + LASTS).timestamp()]


def is_open(asked: Request) -> bool:
    number, until = session.get(OPENED) or (0, 0)
    return bool(number == asked.id and until > clock.now().timestamp())
