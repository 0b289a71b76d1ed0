"""Recordings that cannot be had: the call is a ticket all the same, and one sentence says what became of the voice."""

import pytest

from supportbox.inbox.message import Attachment, Message
from tests.channels.conftest import Desk, cases
from tests.channels.voice.case import VoiceCase

voice = pytest.mark.parametrize(
    "desk", [case for case in cases() if case.KIND == "voice"], indirect=True, ids=["voice"]
)


@voice
def test_a_recording_that_is_told_to_be_too_large_is_not_even_begun(desk: Desk) -> None:
    desk.stand_in.picture, desk.stand_in.picture_headers = (200, b"a voice"), {"Content-Length": "31000000"}
    assert _left_out(desk).startswith("A file was left out (recording.mp3, 31.0 MB): at most 25 MB")


@voice
def test_a_recording_without_an_end_is_taken_up_to_the_limit(desk: Desk) -> None:
    desk.stand_in.picture, desk.stand_in.floods = (200, b"a voice"), True
    assert "> 25.0 MB" in _left_out(desk)
    assert desk.stand_in.flooded < 50_000_000


@voice
@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:1/secret", "https://elsewhere.example/RE1", "file:///etc/hostname"]
)
def test_a_recording_elsewhere_is_not_fetched(desk: Desk, place: str) -> None:
    assert _left_out(desk, place) == "A recording was left out: it does not lie with Twilio."
    assert desk.stand_in.asked == []


def _left_out(desk: Desk, place: str = "") -> str:
    assert isinstance(desk.case, VoiceCase)
    form = {"RecordingSid": "RE1", "RecordingDuration": "9", "RecordingUrl": place or f"{desk.stand_in.url}/RE1"}
    assert desk.call(desk.case.step(desk.hook_url, desk.case.CLEO, "recorded", **form)).status_code == 200
    desk.work()
    (message,) = desk.all(Message)
    assert message.text == "[A voice message of 9 seconds.]"
    assert not desk.all(Attachment)
    (said,) = message.facts["defects"]
    return str(said)
