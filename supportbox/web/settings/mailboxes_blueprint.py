"""The addresses under which mailboxes are added and looked after: for owners and admins only."""

from flask import Blueprint

from supportbox.web.access import ask_to_be_manager
from supportbox.web.settings import (
    mailboxes,
    mailboxes_acknowledgement,
    mailboxes_sign_in,
    mailboxes_test,
    mailboxes_wizard,
)

bp = Blueprint("mailboxes", __name__, url_prefix="/settings/mailboxes")
ONE = "/<int(max=999999999999999):number>"
# Whoever is let in here can have this machine talk to any mail server.
bp.before_request(ask_to_be_manager)

for address, name, view in (
    ("", "listing", mailboxes.listing),
    ("/new", "address", mailboxes_wizard.address),
    ("/new/servers", "servers", mailboxes_wizard.servers),
    ("/new/test", "test", mailboxes_test.show),
    ("/new/stages", "stages", mailboxes_test.progress),
    ("/sign-in", "come_back", mailboxes_sign_in.come_back),
):
    bp.add_url_rule(address, name, view)

for address, name, change in (
    ("/new", "take_address", mailboxes_wizard.take_address),
    ("/new/servers", "take_servers", mailboxes_test.take_servers),
    ("/new/test", "again", mailboxes_test.again),
    ("/new/save", "save_new", mailboxes_test.save),
    ("/sign-in/client", "client", mailboxes_sign_in.take_client),
):
    bp.add_url_rule(address, name, change, methods=["POST"])

bp.add_url_rule(ONE, "one", mailboxes.form)
bp.add_url_rule(f"{ONE}/acknowledgement", "acknowledgement", mailboxes_acknowledgement.form)
for address, name, touch in (
    ("", "save", mailboxes.save),
    ("/acknowledgement", "save_acknowledgement", mailboxes_acknowledgement.save),
    ("/pause", "pause", mailboxes.pause),
    ("/resume", "resume", mailboxes.resume),
    ("/servers", "reconnect", mailboxes.reconnect),
    ("/sign-in/deletion", "disconnect", mailboxes_sign_in.disconnect),
    ("/deletion", "delete", mailboxes.delete),
):
    bp.add_url_rule(ONE + address, name, touch, methods=["POST"])
