"""Telegram by its Bot API: updates proven by a secret word in a header, answers and files by the bot's token."""

import hmac
import json
from collections.abc import Iterator
from typing import Any

from supportbox.channels.channel import Begin, Desk, Kept, Stage
from supportbox.channels.gateway import Answer, Field, Gateway, Hook
from supportbox.channels.http import Reply, call, checked, hand_over
from supportbox.channels.knocks import Knock
from supportbox.channels.words import moment, plain
from supportbox.errors import DeliveryError, Forbidden, Refused
from supportbox.inbox.parcel import File, Incoming, Outgoing
from supportbox.inbox.told import Told

_FILES = ("document", "video", "audio", "voice", "animation", "video_note", "sticker")


class TelegramChannel(Gateway):
    """A customer is the id of a private chat with the bot. Telegram tells nothing of what became of a message."""

    KIND, NAME, CONTACT, LONGEST = "telegram", "Telegram", "telegram", 4096
    FIELDS = (
        Field("token", "Bot token", "BotFather gives it.", is_secret=True),
        Field("word", "Secret word", "Letters and digits; Telegram shows it with every call.", is_secret=True),
        Field("api", "Address of the service", default="https://api.telegram.org"),
    )

    def take(self, hook: Hook) -> Answer:
        word = hook.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(word.encode(), self.options()["word"].encode()):
            raise Forbidden("The secret word is another one.")
        try:
            update = json.loads(hook.body)
            number = int(update["update_id"])
        except (ValueError, TypeError, KeyError) as error:
            raise Refused("This is no update of Telegram's.") from error
        message = update.get("message") or {}
        is_private = message.get("chat", {}).get("type") == "private"
        return Answer([Knock(f"update:{number}", message)] if is_private else ())

    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        person, text = content.get("from", {}), content.get("text") or content.get("caption") or ""
        parts = [content[kind] for kind in _FILES if kind in content] or content.get("photo", [])[-1:]
        files, defect = self._media(parts[0]) if parts else ((), "")
        return self.incoming(
            kept,
            str(content["chat"]["id"]),
            text,
            outside_id=f"{content['chat']['id']}:{content['message_id']}",
            name=_name(person),
            at=moment(content.get("date")),
            language=person.get("language_code", "")[:2],
            files=files,
            defects=[defect],
        )

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        data = {"chat_id": outgoing.receiver.value, "text": plain(outgoing.text)}
        said = hand_over(self.NAME, begin, lambda: _not_blocked(self._ask("sendMessage", data))).json()
        return str(said.get("result", {}).get("message_id", ""))

    def check(self) -> Iterator[Stage]:
        bot = checked(self.NAME, self._ask("getMe", {})).json().get("result", {})
        yield Stage(True, f"Telegram knows the bot @{bot.get('username', '?')}.")
        data = {"url": self.hook_url(), "secret_token": self.options()["word"], "allowed_updates": ["message"]}
        checked(self.NAME, self._ask("setWebhook", data))
        yield Stage(True, "Telegram will bring messages here.")

    def invitation(self, token: str) -> str:
        return f"https://t.me/{self.mailbox.address.lstrip('@')}?start={token}"

    def _ask(self, method: str, data: dict[str, Any]) -> Reply:
        return call("POST", f"{self.options()['api']}/bot{self.options()['token']}/{method}", data=data)

    def _media(self, part: dict[str, Any]) -> tuple[tuple[File, ...], str]:
        path = self._ask("getFile", {"file_id": part["file_id"]}).json().get("result", {}).get("file_path", "")
        place = f"{self.options()['api']}/file/bot{self.options()['token']}/{path}"
        return self.keep_file(place, name=part.get("file_name", ""), kind=part.get("mime_type", ""))


def _name(person: dict[str, Any]) -> str:
    return " ".join(part for part in (person.get("first_name", ""), person.get("last_name", "")) if part)


def _not_blocked(reply: Reply) -> Reply:
    if reply.status == 403:
        raise DeliveryError("The customer has blocked the bot. Answer another way.", permanent=True)
    return reply
