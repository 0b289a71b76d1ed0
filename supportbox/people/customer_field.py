"""Fields of their own: what a business wants to know of its customers besides name and contacts."""

from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Conflict, NotFound, Refused
from supportbox.people.customer import Customer

FieldKind = Literal["text", "number", "date", "choice"]
FIELD_KINDS: tuple[str, ...] = get_args(FieldKind)
MOST, MOST_CHOICES, LONGEST_NAME, LONGEST = 12, 30, 60, 500


class CustomerField(Base):
    """A customer's value is kept under the field's number, so that renaming loses nothing."""

    __tablename__ = "customer_field"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="text")
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)
    place: Mapped[int] = mapped_column(default=0)


def list_fields(session: Session) -> list[CustomerField]:
    """In the order of the page."""
    return list(session.scalars(select(CustomerField).order_by(CustomerField.place, CustomerField.id)))


def keep_field(session: Session, number: int | None, *, name: str, kind: str, choices: str = "") -> CustomerField:
    """Add a field, or change one; `choices` are its words, one a line."""
    name = " ".join(name.split())[:LONGEST_NAME]
    lines = [" ".join(line.split())[:LONGEST_NAME] for line in choices.splitlines() if line.strip()]
    if not name:
        raise Refused("A field needs a name.")
    if kind not in FIELD_KINDS:
        raise Refused("Choose what the field holds: text, a number, a date or a choice.")
    if kind == "choice" and not 2 <= len(lines) <= MOST_CHOICES:
        raise Refused("A choice needs two to thirty words to choose from, one a line.")
    same = session.scalar(select(CustomerField.id).where(CustomerField.name == name))
    if same is not None and same != number:
        raise Conflict("There is a field of this name already.")
    field = _get(session, number) if number is not None else _add(session)
    field.name, field.kind, field.choices = name, kind, lines if kind == "choice" else []
    session.flush()
    return field


def remove_field(session: Session, number: int) -> None:
    """Forget the field. What it said about customers is forgotten with their next change."""
    session.delete(_get(session, number))
    session.flush()


def fill_fields(session: Session, customer: Customer, given: dict[str, str]) -> None:
    """Set a customer's values; `given` is by field number. Refuses what a field does not hold."""
    fields = {str(field.id): field for field in list_fields(session)}
    values = {key: value for key, value in customer.fields.items() if key in fields and key not in given}
    for key, text in given.items():
        if key in fields and text.strip():
            values[key] = checked(fields[key], text.strip())
    customer.fields = values


def checked(field: CustomerField, text: str) -> Any:
    """The text as the field's value."""
    if field.kind == "number":
        try:
            number = float(text.replace(" ", "").replace("\u202f", "").replace("\xa0", "").replace(",", "."))
        except ValueError as error:
            raise Refused("%(field)s has to be a number such as 12 or 3.5.", field=field.name) from error
        if number != number or abs(number) > 1e15:
            raise Refused("%(field)s has to be a number such as 12 or 3.5.", field=field.name)
        return int(number) if number == int(number) else number
    if field.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise Refused("%(field)s has to be a date such as 2026-03-01.", field=field.name) from error
    if field.kind == "choice" and text not in field.choices:
        raise Refused("%(field)s has to be one of the words to choose from.", field=field.name)
    return text[:LONGEST]


def _add(session: Session) -> CustomerField:
    there = list_fields(session)
    if len(there) >= MOST:
        raise Refused("There are twelve fields already. Remove one first.")
    field = CustomerField(name="", place=max((one.place for one in there), default=0) + 1)
    session.add(field)
    return field


def _get(session: Session, number: int) -> CustomerField:
    field = session.get(CustomerField, number)
    if field is None:
        raise NotFound("There is no such field.")
    return field
