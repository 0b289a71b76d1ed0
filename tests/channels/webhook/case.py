"""The generic webhook, as somebody's own gateway speaks it."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from tests.channels.case import Asked, Call, Case, StandIn

SECRET = "a long shared secret"


class WebhookCase(Case):
    KIND, ADDRESS, CLEO, DOT = "webhook", "gateway", "cleo-77", "dot-13"

    def options(self, url: str) -> dict[str, str]:
        return {"url": f"{url}/in", "secret": SECRET}

    def message(self, hook_url: str, sender: str, text: str, *, outside_id: str, at: datetime) -> Call:
        return self._call({"id": outside_id, "from": sender, "name": "Cleo", "text": text}, at)

    def strange(self, hook_url: str, sender: str, *, outside_id: str, at: datetime) -> Call | None:
        return self._call({"id": outside_id, "from": sender, "text": "", "hologram": 3}, at)

    def signed(self, hook_url: str, said: Any, *, at: datetime) -> Call:
        return self._call(said, at)

    def news(self, hook_url: str, news: str, *, delivery_id: int, outside_id: str, at: datetime) -> Call | None:
        return self._call({"id": f"webhook:out:{delivery_id}", "from": "", "text": "", "news": news}, at)

    def provider(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        if asked.headers.get("x-signature") != _sign(asked.headers.get("x-timestamp", ""), asked.body):
            return 401, "text/plain", b"bad signature"
        said = json.loads(asked.body)
        if "to" in said:
            stand_in.sent.append((said["to"], said["text"]))
        return 200, "application/json", b"{}"

    def _call(self, said: dict[str, Any], at: datetime) -> Call:
        body, moment = json.dumps(said).encode(), str(int(at.timestamp()))
        return Call(body, {"X-Timestamp": moment, "X-Signature": _sign(moment, body)})


def _sign(moment: str, body: bytes) -> str:
    return hmac.digest(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hex()
