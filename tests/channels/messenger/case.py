"""Messenger, as Meta's documentation describes it."""

import json
from datetime import datetime
from typing import Any

from tests.channels.case import Asked, Call, Case, StandIn, form_of
from tests.channels.hub import APP_SECRET, TOKEN, WORD, is_ours, signed

PAGE = "1906385232743451"


class MessengerCase(Case):
    KIND, ADDRESS, CLEO, DOT = "messenger", "Teapots", "6154321", "7154321"
    OBJECT = "page"
    three_files: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("words", ()),
        ("", ("lid.png",)),
        ("", ("note.txt",)),
        ("", ("old.avi",)),
    )

    unwanted = (400, b'{"error": {"code": 551, "message": "This person isn\'t available right now."}}')

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
        if asked.path == "/me/message_attachments":
            return self._leave(asked, stand_in)
        said = json.loads(asked.body)
        message = said["message"]
        attachment = message.get("attachment")
        is_right = asked.path == "/me/messages" and said.get("messaging_type") == "RESPONSE"
        if not is_right or len(message) != 1 or not (attachment or self.takes(message["text"])):
            return 400, "application/json", b'{"error": {"code": 100, "message": "Invalid parameter"}}'
        file = self.file(attachment, stand_in) if attachment else None
        if attachment and not file:
            return (
                400,
                "application/json",
                b'{"error": {"code": 100, "error_subcode": 2018074, "message": "Attachment"}}',
            )
        stand_in.taken += [file] if file else []
        stand_in.sent.append((f"{PAGE}:{said['recipient']['id']}", message.get("text", "")))
        answer = {"recipient_id": said["recipient"]["id"], "message_id": f"mid.{len(stand_in.sent)}"}
        return 200, "application/json", json.dumps(answer).encode()

    def takes(self, text: str) -> bool:
        """Whether a text is not too long."""
        return len(text) <= 2000

    def file(self, attachment: dict[str, Any], stand_in: StandIn) -> tuple[str, bytes] | None:
        """The file in a message, by the id under which it was left; None where there is none of that type."""
        kind, name, content = stand_in.left.get(attachment["payload"].get("attachment_id", ""), ("", "", b""))
        return (name, content) if kind == attachment["type"] else None

    def _leave(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        form, files = form_of(asked)
        about = json.loads(form["message"])["attachment"]
        family = files[0][0].partition("/")[0]
        if about["type"] not in ("file", family) or len(files[0][2]) > 25_000_000:
            return 400, "application/json", b'{"error": {"code": 100, "message": "Invalid file type"}}'
        number = f"{1857777774821032 + len(stand_in.left)}"
        stand_in.left[number] = (about["type"], *files[0][1:])
        return 200, "application/json", json.dumps({"attachment_id": number}).encode()

    def _event(self, sender: str, said: dict[str, Any], at: datetime) -> Call:
        event = {"sender": {"id": sender}, "recipient": {"id": PAGE}, "timestamp": int(at.timestamp() * 1000), **said}
        return signed({"object": self.OBJECT, "entry": [{"id": PAGE, "time": 0, "messaging": [event]}]})
