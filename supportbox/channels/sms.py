"""Text messages through Twilio, or whoever speaks its language: forms signed with the account's token."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from supportbox.channels.channel import Begin, Desk, Kept, Stage
from supportbox.channels.gateway import Answer, Field, Gateway, Hook
from supportbox.channels.http import basic, call, checked, hand_over
from supportbox.channels.knocks import Knock
from supportbox.channels.words import plain
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.parcel import File, Incoming, Outgoing
from supportbox.inbox.told import News, Told

_NEWS: dict[str, News] = {"delivered": "delivered", "read": "read", "undelivered": "failed", "failed": "failed"}
_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class SmsChannel(Gateway):
    """Twilio names a message by its MessageSid; word of ours comes back to an address with our delivery's number."""

    KIND, NAME, CONTACT, LONGEST = "sms", "SMS", "sms", 1600
    FIELDS = (
        Field("account", "Account SID"),
        Field("token", "Auth token", is_secret=True),
        Field("api", "Address of the service", default="https://api.twilio.com"),
    )

    def take(self, hook: Hook) -> Answer:
        form = dict(parse_qsl(hook.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200))
        signed = hook.url + "".join(name + form[name] for name in sorted(form))
        expected = base64.b64encode(hmac.digest(self.options()["token"].encode(), signed.encode(), hashlib.sha1))
        if not hmac.compare_digest(expected, hook.headers.get("x-twilio-signature", "").encode()):
            raise Forbidden("The signature is not Twilio's.")
        if "MessageSid" not in form:
            raise Refused("This is not about a message.")
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
        form = {
            "To": outgoing.receiver.value,
            "From": self.mailbox.address,
            "Body": plain(outgoing.text),
            "StatusCallback": f"{self.hook_url()}?delivery={outgoing.delivery_id}",
        }
        ask = partial(call, "POST", f"{self._account()}/Messages.json", headers=self._key(), form=form)
        reply = hand_over("Twilio", begin, ask)
        return str(reply.json().get("sid", ""))

    def check(self) -> Iterator[Stage]:
        checked("Twilio", call("GET", f"{self._account()}.json", headers=self._key()))
        yield Stage(True, "Twilio accepts the account and its token.")

    def _media(self, url: str, kind: str) -> tuple[tuple[File, ...], str]:
        if not url.startswith(self.options()["api"] + "/"):
            return (), "A file was left out: it does not lie with Twilio."
        return self.keep_file(url, kind=kind, headers=self._key())

    def _account(self) -> str:
        return f"{self.options()['api']}/2010-04-01/Accounts/{self.options()['account']}"

    def _key(self) -> dict[str, str]:
        return basic(self.options()["account"], self.options()["token"])
