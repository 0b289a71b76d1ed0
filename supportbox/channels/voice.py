"""A menu for whoever calls, through Twilio: be called back, leave a message, or hear when somebody answers."""

from typing import Any

from supportbox.channels.channel import Begin
from supportbox.channels.hook import Answer, Field, Hook
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.knocks import Knock
from supportbox.channels.translations import catalogue
from supportbox.channels.twilio import ACCOUNT, TwilioChannel, say, twiml
from supportbox.errors import DeliveryError
from supportbox.inbox.parcel import File, Incoming, Outgoing
from supportbox.inbox.told import Told
from supportbox.people.hours_words import spoken_hours

LONGEST_SECONDS = 180
# What Twilio gives as the number of a caller who hides it.
_HIDDEN = {"+266696687", "+7378742833", "+2562533", "+86282452253", "+8656696"}


class VoiceChannel(TwilioChannel):
    """Each step is a call to our address with its name; only what the caller asked for or said is kept."""

    KIND, NAME, CONTACT = "voice", "Voice", "phone"
    FIELDS = (
        *ACCOUNT,
        Field("greeting", "What callers hear first", "Such as: Hello, this is the tea shop.", is_required=False),
        Field("hours", "Opening hours, read out next", "Empty: those of the settings.", is_required=False),
        Field("language", "Language of the menu", "en or fr", default="en"),
        Field("transcribe", "Write recordings down", "yes, where your account has it; English only", is_required=False),
    )

    def take(self, hook: Hook) -> Answer:
        form, step = self.signed_form(hook, "CallSid"), hook.query.get("step", "")
        form["step"], digit, _ = step, form.get("Digits", ""), self._words()
        is_known = form.get("From", "").startswith("+") and form["From"] not in _HIDDEN
        if step == "heard" or (step == "recorded" and form.get("RecordingSid")):
            knock = Knock(f"{form.get('RecordingSid', form['CallSid'])}:{step}", form)
            return self._end(_("Thank you. We will answer as soon as we can. Goodbye."), knock)
        if step == "chosen" and digit == "1" and is_known:
            return self._end(_("Thank you. We will call you back. Goodbye."), Knock(f"{form['CallSid']}:asked", form))
        if step == "chosen" and digit == "2":
            return twiml(self._say(_("Speak after the tone, and hang up when you are done.")) + self._record())
        if step:
            return self._end(_("Goodbye."))
        offers = (_("To be called back, press 1.") if is_known else "", _("To leave a message, press 2."))
        words = "".join(map(self._say, (self.options()["greeting"], self._hours(hook), *offers)))
        gather = f'<Gather numDigits="1" timeout="6" action={self.at("chosen")}>{words}</Gather>'
        return twiml(gather + self._say(_("Goodbye.")))

    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        caller, sid, step = content.get("From", ""), content["CallSid"], content["step"]
        if step == "chosen":
            return self.incoming(kept, caller, "[Asks to be called back.]", outside_id=f"{sid}:asked", wants_call=True)
        sid = content.get("RecordingSid", sid)
        if step == "heard":
            words = content.get("TranscriptionText", "") or "[What was recorded could not be written down.]"
            return self.incoming(kept, caller, words, outside_id=f"{sid}:heard")
        files, defect = self._recording(content.get("RecordingUrl", ""))
        said = f"[A voice message of {content.get('RecordingDuration') or '?'} seconds.]"
        return self.incoming(kept, caller, said, outside_id=sid, files=files, defects=[defect])

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        raise DeliveryError("A call cannot be answered in writing: call back, or choose another way.", permanent=True)

    def _recording(self, url: str) -> tuple[tuple[File, ...], str]:
        if not url.startswith(self.options()["api"] + "/"):
            return (), "A recording was left out: it does not lie with Twilio."
        return self.keep_file(f"{url}.mp3", kind="audio/mpeg", headers=self.key())

    def _record(self) -> str:
        wish = f' transcribe="true" transcribeCallback={self.at("heard")}' if self.options()["transcribe"] else ""
        return f'<Record maxLength="{LONGEST_SECONDS}" playBeep="true" action={self.at("recorded")}{wish}/>'

    def _end(self, words: str, *knocks: Knock) -> Answer:
        return twiml(self._say(words) + "<Hangup/>", *knocks)

    def _hours(self, hook: Hook) -> str:
        """The channel's own words; else those of the settings."""
        own, hours = self.options()["hours"], hook.hours
        return own or (spoken_hours(hours, hook.at, self.options()["language"]) if hours else "")

    def _say(self, words: str) -> str:
        return say(words, self.options()["language"])

    def _words(self) -> Any:
        return catalogue(self.options()["language"]).gettext
