"""Pages are tested through the whole application, with Ada and Ben able to sign in."""

from collections.abc import Iterator

import pytest
from flask import Flask

from supportbox import store
from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.store import transaction
from tests.conftest import add_people
from tests.web.desk import Browser, give_passwords, sign_in


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    with app.app_context(), transaction() as session:
        add_people(session)
    give_passwords(app)
    yield app
    if searcher := app.extensions.get("searcher"):
        searcher.close()
    with app.app_context():
        store.db.engine.dispose()


@pytest.fixture
def ada(app: Flask) -> Browser:
    return sign_in(app)
