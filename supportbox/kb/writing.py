"""Writing articles: the verbs that change one, each leaving an event for search and figures to follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict
from supportbox.kb.article import Article, ArticleVersion, Redirect
from supportbox.kb.category import place
from supportbox.kb.feedback import Feedback
from supportbox.kb.manuscript import Manuscript
from supportbox.kb.slug import is_slug


class Record(Protocol):
    """How something that happened is written down; the edge hands in `inbox.event.record`."""

    def __call__(
        self, session: Session, kind: str, *, at: datetime, article_id: int | None, agent_id: int | None, **data: Any
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody writing now: an agent, or nobody in particular for an import. Flushes, never commits."""

    session: Session
    record: Record
    now: datetime
    agent_id: int | None = None

    def save(self, text: Manuscript) -> tuple[Article, str]:
        """Make the article of this language and slug, or change it; answers it with "new", "changed" or "same"."""
        article = self._find(text)
        if article is None:
            return self._add(text), "new"
        return article, "changed" if self.change(article, text) else "same"

    def change(self, article: Article, text: Manuscript) -> bool:
        """Give an article these words, tags, category and status; the words before are kept as a version."""
        category = place(self.session, text.lang, text.category)
        words = (text.title, text.summary, text.body)
        is_reworded = words != (article.title, article.summary, article.body)
        place_and_tags = (category.id if category else None, list(text.tags))
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

    def unpublish(self, article: Article) -> None:
        """Back to a draft that only its writers see."""
        self._set_status(article, "draft")

    def keep_internal(self, article: Article) -> None:
        """Show it to agents only."""
        self._set_status(article, "internal")

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
        self._note(article, "article_renamed")

    def delete(self, article: Article) -> None:
        """Take it away for good, with its versions, addresses and readers' answers."""
        self._note(article, "article_deleted", title=article.title, slug=article.slug, lang=article.lang)
        for table in (ArticleVersion, Redirect, Feedback):
            self.session.execute(delete(table).where(table.article_id == article.id))
        self.session.delete(article)
        self.session.flush()

    def _find(self, text: Manuscript) -> Article | None:
        wanted = select(Article).where(Article.lang == text.lang, Article.slug == text.slug)
        moved = select(Article).join(Redirect, Redirect.article_id == Article.id)
        return self.session.scalar(wanted) or self.session.scalar(
            moved.where(Redirect.lang == text.lang, Redirect.slug == text.slug)
        )

    def _add(self, text: Manuscript) -> Article:
        category = place(self.session, text.lang, text.category)
        last = self.session.scalar(select(func.max(Article.position)).where(Article.lang == text.lang))
        article = Article(
            lang=text.lang,
            slug=text.slug,
            group=self._free_group(text),
            title=text.title,
            summary=text.summary,
            body=text.body,
            category_id=category.id if category else None,
            tags=list(text.tags),
            position=(last or 0) + 1,
            status="draft",
            created_at=self.now,
            updated_at=self.now,
        )
        self.session.add(article)
        self._note(article, "article_written")
        self._set_status(article, text.status)
        return article

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
        self.session.flush()
        self.record(self.session, kind, at=self.now, article_id=article.id, agent_id=self.agent_id, **data)
