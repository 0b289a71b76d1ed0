"""What everybody at the desk must know now: mail that does not come in, and a disk on which nothing can be kept."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from supportbox.config import Settings
from supportbox.doctor.mail import stale_mailboxes

# Less than this, and the next letters with files may not fit.
NO_ROOM = 50_000_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that stands still."""

    kind: Literal["mailbox", "disk"]
    address: str = ""
    since: datetime | None = None  # the last good poll; None when there never was one
    error: str = ""


def alarms(session: Session, settings: Settings, *, now: datetime) -> list[Alarm]:
    """What stands still; one short question to the database and one to the disk."""
    found = [
        Alarm("mailbox", box.address, box.good_poll_at, box.last_error) for box in stale_mailboxes(session, now=now)
    ]
    if shutil.disk_usage(settings.instance).free < NO_ROOM:
        found.append(Alarm("disk"))
    return found
