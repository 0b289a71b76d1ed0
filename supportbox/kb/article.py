"""An article of the help centre, its earlier versions, and the addresses that it once had."""

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base

Status = Literal["draft", "internal", "public"]
STATUSES: tuple[str, ...] = get_args(Status)


class Article(Base):
    """One language's article. Articles of one `group` say the same in different languages.

    Status: draft (its writers alone), internal (agents), public (everybody). `version` grows with every change of
    words; the words that it replaced are kept as an ArticleVersion.
    """

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("slug", "lang"),
        UniqueConstraint("group", "lang"),
        Index("ix_article_shelf", "lang", "status", "category_id", "position", "id"),
        Index("ix_article_read", "lang", "status", "views", "id"),
        Index("ix_article_new", "lang", "status", "published_at", "id"),
        Index("ix_article_due", "publish_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group: Mapped[str]
    lang: Mapped[str]
    slug: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")  # Markdown
    status: Mapped[str] = mapped_column(default="draft")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    publish_at: Mapped[datetime | None]  # when a draft becomes public by itself
    views: Mapped[int] = mapped_column(default=0)
    helpful_yes: Mapped[int] = mapped_column(default=0)
    helpful_no: Mapped[int] = mapped_column(default=0)

    @property
    def is_public(self) -> bool:
        return self.status == "public"


class ArticleVersion(Base):
    """Words that an article once had. `number` is the version they were, `at` when they were replaced."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))


class Redirect(Base):
    """An address that an article had before it was renamed."""

    __tablename__ = "redirect"
    __table_args__ = (UniqueConstraint("lang", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lang: Mapped[str]
    slug: Mapped[str]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
