"""Messenger, as Meta's documentation describes it."""

import json
from datetime import datetime
from typing import Any

from tests.channels.case import Asked, Call, Case, StandIn
from tests.channels.hub import APP_SECRET, TOKEN, WORD, is_ours, signed

PAGE = "1906385232743451"


class MessengerCase(Case):
    KIND, ADDRESS, CLEO, DOT = "messenger", "Teapots", "6154321", "7154321"
    OBJECT = "page"

    def options(self, url: str) -> dict[str, str]:
        return {"account": PAGE, "token": TOKEN, "app_secret": APP_SECRET, "word": WORD, "api": url}

    def message(self, hook_url: str, sender: str, text: str, *, outside_id: str, at: datetime) -> Call:
        return self._event(sender, {"message": {"mid": outside_id, "text": text}}, at)

    def strange(self, hook_url: str, sender: str, *, outside_id: str, at: datetime) -> Call | None:
        return self._event(sender, {"message": {"mid": outside_id, "hologram": 3}}, at)

    def signed(self, hook_url: str, said: Any, *, at: datetime) -> Call:
        return signed(said)

    closed_window = b'{"error": {"code": 10, "error_subcode": 2018278, "message": "outside of allowed window"}}'

    def photo(self, place: str) -> Any:
        part = {"type": "image", "payload": {"url": f"{place}/picture"}}
        message = {"mid": "m.p", "text": "Look.", "attachments": [part]}
        event = {"sender": {"id": self.CLEO}, "recipient": {"id": PAGE}, "timestamp": 1, "message": message}
        return {"object": self.OBJECT, "entry": [{"id": PAGE, "messaging": [event]}]}

    def photos(self, place: str) -> Any:
        said = self.photo(place)
        said["entry"][0]["messaging"][0]["message"]["attachments"] *= 3
        return said

    def news(self, hook_url: str, news: str, *, delivery_id: int, outside_id: str, at: datetime) -> Call | None:
        return self._event(self.CLEO, {"delivery": {"mids": [outside_id], "watermark": 0}}, at)

    def provider(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        if asked.path == "/picture":
            return stand_in.picture[0], "image/gif", stand_in.picture[1]
        if not is_ours(asked):
            return 401, "application/json", b'{"error": {"code": 190, "message": "Invalid OAuth access token"}}'
        if asked.method == "GET":
            return 200, "application/json", b'{"id": "1"}'
        said = json.loads(asked.body)
        if said.get("messaging_type") != "RESPONSE" or len(said["message"]["text"]) > 2000:
            return 400, "application/json", b'{"error": {"code": 100, "message": "Invalid parameter"}}'
        stand_in.sent.append((f"{PAGE}:{said['recipient']['id']}", said["message"]["text"]))
        answer = {"recipient_id": said["recipient"]["id"], "message_id": f"mid.{len(stand_in.sent)}"}
        return 200, "application/json", json.dumps(answer).encode()

    def _event(self, sender: str, said: dict[str, Any], at: datetime) -> Call:
        event = {"sender": {"id": sender}, "recipient": {"id": PAGE}, "timestamp": int(at.timestamp() * 1000), **said}
        return signed({"object": self.OBJECT, "entry": [{"id": PAGE, "time": 0, "messaging": [event]}]})
