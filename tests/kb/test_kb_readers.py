"""What readers do is counted: searches, answers to "did this help", suggestions; and read back in rows."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.kb import catalogue
from supportbox.kb.asked import Question, not_found, note_questions
from supportbox.kb.feedback import Feedback, give_feedback, give_reason
from supportbox.kb.suggest import SuggestionCount, count_suggestions
from tests.kb.library import stock


def test_what_was_asked_and_not_found_is_listed_most_wanted_first(session: Session, now: datetime) -> None:
    asked = [("Bike", 0), ("bike ", 0), ("lamp", 0), ("bowl", 2), ("cup", 0)]
    note_questions(session, [Question("en", query, results, now) for query, results in asked])
    note_questions(session, [Question("en", "CUP", 1, now + timedelta(days=1))])
    assert [(one.query, one.count) for one in not_found(session)] == [("bike", 2), ("lamp", 1)]


def test_an_answer_is_counted_and_its_first_reason_kept(session: Session, now: datetime) -> None:
    article = stock(session, now)["opening-hours"]
    give_feedback(session, article.id, 1, is_helpful=True, now=now)
    no = give_feedback(session, article.id, 1, is_helpful=False, now=now)
    give_reason(session, no.id, " Saturdays? ")
    give_reason(session, no.id, "changed my mind")
    session.refresh(article)
    assert (article.helpful_yes, article.helpful_no) == (1, 1)
    assert session.scalars(select(Feedback.reason).order_by(Feedback.id)).all() == ["", "Saturdays?"]


def test_suggestions_are_counted_by_the_day(session: Session, now: datetime) -> None:
    count_suggestions(session, {(1, "shown"): 3, (1, "opened"): 1}, now=now)
    count_suggestions(session, {(1, "shown"): 1, (2, "solved"): 1}, now=now)
    count_suggestions(session, {(1, "shown"): 1}, now=now + timedelta(days=1))
    rows = session.scalars(select(SuggestionCount).order_by(SuggestionCount.id))
    assert [(row.article_id, row.shown, row.opened, row.solved) for row in rows] == [
        (1, 4, 1, 0), (2, 0, 0, 1), (1, 1, 0, 0),
    ]  # fmt: skip


def test_shelves_count_what_is_public_with_what_is_below(session: Session, now: datetime) -> None:
    stock(session, now)
    found = catalogue.shelves(session.connection(), "en")
    assert [(shelf.name, shelf.count, shelf.parent_id is None) for shelf in found] == [
        ("Returns", 2, True), ("Delivery", 1, True), ("Parcels", 1, False),
    ]  # fmt: skip


def test_neighbours_are_public_and_of_the_same_category(session: Session, now: datetime) -> None:
    stock(session, now)
    connection = session.connection()
    pages = {slug: catalogue.find_page(connection, "en", slug) for slug in ("return-an-item", "exchange-a-size")}
    first, second = pages["return-an-item"], pages["exchange-a-size"]
    assert first and second
    before, after = catalogue.neighbours(connection, first)
    assert (before, after and after.slug) == (None, "exchange-a-size")
    before, after = catalogue.neighbours(connection, second)
    assert (before and before.slug, after) == ("return-an-item", None)


def test_search_results_are_checked_against_the_database(session: Session, now: datetime) -> None:
    articles = stock(session, now)
    numbers = [article.id for article in articles.values()]
    found = catalogue.listed(session.connection(), numbers)
    assert {row.slug for row in found.values()} == {
        "return-an-item", "exchange-a-size", "track-a-parcel", "opening-hours", "retourner",
    }  # fmt: skip
