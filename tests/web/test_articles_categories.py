"""Categories on pages: made, moved by button and by drag, renamed, and articles moved by the handful."""

from datetime import datetime

from flask import Flask
from sqlalchemy import select

from supportbox.kb.category import Category
from supportbox.store import db
from tests.web.desk import Browser
from tests.web.reader import open_library
from tests.web.test_articles_editor import by_slug

TREE = "/settings/help/categories"


def category(app: Flask, name: str) -> Category:
    with app.app_context():
        return db.session.scalars(select(Category).where(Category.name == name)).one()


def test_the_readers_order_follows_the_buttons(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    home = client.get("/help/en/").text
    assert home.index(">Returns<") < home.index(">Delivery<")
    address = f"{TREE}/{category(app, 'Delivery').id}/place"
    ada.post(f"{TREE}?lang=en", address, to="up")
    home = client.get("/help/en/").text
    assert home.index(">Delivery<") < home.index(">Returns<")
    ids = f"{category(app, 'Returns').id},{category(app, 'Delivery').id}"
    ada.post(f"{TREE}?lang=en", address, ids=ids)
    home = client.get("/help/en/").text
    assert home.index(">Returns<") < home.index(">Delivery<")


def test_articles_are_put_in_order_and_moved(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    returns = category(app, "Returns").id
    exchange = by_slug(app, "exchange-a-size").id
    page = f"{TREE}/{returns}"
    ada.post(page, f"{page}/articles/{exchange}/place", to="up")
    shown = client.get("/help/en/c/returns").text
    assert shown.index("Exchange a size") < shown.index("Return an item")
    hours = str(by_slug(app, "opening-hours").id)
    answer = ada.post("/settings/help/", "/settings/help/move", article=hours, category=str(returns))
    assert answer.status_code == 303
    assert "1 article is in its new category." in ada.get(answer.location)
    assert "Opening hours" in client.get("/help/en/c/returns").text
    french = str(by_slug(app, "retourner").id)
    answer = ada.post("/settings/help/", "/settings/help/move", article=french, category=str(returns))
    assert answer.status_code == 409
    assert "Nothing was moved" in answer.text


def test_a_category_is_made_named_nested_and_deleted(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    ada.post(f"{TREE}?lang=en", TREE, name="Post offices", parent=str(category(app, "Delivery").id))
    made = category(app, "Post offices")
    assert made.parent_id == category(app, "Delivery").id
    page = f"{TREE}/{made.id}"
    ada.post(page, page, name="Counters", summary="Where they are", parent="")
    assert category(app, "Counters").parent_id is None
    returns = f"{TREE}/{category(app, 'Returns').id}"
    ada.post(returns, returns, name="Send it back", summary="")
    assert "Send it back" in client.get("/help/en/c/returns").text
    deep = ada.post(returns, returns, name="Send it back", parent=str(category(app, "Parcels").id))
    assert deep.status_code == 409 and "top level" in deep.text
    assert ada.post(page, f"{page}/deletion").status_code == 303
    assert ada.client.get(page).status_code == 404
    assert ada.post(f"{TREE}?lang=en", TREE, name="  ").status_code == 400


def test_categories_with_articles_stay(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    delivery = f"{TREE}/{category(app, 'Delivery').id}"
    answer = ada.post(delivery, f"{delivery}/deletion")
    assert answer.status_code == 409 and "empty" in answer.text
