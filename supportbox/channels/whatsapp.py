"""WhatsApp through Meta's Cloud API: messages, receipts, media, and the 24 hours within which we may answer."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from supportbox.channels.channel import Begin
from supportbox.channels.hook import Field
from supportbox.channels.http import bearer
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.knocks import Knock
from supportbox.channels.meta import APP, MetaChannel
from supportbox.channels.parts import Part, hand_over_all
from supportbox.channels.whatsapp_media import described, messages_of, place_of
from supportbox.channels.words import moment
from supportbox.inbox.parcel import File, Incoming, Outgoing
from supportbox.inbox.told import Told

_MEDIA = ("image", "video", "audio", "document", "sticker")


class WhatsappChannel(MetaChannel):
    """A customer is a number in E.164; our delivery's number goes along with each message and comes back with it."""

    KIND, NAME, CONTACT, LONGEST = "whatsapp", "WhatsApp", "whatsapp", 4096
    FIELDS = (
        Field("account", "Phone number ID"),
        Field("token", "Access token", is_secret=True),
        *APP,
    )

    def knocks(self, entries: Iterator[dict[str, Any]]) -> Iterator[Knock]:
        for entry in entries:
            for change in entry.get("changes", []):
                value = change.get("value", {})
                if str(value.get("metadata", {}).get("phone_number_id")) != self.options()["account"]:
                    continue  # one app of Meta's may serve several numbers, all with the same signature
                name = next((one.get("profile", {}).get("name", "") for one in value.get("contacts", [])), "")
                for message in value.get("messages", []):
                    if message.get("type") == "reaction" and not message["reaction"].get("emoji"):
                        continue  # one that is taken back says nothing
                    yield Knock(message["id"], {"message": message, "name": name})
                for status in value.get("statuses", []):
                    yield Knock(f"{status['id']}:{status['status']}", {"status": status})

    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        if "status" in content:
            return self._told(content["status"], kept)
        message, kind = content["message"], content["message"].get("type", "")
        part: dict[str, Any] = message[kind] if isinstance(message.get(kind), dict) else {}
        files, defect = self._media(part) if kind in _MEDIA else ((), "")
        return self.incoming(
            kept,
            f"+{message['from']}",
            part.get("body") or part.get("caption") or part.get("text") or described(kind, part),
            outside_id=message["id"],
            name=content["name"],
            at=moment(message.get("timestamp")),
            files=files,
            defects=[defect],
        )

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        base = {"messaging_product": "whatsapp", "to": outgoing.receiver.value.lstrip("+")}
        path = f"{self.options()['account']}/messages"
        parts = [Part(name, partial(self.said, path, base | said)) for name, said in messages_of(self, outgoing)]
        taken = hand_over_all(self.NAME, begin, parts, before=outgoing.parts).json().get("messages") or [{}]
        return str(taken[0].get("id", ""))

    def invitation(self, token: str) -> str:
        return f"https://wa.me/{self.mailbox.address.lstrip('+')}?text={quote(token)}"

    def _told(self, status: dict[str, Any], kept: Kept) -> Told:
        number, _, part = str(status.get("biz_opaque_callback_data", "")).partition(".")
        news = status["status"]
        words = [str(error.get("title", "")) for error in status.get("errors", [])]
        return Told(
            news if news in ("delivered", "read", "failed") else "sent",
            moment(status.get("timestamp")) or kept.received_at,
            self.mailbox.id,
            outside_id=status["id"],
            delivery_id=int(number) if number.isdecimal() else None,
            part=int(part) if part.isdecimal() else 0,
            reason=f"WhatsApp did not deliver it ({'; '.join(words)})." if news == "failed" else "",
        )

    def _media(self, part: dict[str, Any]) -> tuple[tuple[File, ...], str]:
        key, name, kind = bearer(self.options()["token"]), part.get("filename", ""), part.get("mime_type", "")
        return self.keep_file(lambda: place_of(self, str(part["id"])), name=name, kind=kind, headers=key)
