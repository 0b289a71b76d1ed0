"""The requests that a Telegram bot makes: by its token in the address, with files as forms."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supportbox.channels.http import Reply, call
from supportbox.channels.media import multipart
from supportbox.channels.parts import Part
from supportbox.errors import DeliveryError
from supportbox.inbox.parcel import File

CAPTION = 1024  # characters below a file


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot at one address of the service."""

    api: str
    token: str

    def ask(self, method: str, data: dict[str, Any]) -> Reply:
        return call("POST", f"{self.api}/bot{self.token}/{method}", data=data)

    def parts(self, chat: str, words: str, files: Sequence[File], folder: Path) -> list[Part]:
        """Words, or files with the words below the first: Telegram takes them all in one message, or none. Words that
        are too long for that go before."""
        if not files:
            return [Part("", lambda: self._say("sendMessage", data={"chat_id": chat, "text": words}))]
        fits = len(words) <= CAPTION
        before = [] if fits else self.parts(chat, words, (), folder)
        caption = {"caption": words} if words and fits else {}
        names = ", ".join(file.filename for file in files)
        if len(files) == 1:
            form = multipart({"chat_id": chat, **caption}, {"document": files[0]}, folder)
            return [*before, Part(names, lambda: self._say("sendDocument", form=form))]
        media: list[dict[str, str]] = [{"type": "document", "media": f"attach://{n}"} for n in range(len(files))]
        fields = {"chat_id": chat, "media": json.dumps([media[0] | caption, *media[1:]])}
        group = multipart(fields, {str(n): file for n, file in enumerate(files)}, folder)
        return [*before, Part(names, lambda: self._say("sendMediaGroup", form=group))]

    def _say(
        self, method: str, *, data: dict[str, Any] | None = None, form: tuple[bytes, dict[str, str]] | None = None
    ) -> Reply:
        content, headers = form or (None, None)
        reply = call("POST", f"{self.api}/bot{self.token}/{method}", headers=headers, content=content, data=data)
        if reply.status == 403:
            raise DeliveryError("The customer has blocked the bot. Answer another way.", permanent=True)
        return reply

    def place(self, file_id: str) -> Reply | str:
        """Where a file that came in can be fetched for an hour; else what Telegram says instead."""
        reply = self.ask("getFile", {"file_id": file_id})
        path = reply.json().get("result", {}).get("file_path", "")
        return f"{self.api}/file/bot{self.token}/{path}" if reply.status == 200 else reply


def message_id(reply: Reply) -> str:
    """The number of what was sent, or of the first of several."""
    result = reply.json().get("result") or {}
    return str((result[0] if isinstance(result, list) else result).get("message_id", ""))


def name_of(person: dict[str, Any]) -> str:
    """As they call themselves."""
    return " ".join(part for part in (person.get("first_name", ""), person.get("last_name", "")) if part)
