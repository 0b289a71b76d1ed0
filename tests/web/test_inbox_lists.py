"""Folders: what is in them, in which order, and how many."""

from datetime import datetime, timedelta

from flask import Flask

from tests.web.desk import Browser, letter


def test_a_letter_waits_among_the_unassigned(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="Where is <my> parcel?")
    page = ada.get("/inbox/")
    assert f"/inbox/tickets/SB-{number}" in page
    assert "Where is &lt;my&gt; parcel?" in page
    assert page.count("<h1") == 1


def test_who_waits_longest_comes_first(app: Flask, ada: Browser, now: datetime) -> None:
    late = letter(app, now=now, subject="Second")
    early = letter(app, now=now - timedelta(hours=5), subject="First", sender="dot@example.net")
    page = ada.get("/inbox/unassigned")
    assert page.index(f"SB-{early}") < page.index(f"SB-{late}")


def test_pages_of_fifty_meet_without_gap(app: Flask, ada: Browser, now: datetime) -> None:
    numbers = [letter(app, now=now + timedelta(minutes=i), subject=f"Matter {i}") for i in range(60)]
    first = ada.get("/inbox/unassigned")
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = ada.get("/inbox/unassigned" + address)
    seen = [number for number in numbers if f'SB-{number}?' in first or f'SB-{number}?' in second]
    assert seen == numbers
    assert not [number for number in numbers if f"SB-{number}?" in first and f"SB-{number}?" in second]
