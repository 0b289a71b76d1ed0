"""A provider of sign-ins on loopback that keeps to the documented rules: codes once, PKCE, tokens that end, refresh
tokens that change with each use (RFC 6749, 7636, 7662)."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from supportbox.channels.email.oauth import PROVIDERS, Client, Provider, SignIn

CLIENT = Client("supportbox-app", "s3cret/of the+app")
REDIRECT = "http://127.0.0.1:8000/settings/mailboxes/sign-in"
LIFE = 3600


class TokenServer:
    """`fails` makes it answer with that status; `is_slow` makes it wait; `revoke` is what an owner can do there."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.fails = 0
        self.pause = 0.0
        self.is_rotating = True
        self.asked: list[str] = []  # the grant types, in order
        self.live: set[str] = set()  # access tokens
        self._refresh: set[str] = set()
        self._codes: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def provider(self) -> Provider:
        known = PROVIDERS["microsoft"]
        return Provider(
            "Microsoft", f"{self.url}/authorize", f"{self.url}/token", known.scope, known.imap, known.smtp
        )  # fmt: skip

    def agree(self, sign_in: SignIn) -> tuple[str, str]:
        """As a person who clicks "yes" on the page: the code and the state that come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(sign_in.url).query).items()}
        assert asked["client_id"] == CLIENT.client_id and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and "offline_access" in asked["scope"].split()
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        return code, asked["state"]

    def revoke(self) -> None:
        """The owner takes the permission back."""
        self._refresh.clear()
        self.live.clear()

    def answer(self, path: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/introspect":
            is_live = fields.get("token") in self.live
            return 200, {"active": True, "username": self.user} if is_live else {"active": False}
        assert path == "/token"
        with self._lock:
            self.asked.append(fields["grant_type"])
        time.sleep(self.pause)
        if self.fails:
            return self.fails, {"error": "temporarily_unavailable"}
        if (fields["client_id"], fields["client_secret"]) != (CLIENT.client_id, CLIENT.client_secret):
            return 401, {"error": "invalid_client"}
        with self._lock:
            return self._grant(fields)

    def _grant(self, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if fields["grant_type"] == "authorization_code":
            asked = self._codes.pop(fields["code"], None)
            digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if not asked or (asked["redirect_uri"], asked["code_challenge"]) != (fields["redirect_uri"], proof):
                return 400, {"error": "invalid_grant"}
        elif fields["refresh_token"] not in self._refresh:
            return 400, {"error": "invalid_grant"}
        given: dict[str, Any] = {"access_token": secrets.token_urlsafe(150), "token_type": "Bearer", "expires_in": LIFE}
        if self.is_rotating or fields["grant_type"] == "authorization_code":
            self._refresh = {secrets.token_urlsafe(60)}
            given["refresh_token"] = next(iter(self._refresh))
        self.live = {given["access_token"]}
        return 200, given

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = {name: values[0] for name, values in parse_qs(body).items()}
                status, said = owner.answer(self.path, fields)
                raw = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:
                return

        return Handler
