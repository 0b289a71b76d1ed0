"""Twilio, as its documentation describes it: signed forms in, authenticated forms out."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.channels.case import Asked, Call, Case, StandIn

ACCOUNT, TOKEN = "AC0123456789abcdef0123456789abcdef", "an auth token"


class SmsCase(Case):
    KIND, ADDRESS, CLEO, DOT = "sms", "+33939011234", "+33612345678", "+33687654321"

    unwanted = (400, b'{"code": 21610, "message": "Attempt to send to unsubscribed recipient"}')

    def options(self, url: str) -> dict[str, str]:
        return {"account": ACCOUNT, "token": TOKEN, "api": url}

    def message(self, hook_url: str, sender: str, text: str, *, outside_id: str, at: datetime) -> Call:
        return self._call(hook_url, {"Body": text, "NumMedia": "0"}, sender, outside_id)

    def strange(self, hook_url: str, sender: str, *, outside_id: str, at: datetime) -> Call | None:
        return self._call(hook_url, {"Body": "", "NumMedia": "0"}, sender, outside_id)

    def signed(self, hook_url: str, said: Any, *, at: datetime) -> Call:
        return _signed(hook_url, said)

    def photo(self, place: str) -> Any:
        about = {"MessageSid": "MM1", "From": self.CLEO, "To": self.ADDRESS, "AccountSid": ACCOUNT}
        return {**about, "Body": "Look.", "NumMedia": "1", "MediaUrl0": f"{place}/1", "MediaContentType0": "image/gif"}

    def photos(self, place: str) -> Any:
        more = {f"MediaUrl{i}": f"{place}/1" for i in (1, 2)} | {f"MediaContentType{i}": "image/gif" for i in (1, 2)}
        return {**self.photo(place), **more, "NumMedia": "3"}

    def news(self, hook_url: str, news: str, *, delivery_id: int, outside_id: str, at: datetime) -> Call | None:
        word = {"failed": "undelivered"}.get(news, news)
        form = {"MessageSid": outside_id, "MessageStatus": word, "To": self.CLEO, "From": self.ADDRESS}
        return _signed(hook_url, form, query=f"delivery={delivery_id}")

    def provider(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        key = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {key}":
            return 401, "application/json", b'{"code": 20003, "message": "Authenticate"}'
        if asked.path == "/1":
            return stand_in.picture[0], "image/gif", stand_in.picture[1]
        if not asked.path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}"):
            return 404, "application/json", b"{}"
        form, files = dict(pairs := parse_qsl(asked.body.decode())), [url for key, url in pairs if key == "MediaUrl"]
        if asked.method == "GET":
            return 200, "application/json", b'{"status": "active"}'
        if not form.get("Body") or len(form["Body"]) > 1600:
            return 400, "application/json", b'{"code": 21617, "message": "The concatenated message body is too long"}'
        if len(files) > 10 or (files and not (form["To"].startswith("+1") and form["From"].startswith("+1"))):
            return (
                400,
                "application/json",
                b'{"code": 21408, "message": "Permission to send an MMS has not been enabled"}',
            )
        stand_in.taken += [(url, b"") for url in files]
        stand_in.sent.append((form["To"], form["Body"]))
        return 201, "application/json", json.dumps({"sid": f"SM{len(stand_in.sent)}"}).encode()

    def _call(self, hook_url: str, said: dict[str, str], sender: str, outside_id: str) -> Call:
        about = {"MessageSid": outside_id, "From": sender, "To": self.ADDRESS, "AccountSid": ACCOUNT}
        return _signed(hook_url, {**about, **said})


def _signed(hook_url: str, form: dict[str, str], query: str = "") -> Call:
    url = hook_url + (f"?{query}" if query else "")
    text = url + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), hashlib.sha1)).decode()
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return Call(urlencode(form).encode(), headers, query)
