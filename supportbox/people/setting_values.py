"""Values by name that are no settings of the business: what a page has to remember between two visits."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from supportbox.people.business import Setting


def find_value(session: Session, key: str) -> Any:
    """What was kept under that name; None when nothing was."""
    row = session.get(Setting, key)
    return row.value if row else None


def keep_value(session: Session, key: str, value: Any) -> None:
    """Keep something that JSON can hold, in place of what was there."""
    session.merge(Setting(key=key, value=value))
    session.flush()


def drop_value(session: Session, key: str) -> None:
    session.execute(delete(Setting).where(Setting.key == key))
