"""Text messages through Twilio, or whoever speaks its language: forms signed with the account's token."""

from collections.abc import Callable
from functools import partial
from typing import Any

from supportbox.channels.channel import Begin
from supportbox.channels.hook import Answer, Hook
from supportbox.channels.http import call
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.knocks import Knock
from supportbox.channels.media import carried
from supportbox.channels.outcome import hand_over
from supportbox.channels.twilio import ACCOUNT, TwilioChannel
from supportbox.inbox.parcel import File, Incoming, Outgoing
from supportbox.inbox.told import News, Told

_NEWS: dict[str, News] = {"delivered": "delivered", "read": "read", "undelivered": "failed", "failed": "failed"}
# What Twilio makes fit for every phone, all of a message's together; larger or other files get lost on the way.
_PICTURES, _LARGEST = {"image/jpeg", "image/png", "image/gif"}, 5_000_000
_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class SmsChannel(TwilioChannel):
    """Twilio names a message by its MessageSid; word of ours comes back to an address with our delivery's number."""

    KIND, NAME, CONTACT, LONGEST = "sms", "SMS", "sms", 1600
    FIELDS = ACCOUNT

    def take(self, hook: Hook) -> Answer:
        form = self.signed_form(hook, "MessageSid")
        form["delivery"] = hook.query.get("delivery", "")
        outside_id = f"{form['MessageSid']}:{form.get('MessageStatus', '') if form['delivery'] else 'in'}"
        return Answer([Knock(outside_id, form)], body=_EMPTY, content_type="text/xml")

    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        if content["delivery"]:
            news = _NEWS.get(content.get("MessageStatus", ""), "sent")
            number = int(content["delivery"]) if content["delivery"].isdecimal() else None
            reason = f"The network refused it (error {content.get('ErrorCode', '?')})." if news == "failed" else ""
            return Told(news, kept.received_at, self.mailbox.id, content["MessageSid"], number, reason)
        many = min(int(content.get("NumMedia") or 0), 10)
        got = [self._media(content[f"MediaUrl{i}"], content.get(f"MediaContentType{i}", "")) for i in range(many)]
        return self.incoming(
            kept,
            content["From"],
            content.get("Body", ""),
            outside_id=content["MessageSid"],
            files=tuple(file for files, _ in got for file in files),
            defects=[sentence for _, sentence in got],
        )

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        files = carried(outgoing.files, self._fits(outgoing), many=10, most=_LARGEST)
        form = {
            "To": outgoing.receiver.value,
            "From": self.mailbox.address,
            "Body": self.words(outgoing, carried=files),
            "StatusCallback": f"{self.hook_url()}?delivery={outgoing.delivery_id}",
            **({"MediaUrl": [self.address_of(file) for file in files]} if files else {}),
        }
        ask = partial(call, "POST", f"{self.account()}/Messages.json", headers=self.key(), form=form)
        reply = hand_over("Twilio", begin, ask)
        return str(reply.json().get("sid", ""))

    def _fits(self, outgoing: Outgoing) -> Callable[[File], bool]:
        """Pictures go from and to numbers of North America; elsewhere Twilio refuses them, or makes links of them."""
        is_there = self.mailbox.address.startswith("+1") and outgoing.receiver.value.startswith("+1")
        return lambda file: is_there and file.content_type in _PICTURES

    def _media(self, url: str, kind: str) -> tuple[tuple[File, ...], str]:
        if not url.startswith(self.options()["api"] + "/"):
            return (), "A file was left out: it does not lie with Twilio."
        return self.keep_file(url, kind=kind, headers=self.key())
