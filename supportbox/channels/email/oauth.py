"""Signing in to Microsoft 365 and Gmail (RFC 6749, RFC 7636): one call over HTTPS for tokens, one to renew them."""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from supportbox.channels.email.faults import Fault
from supportbox.channels.email.sign_in_providers import PROVIDERS as PROVIDERS
from supportbox.channels.email.sign_in_providers import Provider as Provider
from supportbox.channels.email.url import is_loopback
from supportbox.errors import Refused

SECONDS = 20.0
_MOST_BYTES = 64 * 1024
# Of a token's life: renewed after that, so that a provider that is away for a while interrupts nothing.
_PART_OF_LIFE = 0.8
_SHORTEST_LIFE = 60


class SignInOver(Refused):
    """Only a person who signs in again can mend this: nothing is tried before that."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to the provider: what the owner registered there."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that has begun: the page to send the person to, and what must be known when they come back."""

    url: str
    state: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a sign-in gave. All of it is secret."""

    provider: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    obtained_at: datetime
    seconds: int  # of the access token's life
    refresh_seconds: int = 0  # of the refresh token's, 0 where the provider does not say

    @property
    def renew_at(self) -> datetime:
        return self.obtained_at + timedelta(seconds=self.seconds * _PART_OF_LIFE)

    @property
    def ends_at(self) -> datetime:
        return self.obtained_at + timedelta(seconds=self.seconds)

    @property
    def sign_in_ends_at(self) -> datetime | None:
        """When somebody has to sign in again for lack of a refresh token, where the provider tells it."""
        return self.obtained_at + timedelta(seconds=self.refresh_seconds) if self.refresh_seconds else None

    def to_text(self) -> str:
        return json.dumps({**asdict(self), "obtained_at": self.obtained_at.isoformat()})

    @staticmethod
    def from_text(text: str) -> "Grant":
        values = json.loads(text)
        return Grant(**{**values, "obtained_at": datetime.fromisoformat(values["obtained_at"])})


def begin_sign_in(provider: Provider, client: Client, redirect_uri: str, address: str) -> SignIn:
    """The page on which somebody lets us into `address`; they come back to `redirect_uri` with a code and the state."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": address,
        **dict(provider.extra),
    }
    return SignIn(f"{provider.authorize_url}?{urlencode(asked)}", state, verifier)


def redeem_code(
    provider: Provider, client: Client, code: str, redirect_uri: str, verifier: str, *, now: datetime
) -> Grant:
    """Tokens for the code that somebody came back with. Raises SignInOver or Fault."""
    said = _post(
        provider.token_url,
        provider.name,
        grant_type="authorization_code",
        code=code,
        redirect_uri=redirect_uri,
        code_verifier=verifier,
        client_id=client.client_id,
        client_secret=client.client_secret,
    )
    refresh_token = str(said.get("refresh_token", ""))
    if not refresh_token:
        raise SignInOver(f"{provider.name} gave no lasting permission. Sign in again and agree to offline access.")
    return Grant(
        provider=provider.name,
        token_url=provider.token_url,
        client_id=client.client_id,
        client_secret=client.client_secret,
        access_token=str(said["access_token"]),
        refresh_token=refresh_token,
        obtained_at=now,
        seconds=_life(said),
        refresh_seconds=_refresh_life(said),
    )


def renew(grant: Grant, *, now: datetime) -> Grant:
    """The grant with a fresh access token, and with a new refresh token where the provider changes it each time."""
    said = _post(
        grant.token_url,
        grant.provider,
        grant_type="refresh_token",
        refresh_token=grant.refresh_token,
        client_id=grant.client_id,
        client_secret=grant.client_secret,
    )
    return replace(
        grant,
        access_token=str(said["access_token"]),
        refresh_token=str(said.get("refresh_token") or grant.refresh_token),
        obtained_at=now,
        seconds=_life(said),
        refresh_seconds=_refresh_life(said) or _rest_of_life(grant, now),
    )


def xoauth2(user: str, token: str) -> bytes:
    """What a mail server is told instead of a password."""
    return f"user={user}\1auth=Bearer {token}\1\1".encode()


def _life(said: dict[str, Any]) -> int:
    return max(_SHORTEST_LIFE, _seconds(said, "expires_in", 3600))


def _refresh_life(said: dict[str, Any]) -> int:
    return _seconds(said, "refresh_token_expires_in", 0)


def _seconds(said: dict[str, Any], name: str, otherwise: int) -> int:
    try:
        return max(0, int(said.get(name, otherwise)))
    except (TypeError, ValueError):
        return otherwise


def _rest_of_life(grant: Grant, now: datetime) -> int:
    """The sign-in ends when it was to end, unless the provider tells another day."""
    end = grant.sign_in_ends_at
    return max(1, int((end - now).total_seconds())) if end else 0


def _post(url: str, name: str, **fields: str) -> dict[str, Any]:
    # Loaded on use: mailboxes with passwords do not pay for it.
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import HTTPErrorProcessor, Request, build_opener

    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise Refused(f"The tokens of {name} are asked for over https:// only.")

    class Stay(HTTPErrorProcessor):
        """Follows nothing: a secret goes to one address only."""

        def http_response(self, request: Any, response: Any) -> Any:
            return response

        https_response = http_response

    request = Request(url, urlencode(fields).encode(), {"Accept": "application/json"})  # noqa: S310 - checked above
    try:
        with build_opener(Stay).open(request, timeout=SECONDS) as answer:
            return _understood(answer.status, answer.read(_MOST_BYTES), name)
    except HTTPError as error:
        raise Fault(f"{name} cannot renew the sign-in now (status {error.code}).") from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Fault(f"{name} cannot be reached to renew the sign-in ({reason}).") from error


def _understood(status: int, body: bytes, name: str) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    if status == 200 and said.get("access_token"):
        return said
    wrong = str(said.get("error", ""))
    if wrong in ("invalid_grant", "interaction_required", "consent_required"):
        raise SignInOver(f"{name} no longer lets SupportBox into this mailbox. Sign in again.")
    if wrong in ("invalid_client", "unauthorized_client"):
        raise SignInOver(f"{name} does not accept SupportBox's client secret any more. Make a new one, then sign in.")
    raise Fault(f"{name} cannot renew the sign-in now (status {status}{f', {wrong[:60]}' if wrong else ''}).")
