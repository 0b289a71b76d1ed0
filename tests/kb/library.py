"""A small help centre for tests: articles in English and French, one draft, one internal."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.event import Event, record
from supportbox.kb.article import Article
from supportbox.kb.importer import store_articles
from supportbox.kb.manuscript import Manuscript, read_manuscript
from supportbox.kb.writing import Writer

RETURNS = """Send it back within 30 days.

## Pack it

> [!NOTE]
> Use the first box.

## Print the label

1. Open the page.
2. Print it.

## Hand it in

Any counter will do.
"""


def manuscript(slug: str, **values: object) -> Manuscript:
    title = slug.replace("-", " ").capitalize()
    return read_manuscript({"slug": slug, "lang": "en", "title": title, "body": f"About: {title}.", **values})


LIBRARY = (
    manuscript("return-an-item", category="Returns", tags=["refund"], summary="How to send it back.", body=RETURNS),
    manuscript("exchange-a-size", category="Returns", body="Choose another size, then follow the steps of a return."),
    manuscript("track-a-parcel", category="Delivery > Parcels", summary="Where it is now."),
    manuscript("opening-hours", body="Monday to Friday."),
    manuscript("retourner", lang="fr", title="Retourner un article", category="Retours", group="return-an-item"),
    manuscript("supplier-prices", category="Returns", status="internal", body="The zebrawood costs nine."),
    manuscript("spring-sale", category="Returns", status="draft", body="The quokka discount begins in May."),
)


def stock(session: Session, now: datetime, *texts: Manuscript) -> dict[str, Article]:
    """Store articles; all of the library when none are named."""
    with Writer(session, record, now) as writer:
        store_articles(writer, texts or LIBRARY)
    return {article.slug: article for article in session.scalars(select(Article))}


def happened(session: Session, article: Article) -> list[str]:
    """What the events say of an article, in order."""
    return list(session.scalars(select(Event.kind).where(Event.article_id == article.id).order_by(Event.id)))
