"""Reading for a page: one bare connection a request, without the ORM; and writing, which ends that reading first."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from flask import Flask, current_app, g
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from supportbox import store
from supportbox.people.business import Business, load_business

# Commands may change the business while we serve; a page may be this many seconds behind.
BUSINESS_SECONDS = 5.0


def reading() -> Connection:
    """The connection that this request reads by; one snapshot for the whole page."""
    connection: Connection | None = g.get("reading")
    if connection is None:
        connection = g.reading = current_app.extensions["engine"].connect()
    return connection


def stop_reading(error: BaseException | None = None) -> None:
    """Give the connection back; what is read after this is fresh."""
    connection: Connection | None = g.pop("reading", None)
    if connection is not None:
        connection.close()


@contextmanager
def writing() -> Iterator[Session]:
    """One write of a request. What the page reads afterwards sees it."""
    stop_reading()
    with store.transaction() as session:
        yield session


def business() -> Business:
    """The business as its owner set it, at most a few seconds old."""
    kept: tuple[float, Business] | None = current_app.extensions.get("business")
    if kept is None or kept[0] < monotonic():
        # A session of its own: the request's may be in the middle of a write.
        with Session(current_app.extensions["engine"]) as session:
            kept = (monotonic() + BUSINESS_SECONDS, load_business(session))
        current_app.extensions["business"] = kept
    return kept[1]


def forget_business() -> None:
    """What was kept is out of date: somebody changed it here."""
    current_app.extensions.pop("business", None)


def install(app: Flask) -> None:
    with app.app_context():
        app.extensions["engine"] = store.db.engine
    app.teardown_appcontext(stop_reading)
