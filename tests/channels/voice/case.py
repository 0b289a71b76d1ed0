"""Twilio's voice menu, as its documentation describes it: a signed form for every step of a call."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlencode

from tests.channels.case import PICTURE, Asked, Call, Case, StandIn

ACCOUNT, TOKEN = "AC0123456789abcdef0123456789abcdef", "an auth token"
SOUND = b"ID3\x03 a voice"


class VoiceCase(Case):
    KIND, ADDRESS, CLEO, DOT = "voice", "+33939011234", "+33612345678", "+33687654321"
    can_answer = False
    api = ""

    def options(self, url: str) -> dict[str, str]:
        self.api = url
        return {"account": ACCOUNT, "token": TOKEN, "api": url, "hours": "We answer from nine to five."}

    def message(self, hook_url: str, sender: str, text: str, *, outside_id: str, at: datetime) -> Call:
        """What a recording says, once it was written down."""
        form = {"RecordingSid": outside_id, "TranscriptionStatus": "completed", "TranscriptionText": text}
        return self.step(hook_url, sender, "heard", **form)

    def strange(self, hook_url: str, sender: str, *, outside_id: str, at: datetime) -> Call | None:
        return None

    def news(self, hook_url: str, news: str, *, delivery_id: int, outside_id: str, at: datetime) -> Call | None:
        return None

    def provider(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        key = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {key}":
            return 401, "application/json", b'{"code": 20003, "message": "Authenticate"}'
        if asked.path.endswith(".mp3"):
            return stand_in.picture[0], "audio/mpeg", SOUND if stand_in.picture[1] is PICTURE else stand_in.picture[1]
        return 200, "application/json", b'{"status": "active"}'

    def step(self, hook_url: str, sender: str, step: str, call: str = "CA1", **form: str) -> Call:
        """One step of a call as Twilio tells it; none is the call's beginning."""
        about = {"CallSid": call, "From": sender, "To": self.ADDRESS, "AccountSid": ACCOUNT, **form}
        query = f"step={step}" if step else ""
        text = hook_url + (f"?{query}" if query else "") + "".join(name + about[name] for name in sorted(about))
        signature = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), hashlib.sha1)).decode()
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return Call(urlencode(about).encode(), headers, query)
