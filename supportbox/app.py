"""The one wiring place: settings, database, search and pages are put together here and nowhere else."""

from flask import Flask

from supportbox import models, store
from supportbox.config import Settings
from supportbox.errors import Refused

assert models  # importing them all lets each table find those that it points to


def create_core(settings: Settings) -> Flask:
    """An application without pages: what commands and the worker need."""
    if not settings.secret_key:
        raise Refused(f"There is no SupportBox in {settings.instance}. Make one with: supportbox init")
    app = Flask("supportbox", instance_path=str(settings.instance))
    app.config["SECRET_KEY"] = settings.key("session")
    app.extensions["settings"] = settings
    store.attach(app, settings)
    return app


def create_app(settings: Settings) -> Flask:
    """The whole application with its pages."""
    # Pages are imported here, so that the worker alone never pays for them.
    from supportbox import web

    app = create_core(settings)
    web.register(app)
    return app
