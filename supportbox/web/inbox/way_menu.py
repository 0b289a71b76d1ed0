"""The composer's "Answer by": ways to the customer that are open now, why the others are not, and the one chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.traits import traits, windows
from supportbox.channels.words import plain
from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.participants import accepted_addresses
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.ways import Way, find_way, list_ways, usual_way
from supportbox.web.channel_words import channel_word, service_name, way_name
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.typed import Typed, addresses
from supportbox.web.reading import reading

MAIL = "email"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the menu. `longest` is how many characters it takes, 0 where nobody counts."""

    key: str
    name: str
    why_not: str = ""
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Menu:
    opened: Sequence[Choice]
    closed: Sequence[Choice]
    chosen: str


def way_menu(row: AnyRow, contacts: Sequence[AnyRow], typed: Typed, *, now: datetime) -> Menu | None:
    """The menu of a ticket's page; None where letters are the only way there is, so that most pages ask nothing."""
    if all(contact.kind == MAIL for contact in contacts):
        return None
    session = Session(reading())
    ticket = session.get_one(Ticket, row.id)
    ways = list_ways(session, ticket, open_windows(session), now=now)
    usual = usual_way(session, ticket, ways)
    opened = _told(session, [way for way in ways if way.is_open])
    closed = _told(session, [way for way in ways if not way.is_open])
    keys = {one.key for one in opened}
    wanted = typed.way if typed.way in keys else _key(usual) if usual else ""
    return Menu(opened, [one for one in closed if one.key not in keys], wanted)


def chosen_way(session: Session, ticket: Ticket, typed: Typed, *, now: datetime) -> Way | None:
    """The way that the form names, where that is another than mail. Refused when it is closed, or the text too long."""
    if typed.way in ("", MAIL):
        return None
    way = find_way(session, ticket, typed.way, open_windows(session), now=now)
    copies = {*addresses(typed.cc), *addresses(typed.bcc)} - set(accepted_addresses(session, ticket))
    if copies:
        raise Refused("Copies go by mail only: answer by e-mail, or take the addresses out of Cc and Bcc.")
    check_length(way.channel, typed.text)
    return way


def check_length(channel: str, text: str) -> None:
    """Said before anything is sent, since the other side would cut it or send it back."""
    longest, length = traits(channel).longest if channel != MAIL else None, len(plain(text))
    if longest and length > longest:
        raise Refused(
            "A message there has at most %(longest)s characters, and this one has %(length)s. Shorten it, or answer by"
            " e-mail.",
            longest=longest,
            length=length,
        )


def undo_time(way: Way | None, usual: timedelta) -> timedelta:
    """How long an answer can be taken back: what the channel says, else the desk's habit."""
    own = traits(way.channel).undo if way else None
    return usual if own is None else own


def open_windows(session: Session) -> Mapping[str, timedelta | None]:
    return windows(session.scalars(select(Mailbox.channel).where(Mailbox.is_active).distinct()))


def _told(session: Session, ways: Sequence[Way]) -> list[Choice]:
    """One line for all addresses of mail, which has a field of its own for them."""
    lines = {_key(way): way for way in reversed(ways)}
    return [_choice(session, key, way) for key, way in reversed(lines.items())]


def _choice(session: Session, key: str, way: Way) -> Choice:
    if key == MAIL and way.is_open:
        return Choice(MAIL, channel_word(MAIL))
    longest = (traits(way.channel).longest or 0) if way.channel != MAIL else 0
    name = way_name(way.channel, way.value, service_name(session, way.channel, way.mailbox_id))
    return Choice(key, name, _(way.why_not, **way.values) if way.why_not else "", longest)


def _key(way: Way) -> str:
    return MAIL if way.channel == MAIL else way.key
