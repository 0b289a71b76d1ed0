"""The editor's form: an article's fields as they were typed, and what is asked to be done with them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.kb.article import Article
from supportbox.kb.category import Category, path_of
from supportbox.kb.drawer import free_slug
from supportbox.kb.manuscript import LONGEST_BODY, Manuscript, read_manuscript
from supportbox.kb.slug import is_slug, make_slug
from supportbox.web.times import desk_zone

TEXTS = ("lang", "slug", "title", "summary", "category", "tags", "group", "publish_at", "message")
FIELDS = (*TEXTS, "body", "seen")


@dataclass(slots=True)
class ArticleForm:
    """Kept whole when something is wrong. `seen` is the version that its writer began with."""

    lang: str = "en"
    slug: str = ""
    title: str = ""
    summary: str = ""
    category: str = ""
    tags: str = ""
    body: str = ""
    group: str = ""
    status: str = "draft"
    publish_at: str = ""  # as a browser's field writes it, where the agent is
    message: str = ""  # the answer to a ticket that it was begun from
    seen: int = 0

    def later(self, now: datetime) -> datetime | None:
        """When it shall become public, if that is still to come; raises Refused for what is no time."""
        if not self.publish_at:
            return None
        try:
            moment = datetime.fromisoformat(self.publish_at)
        except ValueError:
            raise Refused("This is no date and time: write it as 2026-05-31 09:00.") from None
        at = moment if moment.tzinfo else moment.replace(tzinfo=desk_zone())
        return at.astimezone(UTC) if at > now else None

    def manuscript(self, session: Session, *, is_new: bool, status: str) -> Manuscript:
        """The article that the form describes; raises Refused with one sentence."""
        self._check()
        slug = self.slug
        if is_new:
            slug = free_slug(session, self.lang, slug or make_slug(self.title))
        return read_manuscript(
            {
                "slug": slug,
                "lang": self.lang,
                "title": self.title,
                "summary": self.summary,
                "category": self.category,
                "tags": self.tags.split(","),
                "body": self.body,
                "group": self.group,
                "status": status,
            }
        )

    def _check(self) -> None:
        if not self.title:
            raise Refused("The title is missing.")
        if self.slug and not is_slug(self.slug):
            raise Refused("The address may hold letters, digits and hyphens only.")
        if len(self.body) > LONGEST_BODY:
            raise Refused("The text is too long for one article: make several of it.")


def typed() -> ArticleForm:
    """The form as it was sent."""
    fields = {name: request.form.get(name, "").strip()[:1000] for name in TEXTS}
    seen = request.form.get("seen", "")
    return ArticleForm(
        **fields,
        body=request.form.get("body", "").replace("\r\n", "\n"),
        seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
    )


def stored(session: Session, article: Article) -> ArticleForm:
    """The form as the database fills it in."""
    category = session.get(Category, article.category_id) if article.category_id else None
    return ArticleForm(
        lang=article.lang,
        slug=article.slug,
        title=article.title,
        summary=article.summary,
        category=path_of(session, category),
        tags=", ".join(article.tags),
        body=article.body,
        group=article.group,
        status=article.status,
        publish_at=article.publish_at.astimezone(desk_zone()).strftime("%Y-%m-%dT%H:%M") if article.publish_at else "",
        seen=article.version,
    )
