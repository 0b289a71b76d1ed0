"""The doctor's round: every light, in the order in which a person would look."""

from datetime import datetime

from sqlalchemy.orm import Session

from supportbox.channels.email.resolving import Texts
from supportbox.config import Settings
from supportbox.doctor import channels, database, domains, mail, place, running, sign_in
from supportbox.doctor.light import Light
from supportbox.kb.searcher import Searcher


def examine(
    session: Session, settings: Settings, searcher: Searcher, *, now: datetime, dns: Texts | None = None
) -> list[Light]:
    """All lights of an instance. Reads only, but all of it: the integrity check looks at every page, and DNS is asked
    for each mailbox's domain."""
    lights = database.revision(session)
    if lights:
        # Of an older database the other questions could not even be asked.
        return [*lights, *database.integrity(session), *place.lights(settings)]
    return [
        *database.integrity(session),
        *database.sqlite_version(session),
        *place.lights(settings),
        *running.index(session, searcher),
        *running.worker(session, settings.instance, now=now),
        *mail.mailboxes(session, now=now),
        *channels.lights(session, now=now),
        *mail.deliveries(session, now=now),
        *mail.intakes(session, now=now),
        *sign_in.lights(session, now=now),
        *domains.lights(session, settings, dns),
    ]
