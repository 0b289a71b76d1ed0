"""Noting in the audit what the person behind this request did."""

from flask import request
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.people.audit import note
from supportbox.web.access import viewer


def note_here(session: Session, kind: str, *, by: int | None = None, **data: object) -> None:
    """See `people.audit.note`; `by` is for who is not signed in yet."""
    here = viewer()
    agent_id = by if by is not None or here is None else here.id
    note(session, kind, agent_id=agent_id, at=clock.now(), address=request.remote_addr or "", **data)
