"""Telegram by its Bot API: updates proven by a secret word in a header, answers and files by the bot's token."""

import hmac
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from supportbox.channels.channel import Begin, Stage
from supportbox.channels.gateway import Gateway
from supportbox.channels.hook import Answer, Field, Hook
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.knocks import Knock
from supportbox.channels.media import carried
from supportbox.channels.outcome import checked
from supportbox.channels.parts import hand_over_all
from supportbox.channels.telegram_bot import Bot, message_id, name_of
from supportbox.channels.words import moment
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.parcel import File, Incoming, Outgoing
from supportbox.inbox.told import Told

_FILES = ("document", "video", "audio", "voice", "animation", "video_note", "sticker")
_LARGEST, _LARGEST_IN = 50_000_000, 20_971_520  # bytes that a bot may send at once, and fetch


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
            number, message = int(update["update_id"]), update.get("message") or {}
            is_private = message.get("chat", {}).get("type") == "private"
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Refused("This is no update of Telegram's.") from error
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
            name=name_of(person),
            at=moment(content.get("date")),
            language=person.get("language_code", "")[:2],
            files=files,
            defects=[defect],
        )

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        files = carried(outgoing.files, lambda file: file.size > 0, many=10, most=_LARGEST)
        words = self.words(outgoing, carried=files)
        parts = self._bot.parts(outgoing.receiver.value, words, files, self.settings.files)
        return message_id(hand_over_all(self.NAME, begin, parts, before=outgoing.parts))

    def check(self) -> Iterator[Stage]:
        bot = checked(self.NAME, self._bot.ask("getMe", {})).json().get("result", {})
        yield Stage(True, f"Telegram knows the bot @{bot.get('username', '?')}.")
        data = {"url": self.hook_url(), "secret_token": self.options()["word"], "allowed_updates": ["message"]}
        checked(self.NAME, self._bot.ask("setWebhook", data))
        yield Stage(True, "Telegram will bring messages here.")

    def invitation(self, token: str) -> str:
        return f"https://t.me/{self.mailbox.address.lstrip('@')}?start={token}"

    @property
    def _bot(self) -> Bot:
        return Bot(self.options()["api"], self.options()["token"])

    def _media(self, part: dict[str, Any]) -> tuple[tuple[File, ...], str]:
        place, size = partial(self._bot.place, str(part["file_id"])), int(part.get("file_size") or 0)
        name, kind = part.get("file_name", ""), part.get("mime_type", "")
        return self.keep_file(place, name=name, kind=kind, most=_LARGEST_IN, size=size)
