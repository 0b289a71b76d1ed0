"""Any gateway that speaks JSON: what it sends and gets is signed with a shared secret and good for five minutes."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from supportbox import clock
from supportbox.channels.channel import Begin, Stage
from supportbox.channels.gateway import Gateway
from supportbox.channels.hook import Answer, Field, Hook
from supportbox.channels.http import Reply, call
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.knocks import Knock
from supportbox.channels.outcome import hand_over
from supportbox.channels.webhook_files import kept_files
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.parcel import Incoming, Outgoing
from supportbox.inbox.told import Told

FRESH = timedelta(minutes=5)


class WebhookChannel(Gateway):
    """In: `{"id", "from", "name", "text"}`; out: the same with `to`. The signature is HMAC-SHA256 over `time.body`."""

    KIND, NAME, CONTACT = "webhook", "Webhook", "account"
    FIELDS = (
        Field("url", "Address that takes our messages"),
        Field("secret", "Shared secret", "At least 16 characters; the other side signs with it too.", is_secret=True),
    )

    def take(self, hook: Hook) -> Answer:
        moment, signature = hook.headers.get("x-timestamp", ""), hook.headers.get("x-signature", "")
        if not hmac.compare_digest(signature.encode(), self._sign(moment, hook.body).encode()):
            raise Forbidden("The signature is not ours.")
        if not moment.isdecimal() or abs(hook.at.timestamp() - int(moment)) > FRESH.total_seconds():
            raise Forbidden("This call is too old.")
        try:
            said = json.loads(hook.body)
        except ValueError as error:
            raise Refused("This is not JSON.") from error
        if not isinstance(said, dict) or not all(isinstance(said.get(key), str) for key in ("id", "from", "text")):
            raise Refused("A message needs the texts id, from and text.")
        knock = Knock(f"{said['id']}:{said.get('news', '')}", said)
        return Answer([knock], body='{"ok": true}\n', content_type="application/json")

    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        if content.get("news") in ("delivered", "read", "failed"):
            ours = content["id"].rpartition(":")[2]  # `id` is the one that we gave it
            number = int(ours) if ours.isdecimal() and len(ours) < 16 else None
            return Told(content["news"], kept.received_at, self.mailbox.id, delivery_id=number)
        name = str(content.get("name", ""))
        files, defects = kept_files(content.get("files"), self.settings.files)
        about: dict[str, Any] = {"outside_id": content["id"], "name": name, "files": files, "defects": defects}
        return self.incoming(kept, content["from"], content["text"], **about)

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        said = {"id": outgoing.external_id, "delivery": outgoing.delivery_id, "to": outgoing.receiver.value}
        body = json.dumps({**said, "text": self.words(outgoing), **self._files(outgoing)}).encode()
        hand_over(self.NAME, begin, lambda: self._call(body))
        return outgoing.external_id

    def _files(self, outgoing: Outgoing) -> dict[str, Any]:
        """Each file with its address, and the words without: for programs that pass files on as files."""
        if not outgoing.files:
            return {}
        files = [
            {"name": one.filename, "type": one.content_type, "size": one.size, "url": self.address_of(one)}
            for one in outgoing.files
        ]
        return {"words": self.words(outgoing, carried=outgoing.files), "files": files}

    def check(self) -> Iterator[Stage]:
        reply = self._call(json.dumps({"id": f"test:{secrets.token_hex(4)}", "test": True}).encode())
        good = reply.status < 300
        yield Stage(good, "The other side answers." if good else f"The other side answers with status {reply.status}.")

    def _call(self, body: bytes) -> Reply:
        moment = str(int(clock.now().timestamp()))
        headers = {"Content-Type": "application/json", "X-Timestamp": moment, "X-Signature": self._sign(moment, body)}
        return call("POST", self.options()["url"], headers=headers, content=body)

    def _sign(self, moment: str, body: bytes) -> str:
        return hmac.digest(self.options()["secret"].encode(), moment.encode() + b"." + body, hashlib.sha256).hex()
