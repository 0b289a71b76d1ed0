"""Signing in for a mailbox: the client kept sealed, the state good once and in one session, tokens never shown."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from markupsafe import Markup

from supportbox import store
from supportbox.channels.email.oauth import SignIn
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.business import Setting
from tests.channels.email.provider import CLIENT, TokenServer
from tests.web.desk import Browser, sign_in

NEW = "/settings/mailboxes/new"
BACK = "/settings/mailboxes/sign-in"
ADDRESS = "support@outlook.com"


@pytest.fixture
def tokens(app: Flask) -> Iterator[TokenServer]:
    server = TokenServer(ADDRESS)
    app.extensions["sign_in_providers"] = {"microsoft": replace(server.provider)}
    yield server
    server.close()


def begun(ada: Browser) -> SignIn:
    """Step 2 of a Microsoft mailbox, up to the button that leads to Microsoft."""
    ada.post(NEW, NEW, address=ADDRESS)
    fields = {"client_id": CLIENT.client_id, "client_secret": CLIENT.client_secret}
    ada.post(f"{NEW}/servers", f"{BACK}/client", **fields)
    return offered(ada)


def offered(ada: Browser) -> SignIn:
    page = ada.get(f"{NEW}/servers")
    assert CLIENT.client_secret not in page and CLIENT.client_id in page
    url = Markup(page.split('href="http://127.0.0.1:')[1].split('"')[0]).unescape()
    url = f"http://127.0.0.1:{url}"
    return SignIn(url, parse_qs(urlsplit(url).query)["state"][0], "")


def kept(app: Flask) -> str:
    with app.app_context():
        return " ".join(str(row.value) for row in store.db.session.query(Setting))


def test_a_sign_in_connects_the_mailbox(app: Flask, ada: Browser, tokens: TokenServer) -> None:
    code, state = tokens.agree(begun(ada))
    assert ada.client.get(BACK, query_string={"code": code, "state": state}).location == f"{NEW}/servers?connected"
    page = ada.get(f"{NEW}/servers")
    assert f"Signed in with Microsoft for {ADDRESS}." in page and 'name="password"' not in page
    secrets = {CLIENT.client_secret, *tokens.live}
    assert tokens.live and not any(secret in text for secret in secrets for text in (page, kept(app)))
    saved = ada.post(f"{NEW}/test", f"{NEW}/save")
    with app.app_context():
        box = store.db.session.query(Mailbox).filter_by(address=ADDRESS).one()
    assert box.oauth_sealed and not box.imap_sealed and not box.is_active
    assert "Signed in with Microsoft" in ada.get(f"/settings/mailboxes/{box.id}")
    assert saved.location == f"/settings/mailboxes/{box.id}?saved"
    ada.post(f"/settings/mailboxes/{box.id}", f"/settings/mailboxes/{box.id}/sign-in/deletion")
    with app.app_context():
        assert store.db.session.get_one(Mailbox, box.id).oauth_sealed == ""


def test_the_state_is_good_once(ada: Browser, tokens: TokenServer) -> None:
    code, state = tokens.agree(begun(ada))
    query = {"code": code, "state": state}
    assert ada.client.get(BACK, query_string=query).status_code == 303
    assert ada.client.get(BACK, query_string=query).status_code == 400
    assert tokens.asked == ["authorization_code"]


@pytest.mark.parametrize("state", ["", "another", " "])
def test_another_state_redeems_nothing(ada: Browser, tokens: TokenServer, state: str) -> None:
    code, right = tokens.agree(begun(ada))
    assert ada.client.get(BACK, query_string={"code": code, "state": state}).status_code == 400
    assert tokens.asked == []
    # A wrong one ends the sign-in that it guessed at.
    assert ada.client.get(BACK, query_string={"code": code, "state": right}).status_code == 400


def test_another_session_cannot_bring_it_to_its_end(app: Flask, ada: Browser, tokens: TokenServer) -> None:
    code, state = tokens.agree(begun(ada))
    stranger = sign_in(app)
    assert stranger.client.get(BACK, query_string={"code": code, "state": state}).status_code == 400
    assert tokens.asked == []


def test_who_says_no_is_told_how_to_go_on(ada: Browser, tokens: TokenServer) -> None:
    _, state = tokens.agree(begun(ada))
    answer = ada.client.get(BACK, query_string={"error": "access_denied", "state": state})
    assert answer.status_code == 400 and "Begin the sign-in again" in answer.text


def test_a_client_needs_both_halves_and_a_known_provider(ada: Browser, tokens: TokenServer) -> None:
    ada.post(NEW, NEW, address=ADDRESS)
    for fields in ({"client_id": "x", "client_secret": ""}, {"client_id": "x", "client_secret": "y", "provider": "z"}):
        assert ada.post(f"{NEW}/servers", f"{BACK}/client", **fields).status_code == 400
