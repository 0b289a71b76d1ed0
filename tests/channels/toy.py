"""A channel that nobody uses: all that a new kind takes is one file such as this, and its line in KINDS."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from supportbox.channels.channel import Begin, Stage
from supportbox.channels.gateway import Gateway
from supportbox.channels.gateways import gateways
from supportbox.channels.hook import Answer, Field, Hook
from supportbox.channels.http import call
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.kinds import KINDS
from supportbox.channels.knocks import Knock
from supportbox.channels.outcome import checked, hand_over
from supportbox.errors import Forbidden
from supportbox.inbox.parcel import Incoming, Outgoing
from supportbox.inbox.told import Told
from tests.channels.case import Asked, Call, Case, StandIn

SECRET = "a secret of the toy's"


class ToyChannel(Gateway):
    KIND, NAME, CONTACT = "toy", "Toy", "toy"
    FIELDS = (Field("url", "Address of the toy"), Field("secret", "Secret", is_secret=True))

    def take(self, hook: Hook) -> Answer:
        if not hmac.compare_digest(hook.headers.get("x-toy", ""), _sign(self.options()["secret"], hook.body)):
            raise Forbidden("The signature is not the toy's.")
        said = json.loads(hook.body)
        return Answer([Knock(said["id"], said)])

    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        return self.incoming(kept, content["from"], content["text"], outside_id=content["id"])

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        said = {"to": outgoing.receiver.value, "text": self.words(outgoing)}
        url = self.options()["url"]
        return str(hand_over(self.NAME, begin, lambda: call("POST", url, data=said)).json()["id"])

    def check(self) -> Iterator[Stage]:
        checked(self.NAME, call("GET", self.options()["url"]))
        yield Stage(True, "The toy answers.")


class ToyCase(Case):
    KIND, ADDRESS, CLEO, DOT = "toy", "our toy", "cleo-5", "dot-6"

    def options(self, url: str) -> dict[str, str]:
        return {"url": url, "secret": SECRET}

    def message(self, hook_url: str, sender: str, text: str, *, outside_id: str, at: datetime) -> Call:
        body = json.dumps({"id": outside_id, "from": sender, "text": text}).encode()
        return Call(body, {"X-Toy": _sign(SECRET, body), "Content-Type": "application/json"})

    def strange(self, hook_url: str, sender: str, *, outside_id: str, at: datetime) -> Call | None:
        return self.message(hook_url, sender, "", outside_id=outside_id, at=at)

    def news(self, hook_url: str, news: str, *, delivery_id: int, outside_id: str, at: datetime) -> Call | None:
        return None

    def provider(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        if asked.method == "POST":
            said = json.loads(asked.body)
            stand_in.sent.append((said["to"], said["text"]))
        return 200, "application/json", json.dumps({"id": f"toy-{len(stand_in.sent)}"}).encode()

    @contextmanager
    def registered(self) -> Iterator[None]:
        KINDS["toy"] = "tests.channels.toy:ToyChannel"  # the one line
        gateways.cache_clear()
        try:
            yield
        finally:
            del KINDS["toy"]
            gateways.cache_clear()


def _sign(secret: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), body, hashlib.sha256).hex()
