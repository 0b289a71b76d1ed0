"""What Messenger and Instagram tell beside plain messages: receipts, changed and deleted words, reactions, links."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from supportbox.channels.invited import without_token
from supportbox.channels.knocks import Knock
from supportbox.channels.words import moment
from supportbox.inbox.told import News, Told

_FETCHED = ("image", "audio", "video", "file", "story_mention")


def knocks_of(event: dict[str, Any]) -> Iterator[Knock]:
    """Each thing in one event under an id of its own, so that a change is not taken for what it changes."""
    message, sender, at = event.get("message") or {}, event["sender"]["id"], event.get("timestamp")
    delivery, read, edit = event.get("delivery") or {}, event.get("read") or {}, event.get("message_edit") or {}
    if message.get("is_echo"):
        return  # what the page itself said, perhaps by our own hand
    if "mid" in message:
        yield Knock(message["mid"] + (":deleted" if message.get("is_deleted") else ""), event)
    for mid in delivery.get("mids") or []:
        yield Knock(f"{mid}:delivered", {**event, "news": "delivered", "mid": mid})
    for name, said in (("delivered", {} if delivery.get("mids") else delivery), ("read", read)):
        if said:
            about = said.get("mid") or f"{sender}:{said.get('watermark')}"
            yield Knock(f"{about}:{name}", {**event, "news": name, **said})
    if edit:
        yield Knock(f"{edit['mid']}:edit:{edit.get('num_edit', at)}", event)
    reaction = event.get("reaction") or {}
    if reaction.get("action") == "react":  # one that is taken back says nothing
        yield Knock(f"{reaction.get('mid')}:reaction:{at}", event)
    # Whoever merely follows a link has said nothing yet, unless the link is one of ours that goes on with a ticket.
    if "postback" in event or ("mid" not in message and _ref(event)):
        yield Knock(f"{sender}:{at}", event)


def told_of(content: dict[str, Any], receiver: str, mailbox_id: int, at: datetime) -> Told | None:
    """Word of one message of ours by its id, or of all that had left for its receiver before a moment."""
    news: News | None = content.get("news")
    if news is None and "delivery" in content:
        news = "delivered"  # as calls were kept before they said it
    if news is None:
        return None
    if mid := content.get("mid"):
        return Told(news, at, mailbox_id, outside_id=mid)
    until = moment(int(content.get("watermark") or 0) / 1000) or at
    return Told(news, until, mailbox_id, receiver=receiver)


def words_of(content: dict[str, Any]) -> str:
    """What was said, in words."""
    message, edit = content.get("message") or {}, content.get("message_edit") or {}
    if message.get("is_deleted"):
        return "[Deleted one of the messages above.]"
    if edit:
        return f"[Changed a message:] {edit.get('text', '')}"
    said = message.get("text") or (content.get("postback") or {}).get("title", "")
    reaction = content.get("reaction") or {}
    shared = [_shared(one) for one in message.get("attachments") or [] if one.get("type") not in _FETCHED]
    parts = [said, reaction.get("emoji") or reaction.get("reaction", ""), *shared, _ref(content)]
    return " ".join(part for part in parts if part)


def addresses_of(content: dict[str, Any], most: int) -> list[str]:
    """Where the files of a message are. What is merely shared is a link: where it leads, its sender chose."""
    parts = (content.get("message") or {}).get("attachments") or []
    files = [one for one in parts if one.get("type") in _FETCHED][:most]
    return [str((one.get("payload") or {}).get("url", "")) for one in files]


def _shared(one: dict[str, Any]) -> str:
    payload = one.get("payload") or {}
    if place := payload.get("coordinates"):
        return f"https://www.openstreetmap.org/?mlat={place.get('lat')}&mlon={place.get('long')}"
    return " ".join(str(part) for part in (one.get("title"), payload.get("url") or one.get("url")) if part)


def _ref(content: dict[str, Any]) -> str:
    """What an m.me link brought along, wherever Meta puts it: only a token of ours is kept of it."""
    places = (content, content.get("postback") or {}, content.get("message") or {})
    ref = next((str(place["referral"].get("ref", "")) for place in places if place.get("referral")), "")
    return ref if without_token(ref)[1] else ""
