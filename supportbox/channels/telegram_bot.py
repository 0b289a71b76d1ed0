"""The requests that a Telegram bot makes: by its token in the address, with files as forms."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supportbox.channels.http import Reply, call
from supportbox.channels.media import multipart
from supportbox.errors import DeliveryError
from supportbox.inbox.parcel import File


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot at one address of the service."""

    api: str
    token: str

    def ask(self, method: str, data: dict[str, Any]) -> Reply:
        return call("POST", f"{self.api}/bot{self.token}/{method}", data=data)

    def document(self, chat: str, caption: str, file: File, folder: Path) -> tuple[bytes, dict[str, str]]:
        """A message that is a file with words below it, ready to be sent."""
        fields = {"chat_id": chat, **({"caption": caption} if caption else {})}
        return multipart(fields, "document", file, folder)

    def say(self, data: dict[str, Any], form: tuple[bytes, dict[str, str]] | None) -> Reply:
        """Send words, or a form with a file in it."""
        if form:
            reply = call("POST", f"{self.api}/bot{self.token}/sendDocument", headers=form[1], content=form[0])
        else:
            reply = self.ask("sendMessage", data)
        if reply.status == 403:
            raise DeliveryError("The customer has blocked the bot. Answer another way.", permanent=True)
        return reply

    def place(self, file_id: str) -> Reply | str:
        """Where a file that came in can be fetched for an hour; else what Telegram says instead."""
        reply = self.ask("getFile", {"file_id": file_id})
        path = reply.json().get("result", {}).get("file_path", "")
        return f"{self.api}/file/bot{self.token}/{path}" if reply.status == 200 else reply
