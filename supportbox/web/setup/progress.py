"""How far the first run has come, kept in the database so that it goes on where it stopped."""

from typing import Literal

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from supportbox.people.business import Setting
from supportbox.people.setting_values import drop_value, keep_value

Step = Literal["business", "mailbox", "people"]
ADDRESSES: dict[str, str] = {
    "business": "/setup/business",
    "mailbox": "/settings/mailboxes/new",
    "people": "/setup/people",
}
KEY = "first-run"
_AT = select(Setting.value).where(Setting.key == KEY)


def step_of(connection: Connection) -> str:
    """The step at which the first run is; "" when it is over, or never was."""
    at = connection.execute(_AT).scalar()
    return at if at in ADDRESSES else ""


def go_to(session: Session, step: Step) -> None:
    keep_value(session, KEY, step)


def finish(session: Session) -> None:
    drop_value(session, KEY)
