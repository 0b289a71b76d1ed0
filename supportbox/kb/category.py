"""A category: where an article stands in the help centre; two levels deep, ordered by hand."""

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.kb.slug import make_slug

BETWEEN = " > "


class Category(Base):
    """One language's category. `parent_id` is set on the second level only."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("lang", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lang: Mapped[str]
    slug: Mapped[str]
    name: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)


def place(session: Session, lang: str, path: str) -> Category | None:
    """The category that a path such as "Delivery > Parcels" names, made where it is missing; None for no path."""
    names = [name.strip() for name in path.split(BETWEEN, 1) if name.strip()]
    category: Category | None = None
    for name in names:
        category = _child(session, lang, name, category)
    return category


def path_of(session: Session, category: Category | None) -> str:
    """The names from the top down, as `place` reads them."""
    if category is None:
        return ""
    parent = session.get(Category, category.parent_id) if category.parent_id else None
    return f"{parent.name}{BETWEEN}{category.name}" if parent else category.name


def _child(session: Session, lang: str, name: str, parent: Category | None) -> Category:
    parent_id = parent.id if parent else None
    found = session.scalar(
        select(Category).where(Category.lang == lang, Category.name == name, Category.parent_id == parent_id)
    )
    if found:
        return found
    last = session.scalar(select(func.max(Category.position)).where(Category.lang == lang))
    slug = _free_slug(session, lang, make_slug(name, otherwise="category"))
    category = Category(lang=lang, name=name, slug=slug, parent_id=parent_id, position=(last or 0) + 1)
    session.add(category)
    session.flush()
    return category


def _free_slug(session: Session, lang: str, wanted: str) -> str:
    slug, number = wanted, 1
    while session.scalar(select(Category.id).where(Category.lang == lang, Category.slug == slug)):
        number += 1
        slug = f"{wanted}-{number}"
    return slug
