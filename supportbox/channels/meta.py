"""What Meta's services share (WhatsApp, Messenger, Instagram): how calls are proven, and the way to their API."""

import hashlib
import hmac
import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from supportbox.channels.channel import Stage
from supportbox.channels.gateway import Gateway
from supportbox.channels.hook import Answer, Field, Hook
from supportbox.channels.http import Reply, bearer, call
from supportbox.channels.knocks import Knock
from supportbox.channels.outcome import checked
from supportbox.errors import DeliveryError, Forbidden, Refused

APP = (
    Field("app_secret", "App secret", is_secret=True),
    Field("word", "Verification word", "Any word; Meta asks for it once.", is_secret=True),
    Field("api", "Address of the service", default="https://graph.facebook.com/v23.0"),
)
# Codes and sub-codes of Meta's: the customer's last words are too long ago; too much at a time; the token is over.
_OVER, _TOO_MUCH, _KEY = {131047, 2018278}, {4, 80007, 130429, 131048, 131056, 613}, {190}


class MetaChannel(Gateway):
    """Calls carry `X-Hub-Signature-256`; the first one asks for a word that the owner chose."""

    WINDOW = timedelta(hours=24)

    def take(self, hook: Hook) -> Answer:
        options = self.options()
        if hook.method == "GET":
            word = hook.query.get("hub.verify_token", "")
            if hook.query.get("hub.mode") != "subscribe" or not hmac.compare_digest(
                word.encode(), options["word"].encode()
            ):
                raise Forbidden("The verification word is another one.")
            return Answer(body=hook.query.get("hub.challenge", "")[:200])
        digest = hmac.digest(options["app_secret"].encode(), hook.body, hashlib.sha256).hex()
        if not hmac.compare_digest(f"sha256={digest}".encode(), hook.headers.get("x-hub-signature-256", "").encode()):
            raise Forbidden("The signature is not Meta's.")
        try:
            said = json.loads(hook.body)
            knocks = list(self.knocks(iter(said["entry"])))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Refused("This is no call of Meta's.") from error
        return Answer(knocks, body="EVENT_RECEIVED")

    @abstractmethod
    def knocks(self, entries: Iterator[dict[str, Any]]) -> Iterator[Knock]:
        """Each message and each word of ours in a call."""

    def of_account(self, entries: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Those about our account: one app of Meta's may serve several, all with the same signature."""
        return (entry for entry in entries if str(entry.get("id")) == self.options()["account"])

    def ask(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> Reply:
        """One request to the API."""
        options = self.options()
        return call(method, f"{options['api']}/{path}", headers=bearer(options["token"]), data=data)

    def said(self, path: str, data: Mapping[str, Any]) -> Reply:
        """What the API says to one message."""
        return self.understood(self.ask("POST", path, data))

    def understood(self, reply: Reply) -> Reply:
        """The answer, unless its code says more than its status."""
        error = reply.json().get("error")
        codes = {error.get("code"), error.get("error_subcode")} if isinstance(error, dict) else set()
        if codes & _OVER:
            sentence = f"{self.NAME}: the 24 hours after the customer's last words are over. Answer another way."
            raise DeliveryError(sentence, permanent=True)
        status = 429 if codes & _TOO_MUCH else 401 if codes & _KEY else reply.status
        return replace(reply, status=status)

    def check(self) -> Iterator[Stage]:
        checked(self.NAME, self.understood(self.ask("GET", self.options()["account"])))
        yield Stage(True, f"{self.NAME} accepts the account and its token.")
