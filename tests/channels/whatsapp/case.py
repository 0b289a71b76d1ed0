"""Meta's Cloud API for WhatsApp, as its documentation describes it."""

import json
from datetime import datetime
from typing import Any

from tests.channels.case import Asked, Call, Case, StandIn, form_of
from tests.channels.hub import APP_SECRET, TOKEN, WORD, is_ours, signed

ACCOUNT = "106540352242922"
_TYPES = {
    "image": {"image/jpeg", "image/png"},
    "video": {"video/mp4", "video/3gpp"},
    "audio": {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"},
    "document": {"text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel"},
}


class WhatsappCase(Case):
    KIND, ADDRESS, CLEO, DOT = "whatsapp", "+33939011234", "+33612345678", "+33687654321"
    three_files = (("words", ("lid.png",)), ("", ("note.txt",)))

    unwanted = (400, b'{"error": {"code": 131026, "message": "Message undeliverable"}}')

    def options(self, url: str) -> dict[str, str]:
        return {"account": ACCOUNT, "token": TOKEN, "app_secret": APP_SECRET, "word": WORD, "api": url}

    def message(self, hook_url: str, sender: str, text: str, *, outside_id: str, at: datetime) -> Call:
        return self._from(sender, {"type": "text", "text": {"body": text}}, outside_id, at)

    def strange(self, hook_url: str, sender: str, *, outside_id: str, at: datetime) -> Call | None:
        return self._from(sender, {"type": "hologram", "hologram": {"depth": 3}}, outside_id, at)

    def signed(self, hook_url: str, said: Any, *, at: datetime) -> Call:
        return signed(said)

    closed_window = b'{"error": {"code": 131047, "message": "Re-engagement message"}}'

    def photo(self, place: str) -> Any:
        image = {"id": "77", "mime_type": "image/gif", "caption": "Look."}
        message = {"from": self.CLEO.lstrip("+"), "id": "wamid.p", "timestamp": "1", "type": "image", "image": image}
        value = {"metadata": {"phone_number_id": ACCOUNT}, "contacts": [], "messages": [message]}
        return {"entry": [{"changes": [{"value": value}]}]}

    def news(self, hook_url: str, news: str, *, delivery_id: int, outside_id: str, at: datetime) -> Call | None:
        status: dict[str, Any] = {"id": outside_id, "status": news, "timestamp": str(int(at.timestamp()))}
        status["biz_opaque_callback_data"] = str(delivery_id)
        if news == "failed":
            status["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
        return self._change({"statuses": [status]})

    def provider(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        if not is_ours(asked):
            return 401, "application/json", b'{"error": {"code": 190, "message": "Invalid OAuth access token"}}'
        if asked.path == "/77":
            return 200, "application/json", json.dumps({"url": f"{stand_in.url}/picture"}).encode()
        if asked.path == "/picture":
            return stand_in.picture[0], "image/gif", stand_in.picture[1]
        if asked.path == f"/{ACCOUNT}/media":
            return self._leave(asked, stand_in)
        if asked.method == "GET":
            return 200, "application/json", b'{"id": "106540352242922"}'
        said = json.loads(asked.body)
        if asked.path != f"/{ACCOUNT}/messages" or said.get("messaging_product") != "whatsapp":
            return 400, "application/json", b'{"error": {"code": 100, "message": "Invalid parameter"}}'
        part = said[said["type"]]
        if said["type"] != "text":
            kind, name, content = stand_in.left.get(part["id"], ("", "", b""))
            if kind not in _TYPES[said["type"]] or ("caption" in part and said["type"] == "audio"):
                return 400, "application/json", b'{"error": {"code": 131053, "message": "Media upload error"}}'
            stand_in.taken.append((name, content))
        if len(part.get("caption", "")) > 1024 or len(part.get("body", "")) > 4096:
            return 400, "application/json", b'{"error": {"code": 100, "message": "Param text must be shorter"}}'
        stand_in.sent.append(("+" + said["to"], part.get("body") or part.get("caption", "")))
        return 200, "application/json", json.dumps({"messages": [{"id": f"wamid.{len(stand_in.sent)}"}]}).encode()

    def _leave(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        """A file waits here until a message names it; of types that nobody can see on a phone none is taken."""
        form, files = form_of(asked)
        if form.get("messaging_product") != "whatsapp" or files[0][0] not in set().union(*_TYPES.values()):
            said = b'{"error": {"code": 100, "message": "Param file must be a file with one of the following types"}}'
            return 400, "application/json", said
        stand_in.left[f"{90 + len(stand_in.left)}"] = files[0]
        return 200, "application/json", json.dumps({"id": f"{89 + len(stand_in.left)}"}).encode()

    def _from(self, sender: str, said: dict[str, Any], outside_id: str, at: datetime) -> Call:
        number = sender.lstrip("+")
        message = {"from": number, "id": outside_id, "timestamp": str(int(at.timestamp())), **said}
        return self._change({"contacts": [{"wa_id": number, "profile": {"name": "Cleo"}}], "messages": [message]})

    def _change(self, value: dict[str, Any]) -> Call:
        value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": ACCOUNT}, **value}
        entry = {"id": "0", "changes": [{"field": "messages", "value": value}]}
        return signed({"object": "whatsapp_business_account", "entry": [entry]})
