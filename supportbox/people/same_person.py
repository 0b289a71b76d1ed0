"""Same person? Customers who may be one; a suggestion is never more than that until somebody says so."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, Select, bindparam, or_, select

from supportbox.people.contact import Contact
from supportbox.people.contact_value import NUMBERS
from supportbox.people.customer import Customer
from supportbox.people.folding import fold

MOST, LOOKED_AT = 3, 50
LAST = "\U0010ffff"  # after every text that begins alike
# Half the world writes from there: the same house says nothing about two people.
SHARED_DOMAINS = frozenset(
    (
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.fr", "live.com", "live.fr", "msn.com"),
        *("yahoo.com", "yahoo.fr", "icloud.com", "me.com", "aol.com", "gmx.com", "gmx.de", "gmx.net", "web.de"),
        *("orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "bbox.fr", "neuf.fr", "proton.me"),
        *("protonmail.com", "t-online.de"),
    )
)

C, K = Customer.__table__.c, Contact.__table__.c
_PRESENT = (C.merged_into_id.is_(None), C.erased_at.is_(None), C.id != bindparam("customer"))
_WHO = select(C.id, C.name, C.company).where(C.id == bindparam("customer"))
_CONTACTS = select(K.kind, K.value).where(K.customer_id == bindparam("customer"))
_SAME_NUMBER = (
    select(C.id, C.name, K.value)
    .join(Customer.__table__, C.id == K.customer_id)
    .where(K.kind.in_(NUMBERS), K.value.in_(bindparam("numbers", expanding=True)), *_PRESENT)
    .limit(LOOKED_AT)
)
_SAME_NAME = (
    select(C.id, C.name, C.company, C.search_key, K.value)
    .outerjoin(Contact.__table__, K.customer_id == C.id)
    .where(C.search_key >= bindparam("first"), C.search_key < bindparam("last"), *_PRESENT)
    .limit(LOOKED_AT)
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`reason` is number, name-and-house, name-and-company or name-in-address."""

    customer_id: int
    name: str
    value: str
    reason: str


def suggest(connection: Connection, customer_id: int) -> list[Suggestion]:
    """Who else may be this person, the surest first."""
    who = connection.execute(_WHO, {"customer": customer_id}).first()
    if who is None:
        return []
    contacts = connection.execute(_CONTACTS, {"customer": customer_id}).all()
    addresses = [row.value for row in contacts if row.kind == "email"]
    found: dict[int, Suggestion] = {}
    numbers = [row.value for row in contacts if row.kind in NUMBERS]
    for row in connection.execute(_SAME_NUMBER, {"customer": customer_id, "numbers": numbers}) if numbers else ():
        found.setdefault(row.id, Suggestion(row.id, row.name, row.value, "number"))
    name = fold(who.name)
    if " " in name:
        _by_name(connection, customer_id, name, who.company, addresses, found)
        _by_address(connection, customer_id, name, found)
    return list(found.values())[:MOST]


def _by_name(
    connection: Connection,
    customer_id: int,
    name: str,
    company: str,
    addresses: list[str],
    found: dict[int, Suggestion],
) -> None:
    houses = {_house(address) for address in addresses} - SHARED_DOMAINS
    values = {"customer": customer_id, "first": name, "last": name + LAST}
    for row in connection.execute(_SAME_NAME, values):
        if fold(row.name) != name:
            continue
        if row.value and _house(row.value) in houses:
            found.setdefault(row.id, Suggestion(row.id, row.name, row.value, "name-and-house"))
        elif company and fold(row.company) == fold(company):
            found.setdefault(row.id, Suggestion(row.id, row.name, row.value or "", "name-and-company"))
        elif any(_local(row.value or "") == _local(address) for address in addresses):
            found.setdefault(row.id, Suggestion(row.id, row.name, row.value, "name-in-address"))


def _by_address(connection: Connection, customer_id: int, name: str, found: dict[int, Suggestion]) -> None:
    """Amélie Roy may be amelie.roy@, whoever that calls themselves."""
    words = name.split()
    starts = [f"{separator.join(words)}@" for separator in (".", "-", "_", "")]
    for row in connection.execute(_starting(len(starts)), {"customer": customer_id, **_ranges(starts)}):
        if not fold(row.name) or fold(row.name) == name:
            found.setdefault(row.id, Suggestion(row.id, row.name, row.value, "name-in-address"))


def _starting(number: int) -> Select[tuple[int, str, str]]:
    ranges = [K.value.between(bindparam(f"from{n}"), bindparam(f"to{n}")) for n in range(number)]
    rows = select(C.id, C.name, K.value).join(Customer.__table__, C.id == K.customer_id)
    return rows.where(K.kind == "email", or_(*ranges), *_PRESENT).limit(LOOKED_AT)


def _ranges(starts: list[str]) -> dict[str, str]:
    return {f"from{n}": start for n, start in enumerate(starts)} | {
        f"to{n}": start + LAST for n, start in enumerate(starts)
    }


def _house(address: str) -> str:
    return address.rpartition("@")[2]


def _local(address: str) -> str:
    """The part before the @, without what some houses ignore."""
    local = address.partition("@")[0] if "@" in address else ""
    return re.sub(r"\+.*", "", local).replace(".", "")
