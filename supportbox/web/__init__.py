"""The pages: agents' desk, help centre, contact form, and the frame that they share."""

from importlib import import_module

from flask import Flask

from supportbox.config import Settings
from supportbox.web import access, alarm, assets, errors, frame, hosts, notices, reading

# Each names a module with a blueprint `bp`.
ROOMS = (
    "login",
    "login_code",
    "password_reset",
    "invitations",
    "setup.blueprint",
    "me",
    "notices",
    "settings.index",
    "settings.notices",
    "second_factor",
    "settings.sessions",
    "settings.agents",
    "settings.teams",
    "settings.audit",
    "inbox.blueprint",
    "inbox.composer_addresses",
    "help.blueprint",
    "contact",
    "customer.blueprint",
    "settings.help_blueprint",
    "settings.look",
    "settings.mail_trust",
    "settings.customer_fields",
    "settings.retention",
    "settings.hours",
    "settings.mail_health",
    "settings.replies",
    "settings.mailboxes_blueprint",
    "settings.channels",
    "theme",
    "demo",
    "health",
    "hooks",
    "lent_files",
    "widget.blueprint",
    "settings.widget",
)


def register(app: Flask) -> None:
    """Give the application its pages."""
    settings: Settings = app.extensions["settings"]
    app.config["MAX_CONTENT_LENGTH"] = settings.max_mail_bytes + 1_000_000
    app.config["MAX_FORM_MEMORY_SIZE"] = 2_500_000
    assets.install(app)
    reading.install(app)
    access.install(app, is_https=settings.base_url.startswith("https://"))
    frame.install(app)
    errors.install(app)
    hosts.install(app)
    alarm.install(app)
    notices.install(app)
    for room in ROOMS:
        app.register_blueprint(import_module(f"supportbox.web.{room}").bp)
