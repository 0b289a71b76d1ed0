"""The present password, asked again before something that an open screen alone must not do."""

from datetime import timedelta

from sqlalchemy import select

from supportbox import clock
from supportbox.errors import Forbidden, Refused
from supportbox.people.agent import Agent
from supportbox.people.password import is_password
from supportbox.people.throttle import allow, forgive
from supportbox.web.access import get_viewer
from supportbox.web.reading import writing

TRIES, WINDOW = 10, timedelta(minutes=15)


def check_own_password(typed: str) -> None:
    """Refuses a wrong one, and guessing at it. In a transaction of its own, so that the count stays."""
    me = get_viewer()
    bucket = f"password:{me.id}"
    with writing() as session:
        is_allowed = allow(session, bucket, limit=TRIES, within=WINDOW, now=clock.now())
        kept = session.scalar(select(Agent.password_hash).where(Agent.id == me.id))
    if not is_allowed:
        raise Forbidden("Too many tries. Wait a quarter of an hour, then try again.")
    if not is_password(typed, kept or ""):
        raise Refused("The present password is not right.")
    with writing() as session:
        forgive(session, bucket)
