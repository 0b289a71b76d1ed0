"""Facebook Messenger, and Instagram's direct messages, which speak the same language about other accounts."""

from collections.abc import Iterator
from typing import Any

from supportbox.channels.channel import Begin, Desk, Kept
from supportbox.channels.gateway import Field
from supportbox.channels.invited import without_token
from supportbox.channels.knocks import Knock
from supportbox.channels.meta import APP, MetaChannel
from supportbox.channels.words import moment
from supportbox.inbox.parcel import File, Incoming, Outgoing
from supportbox.inbox.told import Told

_MOST_FILES = 10


class MessengerChannel(MetaChannel):
    """A customer is the id that Meta made for this page alone; a talk on another page is another contact."""

    KIND, NAME, CONTACT, LONGEST = "messenger", "Messenger", "messenger", 2000
    FIELDS = (
        Field("account", "Page ID"),
        Field("token", "Page access token", is_secret=True),
        *APP,
    )

    def knocks(self, entries: Iterator[dict[str, Any]]) -> Iterator[Knock]:
        for entry in self.of_account(entries):
            for event in entry.get("messaging", []):
                message = event.get("message") or {}
                if message.get("is_echo"):
                    continue  # what the page itself said, perhaps by our own hand
                if "mid" in message:
                    yield Knock(message["mid"], event)
                for mid in event.get("delivery", {}).get("mids", []):
                    yield Knock(f"{mid}:delivered", {**event, "mid": mid})
                if "postback" in event or ("referral" in event and "mid" not in message):
                    yield Knock(f"{event['sender']['id']}:{event.get('timestamp')}", event)

    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        at = moment(int(content.get("timestamp") or 0) / 1000) or kept.received_at
        if "mid" in content:
            return Told("delivered", at, self.mailbox.id, outside_id=content["mid"])
        message = content.get("message") or {}
        text = message.get("text") or content.get("postback", {}).get("title", "")
        text = f"{text} {_ref(content)}".strip()
        got = [self._media(one) for one in message.get("attachments", [])[:_MOST_FILES]]
        return self.incoming(
            kept,
            f"{self.options()['account']}:{content['sender']['id']}",
            text,
            outside_id=message.get("mid") or kept.message_id,
            at=at,
            files=tuple(file for some, _ in got for file in some),
            defects=[sentence for _, sentence in got],
        )

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        data = {
            "recipient": {"id": outgoing.receiver.value.rpartition(":")[2]},
            "messaging_type": "RESPONSE",
            "message": {"text": self.words(outgoing)},
        }
        return str(self.post(f"{self.options()['account']}/messages", data, begin).get("message_id", ""))

    def invitation(self, token: str) -> str:
        return f"https://m.me/{self.options()['account']}?ref={token}"

    def _media(self, one: dict[str, Any]) -> tuple[tuple[File, ...], str]:
        # Such addresses are open to whoever knows them, so that our key is not sent along.
        return self.keep_file(str(one.get("payload", {}).get("url", "")))


def _ref(content: dict[str, Any]) -> str:
    """What an m.me link brought along, wherever Meta puts it: only a token of ours is kept of it."""
    places = (content, content.get("postback", {}), content.get("message") or {})
    ref = next((str(place["referral"].get("ref", "")) for place in places if place.get("referral")), "")
    return ref if without_token(ref)[1] else ""
