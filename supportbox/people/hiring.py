"""Hiring: a new agent, their address checked."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Refused
from supportbox.people.agent import ROLES, Agent
from supportbox.people.password import hash_password

# Who may log in is typed by a person: no quoted local parts, no comments, no bare host names.
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\s@.<>()\[\],;:\\\"]{1,63}\.)+[^\s@.<>()\[\],;:\\\"]{2,63}")


def check_address(text: str) -> str:
    """The address in lower case. Refuses what is none."""
    address = text.strip().lower()
    if not _ADDRESS.fullmatch(address) or ".." in address or len(address) > 254:
        raise Refused("%(text)s is not an e-mail address such as ada@shop.example.", text=repr(text))
    return address


def hire(session: Session, email: str, *, name: str, role: str, password: str, now: datetime) -> Agent:
    """Add an agent who can log in at once."""
    address = check_address(email)
    if not name.strip():
        raise Refused("An agent needs a name: customers see it under every reply.")
    if role not in ROLES:
        raise Refused("A role is one of %(roles)s, not %(role)s.", roles=", ".join(ROLES), role=repr(role))
    if session.scalar(select(Agent.id).where(Agent.email == address)):
        raise Conflict("There is already an agent %(address)s.", address=address)
    hashed = hash_password(password, about=(name, address))
    agent = Agent(email=address, name=name.strip(), role=role, password_hash=hashed, created_at=now)
    session.add(agent)
    session.flush()
    return agent
