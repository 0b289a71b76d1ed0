"""Guessing at passwords and tokens: how many guesses are looked at, and what the time of an answer tells."""

import math
import os
import statistics
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from supportbox import clock, store
from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.agent import Agent
from supportbox.people.audit import Audit
from supportbox.people.throttle import allow
from supportbox.store import db, transaction
from supportbox.web.login import TRIES_FOR, WINDOW
from tests.conftest import NOW, add_people
from tests.web.desk import give_passwords

# 5,000 guesses and 2,000 samples take some minutes: `SUPPORTBOX_LONG_TESTS=1` asks for them.
IS_LONG = os.environ.get("SUPPORTBOX_LONG_TESTS") == "1"
GUESSES = 5000 if IS_LONG else 200
SAMPLES = 2000 if IS_LONG else 24
# By chance alone one short run in ten thousand would be further apart than this.
LEAST_P = 0.01 if IS_LONG else 0.0001
STAFF = 40


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False  # a guesser fetches a token as well as anybody; here it would only cost time
    with app.app_context(), transaction() as session:
        add_people(session)
        session.execute(update(Mailbox).values(smtp_url="smtp://127.0.0.1:9"))
        for number in range(STAFF):
            session.add(Agent(email=f"known{number:02}@shop.example", name="A", created_at=NOW))
    give_passwords(app)
    yield app
    with app.app_context():
        store.db.engine.dispose()


def test_of_thousands_of_guesses_ten_at_most_are_looked_at(app: Flask) -> None:
    client = app.test_client()
    refused = 0
    for number in range(GUESSES):
        answer = client.post("/login", data={"email": "ada@shop.example", "password": f"guess number {number}"})
        refused += answer.status_code == 429
    with app.app_context():
        looked_at = db.session.scalar(select(func.count()).select_from(Audit).where(Audit.kind == "login_failed"))
    assert looked_at is not None and looked_at <= 10
    assert refused == GUESSES - looked_at


def test_guesses_from_many_places_end_too(app: Flask) -> None:
    client, already = app.test_client(), TRIES_FOR - 3
    with app.app_context(), transaction() as session:
        for _ in range(already):
            allow(session, "login-for:ada@shop.example", limit=TRIES_FOR, within=WINDOW, now=clock.now())
    answers = [
        client.post(
            "/login",
            data={"email": "ada@shop.example", "password": "a guess"},
            environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code
        for number in range(5)
    ]
    assert answers == [401, 401, 401, 429, 429]


def test_a_forged_address_of_origin_buys_no_more_guesses(app: Flask) -> None:
    client = app.test_client()
    statuses = []
    for number in range(20):
        forged = f"203.0.113.{number}"
        names = ("X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "Forwarded", "X-Client-IP")
        data = {"email": "ada@shop.example", "password": "a guess"}
        statuses.append(client.post("/login", data=data, headers=dict.fromkeys(names, forged)).status_code)
    assert statuses.count(401) == 8
    with app.app_context():
        assert set(db.session.scalars(select(Audit.address))) == {"127.0.0.1"}


def test_the_time_of_a_refused_sign_in_tells_nothing(app: Flask) -> None:
    def guess(email: str, place: str) -> None:
        data = {"email": email, "password": "not it at all"}
        answer = app.test_client().post("/login", data=data, environ_base={"REMOTE_ADDR": place})
        assert answer.status_code == 401

    _compare(guess)


def test_the_time_of_asking_for_a_new_password_tells_nothing(app: Flask) -> None:
    """The time until the answer has left: the letter is queued after that."""

    def ask(email: str, place: str) -> None:
        client = app.test_client()
        answer = client.post("/login/reset", data={"email": email}, environ_base={"REMOTE_ADDR": place})
        assert answer.status_code == 200

    _compare(ask)


def _compare(request: Callable[[str, str], None]) -> None:
    """Known and unknown addresses in turn, from ever new places: no telling them apart by the clock."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * SAMPLES + 4):
        is_known = bool(number % 2)
        # No address is asked for so often that its throttle would answer instead.
        name = f"{'known' if is_known else 'nobdy'}{number // 2 % STAFF:02}@shop.example"
        began = time.perf_counter()
        request(name, f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        if number >= 4:  # the first ones load modules
            times[is_known].append(time.perf_counter() - began)
    apart = abs(statistics.median(times[True]) - statistics.median(times[False]))
    # A few samples of a busy machine have medians further apart than that by chance.
    assert apart < 0.005 or not IS_LONG, f"the medians are {apart * 1000:.2f} ms apart"
    assert _p_of_no_difference(times[True], times[False]) > LEAST_P


def _p_of_no_difference(one: list[float], other: list[float]) -> float:
    """Mann and Whitney's test, two-sided, in the normal approximation."""
    ranked = sorted([(value, True) for value in one] + [(value, False) for value in other])
    ranks = sum(rank for rank, (_, is_one) in enumerate(ranked, 1) if is_one)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))
