"""The red line above the desk: what stands still. Looked up every few seconds, so that no page pays for it."""

from time import monotonic

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.doctor.alarm import Alarm, alarms
from supportbox.web import i18n

SECONDS = 10.0


def install(app: Flask) -> None:
    app.extensions["alarms"] = (0.0, [])
    for language in i18n.LANGUAGES:
        i18n.environment(language).globals["desk_alarms"] = desk_alarms


def desk_alarms() -> list[Alarm]:
    """What stands still, at most a few seconds old."""
    until, found = current_app.extensions["alarms"]
    if until < monotonic():
        found = _looked_up()
        current_app.extensions["alarms"] = (monotonic() + SECONDS, found)
    known: list[Alarm] = found
    return known


def _looked_up() -> list[Alarm]:
    extensions = current_app.extensions
    try:
        with Session(extensions["engine"]) as session:
            return alarms(session, extensions["settings"], now=clock.now())
    except (SQLAlchemyError, OSError):
        # The page that was asked for says it better.
        return []
