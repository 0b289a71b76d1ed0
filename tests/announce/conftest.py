"""The desk of the worker's tests: a mailbox on the sandbox, and now Ada and Ben who hear of things."""

import pytest

from supportbox import clock
from supportbox.people.agent import Agent
from supportbox.store import transaction
from tests.work.conftest import Desk, bare_desk, desk

__all__ = ["bare_desk", "desk", "crew"]


@pytest.fixture
def crew(desk: Desk) -> Desk:
    """Ada owns the desk, Ben answers; answers by mail have addresses of their own, nothing is acknowledged."""
    with transaction() as session:
        for name, role in (("Ada", "owner"), ("Ben", "agent")):
            agent = Agent(email=f"{name.lower()}@demo.example", name=name, role=role, created_at=clock.now())
            agent.language = "en"
            session.add(agent)
    desk.change_mailbox(has_plus_addresses=True, has_acknowledgement=False)
    return desk
