"""Categories in order: named, nested two deep, moved, filled, taken away."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Refused
from supportbox.inbox.event import record
from supportbox.kb import shelving
from supportbox.kb.catalogue import on_shelf, shelves
from supportbox.kb.category import Category, place
from supportbox.kb.writing import Writer
from tests.kb.library import happened, stock


def category(session: Session, name: str) -> Category:
    return session.scalars(select(Category).where(Category.name == name)).one()


def names(session: Session) -> list[str]:
    return [one.name for one in shelving.siblings(session, category(session, "Returns"))]


def test_moving_changes_the_readers_order(session: Session, now: datetime) -> None:
    stock(session, now)
    assert names(session) == ["Returns", "Delivery"]
    shelving.move_category(session, category(session, "Delivery"), -1)
    assert names(session) == ["Delivery", "Returns"]
    shelving.move_category(session, category(session, "Delivery"), -1)
    assert names(session) == ["Delivery", "Returns"], "the first cannot go higher"
    seen = [shelf.name for shelf in shelves(session.connection(), "en") if shelf.parent_id is None]
    assert seen == ["Delivery", "Returns"]


def test_dragging_gives_the_whole_order(session: Session, now: datetime) -> None:
    articles = stock(session, now)
    returns = category(session, "Returns")
    there = shelving.articles_of(session, returns)
    wanted = [articles["exchange-a-size"].id, articles["return-an-item"].id]
    shelving.order_articles(session, shelving.in_order(there, wanted))
    shown = [link.slug for link in on_shelf(session.connection(), "en", returns.id, limit=9)]
    assert shown == ["exchange-a-size", "return-an-item"]
    last = shelving.articles_of(session, returns)[-1]
    shelving.move_article(session, returns, last, -1)
    assert shelving.articles_of(session, returns)[-2].id == last.id


def test_nesting_is_two_deep(session: Session, now: datetime) -> None:
    stock(session, now)
    returns, delivery, parcels = (category(session, name) for name in ("Returns", "Delivery", "Parcels"))
    shelving.put_below(session, returns, delivery)
    assert returns.parent_id == delivery.id
    for child, parent in ((returns, parcels), (delivery, returns), (delivery, delivery)):
        with pytest.raises(Conflict):
            shelving.put_below(session, child, parent)
    other = place(session, "fr", "Livraison")
    with pytest.raises(Conflict, match="same language"):
        shelving.put_below(session, parcels, other)
    shelving.put_below(session, returns, None)
    assert returns.parent_id is None


def test_another_name_is_told_to_search(session: Session, now: datetime) -> None:
    articles = stock(session, now)
    before = len(happened(session, articles["exchange-a-size"]))
    with Writer(session, record, now) as writer:
        shelving.name_category(writer, category(session, "Returns"), " Send  back ", "")
    assert category(session, "Send back").slug == "returns", "the address stays"
    assert happened(session, articles["exchange-a-size"])[before:] == ["article_changed"]
    with pytest.raises(Refused), Writer(session, record, now) as writer:
        shelving.name_category(writer, category(session, "Send back"), "  ", "")


def test_articles_move_by_the_handful(session: Session, now: datetime) -> None:
    articles = stock(session, now)
    chosen = [articles["opening-hours"], articles["exchange-a-size"]]
    with Writer(session, record, now) as writer:
        assert shelving.put_away(writer, chosen, category(session, "Returns")) == 1
    assert articles["opening-hours"].category_id == category(session, "Returns").id
    with pytest.raises(Conflict, match="Nothing was moved"), Writer(session, record, now) as writer:
        shelving.put_away(writer, [articles["retourner"]], category(session, "Returns"))


def test_only_empty_ones_are_deleted(session: Session, now: datetime) -> None:
    stock(session, now)
    for name in ("Returns", "Delivery"):
        with pytest.raises(Conflict, match="empty"):
            shelving.delete_category(session, category(session, name))
    empty = place(session, "en", "Nothing")
    assert empty
    shelving.delete_category(session, empty)
    assert session.scalar(select(Category.id).where(Category.name == "Nothing")) is None
