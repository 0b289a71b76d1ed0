"""What Twilio's channels share: the account and its token, by which every form is signed over address and fields."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode
from xml.sax.saxutils import escape, quoteattr

from supportbox.channels.channel import Stage
from supportbox.channels.gateway import Gateway
from supportbox.channels.hook import Answer, Field, Hook
from supportbox.channels.http import basic, call
from supportbox.channels.knocks import Knock
from supportbox.channels.outcome import checked
from supportbox.errors import Forbidden, Refused

ACCOUNT = (
    Field("account", "Account SID"),
    Field("token", "Auth token", is_secret=True),
    Field("api", "Address of the service", default="https://api.twilio.com"),
)


class TwilioChannel(Gateway):
    """One number of an account."""

    def signed_form(self, hook: Hook, about: str) -> dict[str, str]:
        """The fields of a call. Forbidden when Twilio did not sign them for this very address."""
        form = dict(parse_qsl(hook.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200))
        signed = hook.url + "".join(name + form[name] for name in sorted(form))
        expected = base64.b64encode(hmac.digest(self.options()["token"].encode(), signed.encode(), hashlib.sha1))
        if not hmac.compare_digest(expected, hook.headers.get("x-twilio-signature", "").encode()):
            raise Forbidden("The signature is not Twilio's.")
        if about not in form or form.get("AccountSid", self.options()["account"]) != self.options()["account"]:
            raise Refused("This is not about a message of this account.")
        return form

    def check(self) -> Iterator[Stage]:
        checked("Twilio", call("GET", f"{self.account()}.json", headers=self.key()))
        yield Stage(True, "Twilio accepts the account and its token.")

    def account(self) -> str:
        """Where the account is."""
        return f"{self.options()['api']}/2010-04-01/Accounts/{self.options()['account']}"

    def key(self) -> dict[str, str]:
        """What every request of ours bears."""
        return basic(self.options()["account"], self.options()["token"])

    def at(self, step: str) -> str:
        """Where Twilio asks what comes next, as an attribute."""
        return quoteattr(f"{self.hook_url()}?{urlencode({'step': step})}")


def say(words: str, language: str) -> str:
    """What is read out; nothing where there are no words."""
    return f"<Say language={quoteattr(language)}>{escape(words)}</Say>" if words else ""


def twiml(inner: str, *knocks: Knock) -> Answer:
    """What Twilio is to do next."""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'
    return Answer(knocks, body=body, content_type="text/xml")
