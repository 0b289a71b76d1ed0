"""The voice menu and the opening hours: what a caller hears while it is open, and when nobody answers."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from supportbox import clock
from supportbox.inbox.callback import Callback
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.business import change_business
from supportbox.people.opening_hours import WEEKDAYS
from supportbox.store import transaction
from supportbox.web.reading import forget_business
from tests.channels.conftest import Desk, cases
from tests.channels.voice.case import VoiceCase

pytestmark = pytest.mark.parametrize("desk", [one for one in cases() if one.KIND == "voice"], indirect=True)
ALWAYS = tuple(f"{day} 00:00-24:00" for day in WEEKDAYS)


def open_at(desk: Desk, *week: str, words: str = "", language: str = "en") -> None:
    with transaction() as session:
        change_business(session, opening=week)
        mailbox = session.query(Mailbox).filter_by(channel="voice").one()
        mailbox.options = {**mailbox.options, "hours": words, "language": language}
    forget_business()


def heard(desk: Desk) -> list[str]:
    assert isinstance(desk.case, VoiceCase)
    answer = desk.call(desk.case.step(desk.hook_url, desk.case.CLEO, "", "CA1"))
    assert answer.status_code == 200
    return re.findall(r"<Say[^>]*>([^<]*)</Say>", answer.text)


def in_two_days() -> str:
    """A period on a day that is neither today nor tomorrow in Paris, whenever this runs."""
    return f"{WEEKDAYS[(clock.now() + timedelta(days=2)).astimezone(ZoneInfo('Europe/Paris')).weekday()]} 09:30-12:00"


def test_while_it_is_open_the_hours_of_the_settings_are_read(desk: Desk) -> None:
    open_at(desk, *ALWAYS)
    assert heard(desk)[0] == "Our opening hours: Every day around the clock."


def test_when_it_is_closed_a_caller_hears_when_somebody_answers_and_has_the_same_choices(desk: Desk) -> None:
    open_at(desk, in_two_days())
    said = heard(desk)
    assert re.fullmatch(r"We are closed now\. We answer again on \w+day from 9:30\.", said[0])
    assert "press 1" in said[1] and "press 2" in said[2]
    open_at(desk, in_two_days(), language="fr")
    said = heard(desk)
    assert re.fullmatch(
        r"Nous sommes fermés en ce moment\. Nous répondons de nouveau \w+ à partir de 9\sh\s30\.", said[0]
    )


def test_the_channels_own_words_come_first_and_without_hours_there_are_none(desk: Desk) -> None:
    open_at(desk, in_two_days(), words="We answer from nine to five.")
    assert heard(desk)[0] == "We answer from nine to five."
    open_at(desk)
    assert "press 1" in heard(desk)[0]


def test_a_menu_in_a_language_that_we_do_not_speak_is_heard_in_english(desk: Desk) -> None:
    open_at(desk, in_two_days(), language="xx")
    assert heard(desk)[0].startswith("We are closed now.")


def test_who_presses_one_in_the_night_is_called_in_the_hours(desk: Desk) -> None:
    open_at(desk, in_two_days())
    assert isinstance(desk.case, VoiceCase)
    desk.call(desk.case.step(desk.hook_url, desk.case.CLEO, "chosen", "CA1", Digits="1"))
    desk.work()
    (callback,) = desk.all(Callback)
    start = callback.slot_from.astimezone(ZoneInfo("Europe/Paris"))
    assert (start.hour, start.minute, WEEKDAYS[start.weekday()]) == (9, 30, in_two_days()[:3])
