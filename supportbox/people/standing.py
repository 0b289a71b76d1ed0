"""An agent's standing in the house: role, at work or gone; who may change whose."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.people.agent import ROLES, Agent
from supportbox.people.agent_session import end_sessions
from supportbox.people.recovery import forget_codes


def change_role(session: Session, agent: Agent, role: str, *, by: Agent) -> None:
    """Give another role. The agent's sessions end, so that no open page keeps the old one's rights."""
    check_may_change(agent, by=by)
    check_may_give(role, by=by)
    if role == agent.role:
        return
    if agent.role == "owner":
        _refuse_last_owner(session, agent)
    agent.role = role
    end_sessions(session, agent.id)
    session.flush()


def deactivate(session: Session, agent: Agent, *, by: Agent) -> None:
    """They cannot sign in any more, at once. Their tickets are `inbox.handing_back`'s part."""
    check_may_change(agent, by=by)
    if agent.id == by.id:
        raise Conflict("You cannot deactivate yourself. Ask another manager.")
    if agent.role == "owner":
        _refuse_last_owner(session, agent)
    agent.is_active = False
    end_sessions(session, agent.id)
    session.flush()


def reactivate(session: Session, agent: Agent, *, by: Agent) -> None:
    """They can sign in again, with the password that they had."""
    check_may_change(agent, by=by)
    agent.is_active = True
    session.flush()


def drop_second_factor(session: Session, agent: Agent) -> None:
    """The password alone opens the desk again, until a new second factor is set up."""
    agent.totp_sealed, agent.totp_step = "", 0
    forget_codes(session, agent.id)
    session.flush()


def check_may_change(agent: Agent, *, by: Agent) -> None:
    """Refuses who is no manager, and an admin before an owner."""
    if not by.can_manage or (agent.role == "owner" and by.role != "owner"):
        raise Forbidden("Only an owner can change an owner.")


def check_may_give(role: str, *, by: Agent) -> None:
    """Refuses what is no role, and an owner made by anybody but an owner."""
    if role not in ROLES:
        raise Refused("Choose a role.")
    if role == "owner" and by.role != "owner":
        raise Forbidden("Only an owner can make an owner.")


def _refuse_last_owner(session: Session, agent: Agent) -> None:
    others = Agent.role == "owner", Agent.is_active.is_(True), Agent.id != agent.id
    if agent.is_active and not session.scalar(select(func.count()).select_from(Agent).where(*others)):
        raise Conflict("This is the last owner. Make somebody else an owner first.")
