"""The widget and the opening hours: who is there wins; else the hours say whether a chat is offered, and from when."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from supportbox import clock
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.business import change_business
from supportbox.people.opening_hours import WEEKDAYS
from supportbox.store import transaction
from supportbox.web.here import here
from supportbox.web.reading import forget_business
from tests.web.widget.conftest import Guest

ALWAYS = tuple(f"{day} 00:00-24:00" for day in WEEKDAYS)
AGAIN = r"We answer again on \w+day from 9:30\."


def in_two_days() -> str:
    """A period on a day that is neither today nor tomorrow in Paris, whenever this runs."""
    return f"{WEEKDAYS[(clock.now() + timedelta(days=2)).astimezone(ZoneInfo('Europe/Paris')).weekday()]} 09:30-12:00"


def open_at(app: Flask, *week: str) -> None:
    with app.app_context():
        with transaction() as session:
            change_business(session, opening=week)
        forget_business()


def come(app: Flask) -> None:
    with app.app_context():
        here().agent_came(1, "Ada Lovelace", clock.now())


def home(app: Flask, language: str = "en") -> tuple[bool, str]:
    """Whether the panel offers to chat, and what it says of who is there."""
    page = app.test_client().get("/widget/panel", headers={"Accept-Language": language}).text
    assert 'data-view="letter"' in page and 'id="leave"' in page, "a message is taken at any time"
    button = re.search(r'<button[^>]*data-view="chat"([^>]*)>', page)
    said = re.search(r'<p class="small" id="presence">([^<]*)</p>', page)
    assert button and said
    return "hidden" not in button[1], said[1]


def test_without_hours_a_chat_is_offered_at_any_time(chat: Flask, cleo: Guest) -> None:
    assert home(chat) == (True, "")
    assert cleo.news() == {"there": []}


def test_when_it_is_closed_no_chat_is_offered_and_it_says_from_when_on(chat: Flask, cleo: Guest) -> None:
    open_at(chat, in_two_days())
    is_offered, said = home(chat)
    assert not is_offered and re.fullmatch(AGAIN, said)
    assert re.fullmatch(AGAIN, cleo.news()["away"])
    assert home(chat, "fr")[1].startswith("Nous répondons de nouveau ")


def test_inside_the_hours_with_nobody_there_it_says_that(chat: Flask, cleo: Guest) -> None:
    open_at(chat, *ALWAYS)
    assert home(chat) == (False, "Nobody is there right now.")
    assert cleo.news() == {"there": [], "away": "Nobody is there right now."}


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
def test_whoever_is_there_can_chat_at_any_hour(chat: Flask, cleo: Guest, is_open: bool) -> None:
    open_at(chat, *(ALWAYS if is_open else (in_two_days(),)))
    come(chat)
    assert home(chat) == (True, "")
    assert cleo.news() == {"there": ["Ada"]}
    with chat.app_context():
        here().agent_left(1)
    assert cleo.news()["away"]


def test_words_are_taken_when_it_is_closed_all_the_same(chat: Flask, cleo: Guest) -> None:
    """A panel that was open before, or one's own talk of yesterday."""
    open_at(chat, in_two_days())
    assert cleo.say("Where is my lid?").status_code == 200
    assert cleo.words() == ["Where is my lid?"]


def test_a_panel_without_chat_says_when_it_is_closed_too(chat: Flask) -> None:
    with chat.app_context(), transaction() as session:
        mailbox = session.query(Mailbox).filter_by(channel="chat").one()
        mailbox.options = {**mailbox.options, "has_chat": False}
    open_at(chat, in_two_days())
    page = chat.test_client().get("/widget/panel").text
    assert 'data-view="chat"' not in page and re.search(AGAIN, page)
    open_at(chat, *ALWAYS)
    assert "Nobody is there right now.<" not in chat.test_client().get("/widget/panel").text
