"""Articles are written, published, renamed and deleted by verbs that leave events and keep every version."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict
from supportbox.inbox.event import record
from supportbox.kb.article import ArticleVersion
from supportbox.kb.category import Category, path_of
from supportbox.kb.writing import Writer, find_article
from tests.kb.library import happened, manuscript, stock


def test_a_new_article_is_written_then_published(session: Session, now: datetime) -> None:
    article = stock(session, now, manuscript("refunds"))["refunds"]
    assert article.is_public
    assert article.published_at == now
    assert happened(session, article) == ["article_written", "article_published"]


def test_a_draft_is_published_and_taken_back(session: Session, now: datetime) -> None:
    article = stock(session, now, manuscript("refunds", status="draft"))["refunds"]
    for verb in ("publish", "keep_internal", "unpublish", "publish"):
        with Writer(session, record, now + timedelta(days=1)) as writer:
            getattr(writer, verb)(article)
    assert happened(session, article) == [
        "article_written", "article_published", "article_kept_internal", "article_unpublished", "article_published",
    ]  # fmt: skip
    assert article.published_at == now + timedelta(days=1), "the first time counts"


def test_every_version_is_kept(session: Session, now: datetime) -> None:
    text = manuscript("refunds", body="one")
    article = stock(session, now, text)["refunds"]
    for body in ("two", "three"):
        stock(session, now + timedelta(hours=1), replace(text, body=body))
    kept = session.scalars(select(ArticleVersion).order_by(ArticleVersion.number)).all()
    assert [(version.number, version.body) for version in kept] == [(1, "one"), (2, "two")]
    assert (article.version, article.body, article.updated_at) == (3, "three", now + timedelta(hours=1))


def test_saving_the_same_changes_nothing(session: Session, now: datetime) -> None:
    text = manuscript("refunds", category="Money", tags=["a", "b"])
    article = stock(session, now, text)["refunds"]
    stock(session, now + timedelta(hours=1), text)
    assert article.updated_at == now
    assert happened(session, article) == ["article_written", "article_published"]


def test_another_category_is_no_new_version(session: Session, now: datetime) -> None:
    article = stock(session, now, manuscript("refunds", category="Money"))["refunds"]
    stock(session, now, manuscript("refunds", category="Money > Back"))
    assert article.version == 1
    assert path_of(session, session.get(Category, article.category_id)) == "Money > Back"
    assert happened(session, article)[-1] == "article_changed"


def test_a_renamed_article_is_found_under_its_old_names(session: Session, now: datetime) -> None:
    article = stock(session, now, manuscript("refunds"))["refunds"]
    with Writer(session, record, now) as writer:
        writer.rename(article, "money-back")
        writer.rename(article, "get-money-back")
    assert {find_article(session, "en", slug) for slug in ("refunds", "money-back", "get-money-back")} == {article}
    assert find_article(session, "fr", "refunds") is None


def test_an_article_can_have_its_old_name_back(session: Session, now: datetime) -> None:
    article = stock(session, now, manuscript("refunds"))["refunds"]
    with Writer(session, record, now) as writer:
        writer.rename(article, "money-back")
        writer.rename(article, "refunds")
    assert find_article(session, "en", "refunds") is article
    assert find_article(session, "en", "money-back") is article


@pytest.mark.parametrize("slug", ["tracking", "two words", "a/b", "", "../up"])
def test_a_name_that_is_taken_or_no_address_is_refused(session: Session, now: datetime, slug: str) -> None:
    article = stock(session, now, manuscript("refunds"), manuscript("tracking"))["refunds"]
    with pytest.raises(Conflict), Writer(session, record, now) as writer:
        writer.rename(article, slug)


def test_importing_under_an_old_name_brings_the_renamed_one_up_to_date(session: Session, now: datetime) -> None:
    article = stock(session, now, manuscript("refunds"))["refunds"]
    with Writer(session, record, now) as writer:
        writer.rename(article, "money-back")
    everything = stock(session, now, manuscript("refunds", body="new words"))
    assert list(everything) == ["money-back"]
    assert article.body == "new words"


def test_a_deleted_article_leaves_an_event_and_nothing_else(session: Session, now: datetime) -> None:
    article = stock(session, now, manuscript("refunds"))["refunds"]
    stock(session, now, manuscript("refunds", body="second words"))
    with Writer(session, record, now) as writer:
        writer.rename(article, "money-back")
        writer.delete(article)
    assert find_article(session, "en", "refunds") is None
    assert session.scalars(select(ArticleVersion)).all() == []
    assert happened(session, article)[-1] == "article_deleted"


def test_the_same_slug_in_two_languages_is_one_matter(session: Session, now: datetime) -> None:
    stock(session, now, manuscript("gift-cards"), manuscript("gift-cards", lang="fr"))
    groups = {find_article(session, lang, "gift-cards").group for lang in ("en", "fr")}  # type: ignore[union-attr]  # both are there
    assert groups == {"gift-cards"}


def test_what_was_not_finished_leaves_no_event(session: Session, now: datetime) -> None:
    article = stock(session, now, manuscript("refunds"))["refunds"]
    with pytest.raises(RuntimeError), Writer(session, record, now) as writer:
        writer.unpublish(article)
        raise RuntimeError
    assert "article_unpublished" not in happened(session, article)
