"""Invitations: a link, good once and for a week, by which somebody becomes an agent with a password of their own."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Conflict, NotFound
from supportbox.people.agent import Agent
from supportbox.people.hiring import check_address, hire
from supportbox.people.standing import check_may_give
from supportbox.people.token import hash_token, make_token

LASTS = timedelta(days=7)


class Invitation(Base):
    """Gone once it was taken or withdrawn; `letter_id` is the Delivery of its letter, none when the link was copied."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


def invite(
    session: Session, email: str, *, role: str, language: str, by: Agent, now: datetime
) -> tuple[Invitation, str]:
    """Invite somebody; returns the invitation and the token of its link, which is kept nowhere."""
    address = check_address(email)
    check_may_give(role, by=by)
    if session.scalar(select(Agent.id).where(Agent.email == address)):
        raise Conflict("There is already an agent with this address.")
    if session.scalar(select(Invitation.id).where(Invitation.email == address)):
        raise Conflict("This address is invited already. Send the invitation again instead.")
    invitation = Invitation(email=address, role=role, language=language, invited_by_id=by.id, created_at=now)
    session.add(invitation)
    return invitation, renew(session, invitation, now=now)


def renew(session: Session, invitation: Invitation, *, now: datetime) -> str:
    """A new link for the same person; the one before leads nowhere from now on."""
    token = make_token()
    invitation.token_hash, invitation.expires_at = hash_token(token) or "", now + LASTS
    session.flush()
    return token


def find_invitation(session: Session, token: str, *, now: datetime) -> Invitation | None:
    """The invitation that this link is for, while it is good."""
    hashed = hash_token(token)
    if hashed is None:
        return None
    good = Invitation.token_hash == hashed, Invitation.expires_at > now
    return session.scalar(select(Invitation).where(*good))


def accept(session: Session, token: str, *, name: str, password: str, now: datetime) -> Agent:
    """The invited person becomes an agent; the link is used up."""
    invitation = find_invitation(session, token, now=now)
    if invitation is None:
        raise NotFound("This invitation is over or was used already. Ask for a new one.")
    agent = hire(session, invitation.email, name=name, role=invitation.role, password=password, now=now)
    agent.language = invitation.language
    withdraw(session, invitation)
    return agent


def withdraw(session: Session, invitation: Invitation) -> None:
    session.execute(delete(Invitation).where(Invitation.id == invitation.id))
