"""Writing articles: the verbs that change one, each leaving an event for search and figures to follow."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict
from supportbox.kb.article import Article, ArticleVersion, Redirect
from supportbox.kb.category import place
from supportbox.kb.feedback import Feedback
from supportbox.kb.manuscript import Manuscript
from supportbox.kb.slug import is_slug
from supportbox.kb.ticket_link import ArticleTicket
from supportbox.kb.unsaved import UnsavedText


class Record(Protocol):
    """How something that happened is written down; the edge hands in `inbox.event.record`."""

    def __call__(
        self, session: Session, kind: str, *, at: datetime, article_id: int | None, agent_id: int | None, **data: Any
    ) -> object: ...


@dataclass(slots=True)
class Writer:
    """Somebody writing now: an agent, or nobody in particular for an import. Flushes at the end, never commits.

    To be used in a `with`: what happened is recorded when it ends well.
    """

    session: Session
    record: Record
    now: datetime
    agent_id: int | None = None
    _happened: list[tuple[Article, str, dict[str, Any]]] = field(default_factory=list)
    _last: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None:
            self._finish()

    def save(self, text: Manuscript) -> tuple[Article, str]:
        """Make the article of this language and slug, or change it; answers it with "new", "changed" or "same"."""
        article = find_article(self.session, text.lang, text.slug)
        if article is None:
            return self.add(text, self._category_id(text), self._free_group(text)), "new"
        return article, "changed" if self.change(article, text) else "same"

    def change(self, article: Article, text: Manuscript, category_id: int | None = None) -> bool:
        """Give an article these words, tags, category and status; the words before are kept as a version."""
        category_id = category_id or self._category_id(text)
        words = (text.title, text.summary, text.body)
        is_reworded = words != (article.title, article.summary, article.body)
        place_and_tags = (category_id, list(text.tags))
        is_moved = place_and_tags != (article.category_id, article.tags)
        if is_reworded:
            self._keep_version(article)
            article.title, article.summary, article.body = words
            article.version += 1
        if is_moved:
            article.category_id, article.tags = place_and_tags
        if is_reworded or is_moved:
            article.updated_at = self.now
            self._note(article, "article_changed")
        return self._set_status(article, text.status) or is_reworded or is_moved

    def publish(self, article: Article) -> None:
        """Show it to everybody."""
        self._set_status(article, "public")

    def schedule(self, article: Article, at: datetime) -> None:
        """A draft until then, public from then on."""
        self._set_status(article, "draft")
        if article.publish_at != at:
            article.publish_at = at
            self._note(article, "article_scheduled", publish_at=at.isoformat())

    def unpublish(self, article: Article) -> None:
        """Back to a draft that only its writers see."""
        self._set_status(article, "draft")

    def keep_internal(self, article: Article) -> None:
        """Show it to agents only."""
        self._set_status(article, "internal")

    def touch(self, articles: Iterable[Article]) -> None:
        """Something around these articles changed that search should know; their words and dates are the same."""
        for article in articles:
            self._note(article, "article_changed")

    def rename(self, article: Article, slug: str) -> None:
        """Give it another address; the old one leads to the new one from now on."""
        if slug == article.slug:
            return
        taken = select(Article.id).where(Article.lang == article.lang, Article.slug == slug)
        if not is_slug(slug) or self.session.scalar(taken):
            raise Conflict(f"The address {slug!r} is taken, or holds more than letters, digits and hyphens.")
        both = Redirect.slug.in_((slug, article.slug))
        self.session.execute(delete(Redirect).where(Redirect.lang == article.lang, both))
        self.session.add(Redirect(lang=article.lang, slug=article.slug, article_id=article.id))
        article.slug = slug
        self.session.flush()
        self._note(article, "article_renamed")

    def delete(self, article: Article) -> None:
        """Take it away for good, with its versions, addresses and readers' answers."""
        self._note(article, "article_deleted", title=article.title, slug=article.slug, lang=article.lang)
        for table in (ArticleVersion, Redirect, Feedback, ArticleTicket, UnsavedText):
            self.session.execute(delete(table).where(table.article_id == article.id))
        self.session.delete(article)
        self.session.flush()

    def add(self, text: Manuscript, category_id: int | None, group: str) -> Article:
        """A new article, behind all others of its language."""
        article = Article(
            lang=text.lang,
            slug=text.slug,
            group=group,
            title=text.title,
            summary=text.summary,
            body=text.body,
            category_id=category_id,
            tags=list(text.tags),
            position=self._next_position(text.lang),
            version=1,
            status="draft",
            published_at=None,
            created_at=self.now,
            updated_at=self.now,
        )
        self.session.add(article)
        self._note(article, "article_written")
        self._set_status(article, text.status)
        return article

    def _category_id(self, text: Manuscript) -> int | None:
        category = place(self.session, text.lang, text.category)
        return category.id if category else None

    def _next_position(self, lang: str) -> int:
        if lang not in self._last:
            last = select(func.max(Article.position)).where(Article.lang == lang)
            self._last[lang] = self.session.scalar(last) or 0
        self._last[lang] += 1
        return self._last[lang]

    def _free_group(self, text: Manuscript) -> str:
        group = text.group or text.slug
        taken = select(Article.id).where(Article.lang == text.lang, Article.group == group)
        return f"{text.lang}:{text.slug}" if self.session.scalar(taken) else group

    def _set_status(self, article: Article, status: str) -> bool:
        if status == article.status:
            return False
        article.status, article.publish_at = status, None
        if status == "public" and article.published_at is None:
            article.published_at = self.now
        kinds = {"public": "article_published", "internal": "article_kept_internal", "draft": "article_unpublished"}
        self._note(article, kinds[status])
        return True

    def _keep_version(self, article: Article) -> None:
        self.session.add(
            ArticleVersion(
                article_id=article.id,
                number=article.version,
                title=article.title,
                summary=article.summary,
                body=article.body,
                at=self.now,
                agent_id=self.agent_id,
            )
        )

    def _note(self, article: Article, kind: str, **data: Any) -> None:
        self._happened.append((article, kind, data))

    def _finish(self) -> None:
        self.session.flush()
        for article, kind, data in self._happened:
            self.record(self.session, kind, at=self.now, article_id=article.id, agent_id=self.agent_id, **data)
        self._happened.clear()
        self.session.flush()


def publish_due(session: Session, record: Record, now: datetime) -> int:
    """Publish every draft whose time has come, and how many there were."""
    due = select(Article).where(Article.publish_at.is_not(None), Article.publish_at <= now)
    with Writer(session, record, now) as writer:
        articles = session.scalars(due).all()
        for article in articles:
            writer.publish(article)
            article.publish_at = None
    return len(articles)


def find_article(session: Session, lang: str, slug: str) -> Article | None:
    """The article that has this address, or had it before a renaming."""
    moved = select(Article).join(Redirect, Redirect.article_id == Article.id)
    return session.scalar(select(Article).where(Article.lang == lang, Article.slug == slug)) or session.scalar(
        moved.where(Redirect.lang == lang, Redirect.slug == slug)
    )
