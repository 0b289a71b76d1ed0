"""Signing in to Google or Microsoft for a mailbox: who we are to them, the way there, and the way back, once."""

import hmac
from dataclasses import dataclass, replace

from flask import current_app, redirect, request, session
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.channels import vault
from supportbox.channels.email.oauth import PROVIDERS, Client, Provider, begin_sign_in, redeem_code
from supportbox.channels.email.presets import Preset
from supportbox.channels.email.wizard import Unsaved, find_unsaved, keep_unsaved
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.setting_values import find_value, keep_value
from supportbox.store import db
from supportbox.web.access import get_viewer
from supportbox.web.reading import writing

SERVERS = "/settings/mailboxes/new/servers"
UNDER_WAY = "mailbox_sign_in"


@dataclass(frozen=True, slots=True)
class Offer:
    """What step 2 shows of signing in. `url` is the provider's page, "" until its client is known."""

    key: str
    name: str
    url: str
    redirect_uri: str
    client_id: str
    is_connected: bool


def offer(unsaved: Unsaved, preset: Preset | None) -> Offer | None:
    """The sign-in for this mailbox, where its provider has one."""
    key = preset.sign_in if preset else ""
    if not key:
        return None
    provider, client = _providers()[key], _client(key)
    url = ""
    if client:
        begun = begin_sign_in(provider, client, _redirect_uri(), unsaved.address)
        # In the session, so that nobody else can bring our sign-in to its end, or theirs to ours.
        session[UNDER_WAY] = {"provider": key, "state": begun.state, "verifier": begun.verifier}
        url = begun.url
    client_id = client.client_id if client else ""
    return Offer(key, provider.name, url, _redirect_uri(), client_id, bool(unsaved.grant_sealed))


def take_client() -> ResponseReturnValue:
    """Keep who we are to a provider; the secret is sealed."""
    key = request.form.get("provider", "")
    client_id, secret = (request.form.get(name, "").strip()[:500] for name in ("client_id", "client_secret"))
    if key not in _providers():
        raise Refused("There is no such provider to sign in with.")
    if not client_id or not secret:
        raise Refused("Both are needed: the client's ID and its secret.")
    with writing() as changing:
        keep_value(changing, _key(key), {"client_id": client_id, "secret": vault.seal(_settings(), secret)})
    return redirect(SERVERS, 303)


def come_back() -> ResponseReturnValue:
    """Where the provider sends people with a code: good once, and in the session that began it."""
    begun = session.pop(UNDER_WAY, None)
    state = request.args.get("state", "")
    if not begun or not hmac.compare_digest(str(begun["state"]).encode(), state.encode()):
        raise Refused("This sign-in was not begun here, or is over already. Begin it again from the mailbox.")
    if request.args.get("error") or not request.args.get("code"):
        raise Refused("The provider did not let SupportBox in. Begin the sign-in again, and agree.")
    key, now = str(begun["provider"]), clock.now()
    provider, client = _providers()[key], _client(key)
    unsaved = find_unsaved(db.session(), get_viewer().id, now)
    if client is None or unsaved is None:
        raise Refused("There is no mailbox being set up. Begin again with its address.")
    db.session().commit()
    grant = redeem_code(
        provider, client, request.args["code"], _redirect_uri(), str(begun["verifier"]), now=now
    )  # fmt: skip
    sealed = vault.seal(_settings(), grant.to_text())
    with writing() as changing:
        connected = replace(unsaved, grant_sealed=sealed, password_sealed="")
        keep_unsaved(changing, get_viewer().id, connected, now)
    return redirect(f"{SERVERS}?connected", 303)


def disconnect(number: int) -> ResponseReturnValue:
    """Forget the tokens of a mailbox. It is not fetched until somebody signs in again or gives a password."""
    with writing() as changing:
        box = changing.get(Mailbox, number)
        if box is not None and box.oauth_sealed:
            box.oauth_sealed, box.oauth_fault, box.is_active = "", "", False
    return redirect(f"/settings/mailboxes/{number}?saved", 303)


def _client(key: str) -> Client | None:
    kept = find_value(db.session(), _key(key))
    return Client(kept["client_id"], vault.unseal(_settings(), kept["secret"])) if kept else None


def _key(provider: str) -> str:
    return f"sign-in-client:{provider}"


def _providers() -> dict[str, Provider]:
    known: dict[str, Provider] = current_app.extensions.get("sign_in_providers", PROVIDERS)
    return known


def _redirect_uri() -> str:
    return f"{_settings().base_url}/settings/mailboxes/sign-in"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
