"""A visitor: a person in the widget before we know who, told from others by a random token that their browser keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, ForeignKey, Index, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.people.contact import Contact
from supportbox.people.token import hash_token, make_token

LINK_LASTS = timedelta(days=2)


class Visitor(Base):
    """`contact_id` is theirs once they wrote, or once a site vouched for them; a claimed address is nobody's contact
    before it is confirmed."""

    __tablename__ = "visitor"
    __table_args__ = (Index("ix_visitor_claim", "email_claim"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    page: Mapped[str] = mapped_column(default="")  # the address that they were last seen on
    page_title: Mapped[str] = mapped_column(default="")
    account: Mapped[str] = mapped_column(default="")  # who the site says that they are; none: not signed in there
    email_claim: Mapped[str] = mapped_column(default="")
    link_hash: Mapped[str | None] = mapped_column(unique=True)  # of the link that confirms the claim, once
    link_sent_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(default=0)  # questions to which no article was near enough
    wants_person: Mapped[bool] = mapped_column(default=False)  # the machine is silent from then on
    seen_at: Mapped[datetime]
    created_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Known:
    """A visitor as a poll needs them, read without the ORM."""

    id: int
    contact_id: int | None
    value: str | None  # of their contact
    customer_id: int | None
    email_claim: str
    confirmed_at: datetime | None
    name: str
    language: str


_KNOWN = (
    select(
        Visitor.id,
        Visitor.contact_id,
        Contact.value,
        Contact.customer_id,
        Visitor.email_claim,
        Visitor.confirmed_at,
        Visitor.name,
        Visitor.language,
    )
    .outerjoin(Contact, Contact.id == Visitor.contact_id)
    .where(Visitor.token_hash == bindparam("hash"))
)


def find_visitor(connection: Connection, token: str) -> Known | None:
    """Whoever has this token; None for any other text."""
    hashed = hash_token(token)
    row = connection.execute(_KNOWN, {"hash": hashed}).first() if hashed else None
    return Known(*row) if row else None


def get_visitor(session: Session, token: str) -> Visitor | None:
    """The same as a row that can be changed."""
    hashed = hash_token(token)
    return session.scalar(select(Visitor).where(Visitor.token_hash == hashed)) if hashed else None


def make_visitor(session: Session, token: str, *, now: datetime, language: str = "") -> Visitor | None:
    """A new one for a token that a browser made; None when it is no token."""
    hashed = hash_token(token)
    if hashed is None:
        return None
    visitor = Visitor(token_hash=hashed, language=language, seen_at=now, created_at=now)
    session.add(visitor)
    session.flush()
    return visitor


def claim(session: Session, visitor: Visitor, address: str, *, now: datetime) -> str:
    """Note the address that they say is theirs; returns the token of a link that proves it, "" when it is proven."""
    if visitor.email_claim == address and visitor.confirmed_at:
        return ""
    token = make_token()
    visitor.email_claim, visitor.confirmed_at = address, None
    visitor.link_hash, visitor.link_sent_at = hash_token(token), now
    session.flush()
    return token


def find_claimant(session: Session, link: str, *, now: datetime) -> Visitor | None:
    """Whose claim a link proves, while it is good."""
    hashed = hash_token(link)
    visitor = session.scalar(select(Visitor).where(Visitor.link_hash == hashed)) if hashed else None
    is_good = visitor and visitor.link_sent_at and now - visitor.link_sent_at <= LINK_LASTS
    return visitor if is_good else None
