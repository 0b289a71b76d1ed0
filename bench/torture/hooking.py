"""What a product does for the run of hooks: set a channel up, and answer a provider's calls as the web process does."""

import json
from functools import cache
from typing import Any

from flask import Flask

from bench.torture.telling import say
from supportbox import clock
from supportbox.app import create_app
from supportbox.channels import vault
from supportbox.channels.gateways import gateways
from supportbox.cli.instance import open_core
from supportbox.config import load
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import transaction


@cache
def pages() -> Flask:
    """All pages; made before the fork, and without a connection, so that no child pays for them."""
    return create_app(load())


def channel(kind: str, address: str, token: str, options: dict[str, str]) -> None:
    """One more mailbox, filled in as on its page."""
    with open_core() as app, transaction() as session:
        secret = {field.name for field in gateways()[kind].FIELDS if field.is_secret}
        sealed = json.dumps({name: value for name, value in options.items() if name in secret})
        box = Mailbox(address=address, channel=kind, hook_token=token, created_at=clock.now())
        box.options = {name: value for name, value in options.items() if name not in secret}
        box.options_sealed = vault.seal(app.extensions["settings"], sealed)
        session.add(box)


def hear(path: str, calls: list[list[Any]]) -> None:
    """Answer calls one after another; each is told with the status that its provider got."""
    client = pages().test_client()
    for number, body, headers, query in calls:
        address = path + (f"?{query}" if query else "")
        data = body.encode()
        answer = client.post(address, data=data, headers=headers, base_url="http://127.0.0.1:8000")
        say(heard=[number, answer.status_code])
