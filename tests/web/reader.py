"""A reader of the help centre: a browser without a session, and the articles it may find."""

import re
from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from supportbox.kb.manuscript import Manuscript
from supportbox.search.opening import get_searcher
from supportbox.search.refresh import refresh
from supportbox.store import transaction
from tests.kb.library import stock


def open_library(app: Flask, now: datetime, *texts: Manuscript) -> FlaskClient:
    """Store and index articles, all of the library when none are named; a stranger's browser."""
    with app.app_context():
        with transaction() as session:
            stock(session, now, *texts)
        refresh(get_searcher())
        app.extensions.pop("help.languages", None)
    return app.test_client()


def links(page: str) -> Sequence[str]:
    """Where a page's links lead, without the query."""
    return [where.partition("?")[0] for where in re.findall(r'(?:href|action)="(/[^"#]*)', page)]
