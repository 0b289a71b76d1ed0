"""What an owner may change on pages: a small table of named values, read as one frozen Business."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.people.opening_hours import OpeningHours, read_hours


class Setting(Base):
    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Business:
    """The business that runs this desk. Times of day are shown in `timezone`."""

    name: str = "SupportBox"
    language: str = "en"
    timezone: str = "Europe/Paris"
    country: str = ""  # such as FR: how numbers without a country are read; none: that of the time zone
    website: str = ""
    accent: str = ""  # #rrggbb as its owner chose it; pages use readable variants
    logo: str = ""  # where the picture is
    links: tuple[str, ...] = ()  # below every public page: words, then an address
    needs_second_factor: bool = False  # nobody gets further than to setting one up
    calls_back: bool = True  # customers may ask to be called, on their page and with the contact form
    opening: tuple[str, ...] = ()  # such as mon 09:00-12:30; none: open whenever somebody is there
    closed_days: tuple[str, ...] = ()  # such as 2026-12-24 2026-12-26 Christmas
    is_sending: bool = True  # off after a restore, until somebody says that this is the real desk
    authserv_ids: tuple[str, ...] = ()  # whose Authentication-Results are believed
    purge_days: int = 30  # after which spam and deleted tickets are erased; none: never
    forget_months: int = 0  # after which the words of closed tickets are erased
    raw_days: int = 0  # after which the letters as they came are erased, once understood

    @property
    def footer(self) -> list[tuple[str, str]]:
        """The links as words and address."""
        parts = [line.rpartition(" ") for line in self.links]
        return [(words, address) for words, _space, address in parts]

    @property
    def hours(self) -> OpeningHours | None:
        """When somebody answers; None where nobody said."""
        return read_hours(self.opening, self.closed_days, self.timezone)


_VALUES = select(Setting.key, Setting.value)


def load_business(session: Session) -> Business:
    """The present settings, defaults where nothing was set."""
    known = {field.name for field in fields(Business)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in session.execute(_VALUES)
        if key in known
    }
    return Business(**values)


def change_business(session: Session, **values: Any) -> None:
    """Set some of the fields of Business."""
    for key, value in values.items():
        session.merge(Setting(key=key, value=list(value) if isinstance(value, tuple) else value))
    session.flush()
