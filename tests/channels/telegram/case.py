"""Telegram's Bot API, as its documentation describes it."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from tests.channels.case import Asked, Call, Case, StandIn, form_of

TOKEN, WORD = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "TeapotWord1"


class TelegramCase(Case):
    KIND, ADDRESS, CLEO, DOT = "telegram", "@teapots_bot", "77001", "77002"
    signs_body = False
    three_files = (("words", ("lid.png", "note.txt", "old.avi")),)

    unwanted = (403, b'{"ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}')

    def options(self, url: str) -> dict[str, str]:
        return {"token": TOKEN, "word": WORD, "api": url}

    def message(self, hook_url: str, sender: str, text: str, *, outside_id: str, at: datetime) -> Call:
        return self._update(sender, {"text": text}, outside_id, at)

    def strange(self, hook_url: str, sender: str, *, outside_id: str, at: datetime) -> Call | None:
        return self._update(sender, {"dice": {"emoji": "🎲", "value": 6}}, outside_id, at)

    def signed(self, hook_url: str, said: Any, *, at: datetime) -> Call:
        headers = {"X-Telegram-Bot-Api-Secret-Token": WORD, "Content-Type": "application/json"}
        return Call(json.dumps(said).encode(), headers)

    def photo(self, place: str) -> Any:
        person = {"id": int(self.CLEO), "is_bot": False, "first_name": "Cleo"}
        sizes = [{"file_id": "small", "width": 90}, {"file_id": "77", "width": 900}]
        message = {"message_id": 9, "from": person, "chat": {**person, "type": "private"}, "date": 1}
        return {"update_id": 9, "message": {**message, "photo": sizes, "caption": "Look."}}

    def news(self, hook_url: str, news: str, *, delivery_id: int, outside_id: str, at: datetime) -> Call | None:
        return None

    def provider(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        if asked.path == f"/file/bot{TOKEN}/photos/77.gif":
            return stand_in.picture[0], "image/gif", stand_in.picture[1]
        if not asked.path.startswith(f"/bot{TOKEN}/"):
            return 401, "application/json", b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'
        if asked.path.endswith(("/sendDocument", "/sendMediaGroup")):
            return self._files(asked, stand_in)
        said: dict[str, Any] = json.loads(asked.body or b"{}")
        result: dict[str, Any] = {"username": "teapots_bot"}
        if asked.path.endswith("/getFile"):
            result = {"file_path": f"photos/{said['file_id']}.gif"}
        if asked.path.endswith("/sendMessage"):
            if not 1 <= len(said["text"]) <= 4096:
                return 400, "application/json", b'{"ok": false, "description": "Bad Request: message is too long"}'
            stand_in.sent.append((said["chat_id"], said["text"]))
            result = {"message_id": len(stand_in.sent)}
        return 200, "application/json", json.dumps({"ok": True, "result": result}).encode()

    def _files(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        """One document, or two to ten in one message, each by the name of its field; 1,024 characters below them."""
        form, files = form_of(asked)
        group = json.loads(form.get("media", "[]"))
        caption = (group[0] if group else form).get("caption", "")
        is_right = (len(files) == 1) if asked.path.endswith("/sendDocument") else 2 <= len(group) == len(files) <= 10
        named = {f"attach://{number}" for number in range(len(files))}
        if not is_right or len(caption) > 1024 or not {one["media"] for one in group} <= named:
            return 400, "application/json", b'{"ok": false, "description": "Bad Request: wrong file"}'
        stand_in.taken += [(name, content) for _, name, content in files]
        stand_in.sent.append((form["chat_id"], caption))
        result: Any = [{"message_id": 900 + n} for n in range(len(group))] if group else {"message_id": 900}
        return 200, "application/json", json.dumps({"ok": True, "result": result}).encode()

    def _update(self, sender: str, said: dict[str, Any], outside_id: str, at: datetime) -> Call:
        number = int(sha256(outside_id.encode()).hexdigest()[:7], 16)
        person = {"id": int(sender), "is_bot": False, "first_name": "Cleo", "language_code": "fr"}
        message = {
            "message_id": number,
            "from": person,
            "chat": {"id": int(sender), "type": "private", "first_name": "Cleo"},
            "date": int(at.timestamp()),
            **said,
        }
        body = json.dumps({"update_id": number, "message": message}).encode()
        return Call(body, {"X-Telegram-Bot-Api-Secret-Token": WORD, "Content-Type": "application/json"})
