"""Figures and synonyms: what readers did is counted as the page defines it."""

import csv
import io
from datetime import datetime

from flask import Flask

from supportbox.store import db
from supportbox.web.help import tally
from tests.web.desk import Browser
from tests.web.reader import open_library


def settle(app: Flask) -> None:
    with app.test_request_context():
        tally.settle()
        db.session.remove()


def test_views_searches_and_clicks_are_counted(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    for _ in range(2):
        client.get("/help/en/search?q=return+item")
        client.get("/help/en/search?q=opening")
        client.get("/help/en/search?q=blue+bicycle")
    results = {"Referer": "http://localhost/help/en/search?q=return+item"}
    client.get("/help/en/a/return-an-item", headers=results)
    client.get("/help/en/a/opening-hours", headers={"Referer": "http://else.example/help/en/search?q=opening"})
    ada.get("/help/en/a/opening-hours")
    client.get("/help/en/a/opening-hours", headers={"User-Agent": "Googlebot"})
    client.post("/help/en/a/opening-hours/feedback", data={"answer": "yes"})
    settle(app)
    page = ada.get("/settings/help/figures")
    rows = list(csv.reader(io.StringIO(ada.get("/settings/help/figures.csv?days=7"))))
    assert sum(int(row[2]) for row in rows if row[0] == "Views") == 2
    assert sum(int(row[2]) for row in rows if row[0] == "Searches") == 6
    assert ["Asked and not found", "blue bicycle", "2", "", ""] in rows
    assert ["Found, but nothing opened", "opening", "2", "", ""] in rows
    assert not [row for row in rows if row[:2] == ["Found, but nothing opened", "return item"]]
    for number, words in (("33", "Without a result"), ("50", "Without a click"), ("100", "Helpful")):
        assert f"{words}</span><strong>{number}&nbsp;%" in page, words
    assert "<rect" in page and "<title id=" in page


def test_a_reader_cannot_put_a_formula_into_the_owners_spreadsheet(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now).get("/help/en/search?q=%3DHYPERLINK%28zzqx%29")
    settle(app)
    rows = list(csv.reader(io.StringIO(ada.get("/settings/help/figures.csv"))))
    assert [row[1] for row in rows if "hyperlink" in row[1]] == ["'=hyperlink(zzqx)"]


def test_figures_before_anything_happened(ada: Browser) -> None:
    assert "Not enough has happened yet" in ada.get("/settings/help/figures?days=90")


def test_the_owners_synonyms_work_from_the_next_search_on(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    assert "Track a parcel" not in client.get("/help/en/search?q=quux").text.split("Perhaps one")[0]
    rules = "# ours\nquux, parcel\nno rule\n"
    answer = ada.post("/settings/help/synonyms", "/settings/help/synonyms", rules=rules)
    assert answer.status_code == 303
    page = ada.get("/settings/help/synonyms")
    assert "quux, parcel" in page and "<li data-user-content>no rule</li>" in page
    import time

    time.sleep(1.2)  # readers look for news of the index once a second
    assert "Track a parcel" in client.get("/help/en/search?q=quux").text.split("Perhaps one")[0]
    assert ada.post("/settings/help/synonyms", "/settings/help/synonyms", rules="x" * 501).status_code == 422
