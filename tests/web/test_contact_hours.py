"""The contact page says when somebody answers, in the customer's language."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from supportbox import clock
from supportbox.people.business import change_business
from supportbox.people.opening_hours import WEEKDAYS
from supportbox.store import transaction
from supportbox.web.reading import forget_business


def open_at(app: Flask, *week: str, closed: tuple[str, ...] = ()) -> None:
    with app.app_context():
        with transaction() as session:
            change_business(session, opening=week, closed_days=closed)
        forget_business()


def contact(app: Flask, language: str = "en") -> str:
    return app.test_client().get("/contact", headers={"Accept-Language": language}).text


def test_without_hours_the_page_says_nothing_of_them(app: Flask) -> None:
    assert "Opening hours" not in contact(app)


def test_it_shows_the_hours_and_whether_it_is_open(app: Flask) -> None:
    open_at(app, *(f"{day} 00:00-24:00" for day in WEEKDAYS))
    page = contact(app)
    assert "Open now." in page and "Every day around the clock" in page
    assert "Tous les jours, 24 heures sur 24" in contact(app, "fr")


def test_when_it_is_closed_it_says_from_when_on_somebody_answers_and_takes_the_message(app: Flask) -> None:
    here = clock.now().astimezone(ZoneInfo("Europe/Paris"))
    later, today = here + timedelta(days=2), here.date()
    name = WEEKDAYS[later.weekday()]
    open_at(app, f"{name} 09:00-12:00", closed=(f"{today} {today} Stock-taking <b>", "2099-12-24 2099-12-24 Christmas"))
    page = contact(app)
    assert f"Closed now. We answer again on {later:%A} from 9:00." in page
    assert f"Closed on {today.day} {today:%B}: Stock-taking &lt;b&gt;" in page
    assert "Christmas" not in page, "that is far away"
    assert 'name="message"' in page
