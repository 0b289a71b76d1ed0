"""A rare word beside a frequent one: the same tickets as when the database looks for both, without reading them all."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, select

from supportbox.search import tickets_sqlite
from supportbox.search.ticket_words import FIELDS, Said, Wanted
from supportbox.search.tickets_sqlite import FEW, TABLE, TICKET, matches, narrow

MANY = FEW + 100


@pytest.fixture(scope="module")
def desk() -> Iterator[Connection]:
    """Each ticket speaks of parcels, one of fifty of a teapot, and ten of a glaze in their subject."""
    with create_engine("sqlite://").connect() as connection:
        tickets_sqlite.make(connection)
        found = {}
        for number in range(1, MANY + 1):
            body = "where are my parcels" + (" and the teapot" if number % 50 == 0 else "")
            subject = "glaze parcel" if number % 110 == 0 else "a question"
            found[number] = {**dict.fromkeys(FIELDS, ""), "subject": subject, "body": body}
        tickets_sqlite.put(connection, [], found)
        yield connection


def asked(connection: Connection, wanted: Wanted) -> list[int]:
    return sorted(connection.execute(select(TICKET).select_from(TABLE).where(matches(wanted))).scalars())


def said(*words: str, fields: tuple[str, ...] = (), is_phrase: bool = False) -> tuple[Said, ...]:
    return (Said(words, fields, is_phrase),)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted((said("teapot"), said("parcels"))),
        Wanted((said("parcels"), said("teap"), said("where"))),
        Wanted((said("teapot"), said("parcels", fields=("subject",)))),
        Wanted((said("glaze"), said("parcels")), said("teapot")),
        Wanted((said("the", "teapot", is_phrase=True), said("parcels"))),
        Wanted((said("glaze"), (*said("parcels"), *said("nothing")))),
        Wanted((said("nothing"), said("parcels"))),
    ],
)
def test_the_same_tickets_are_found(desk: Connection, wanted: Wanted) -> None:
    found = narrow(desk, wanted)
    assert found is not None
    assert sorted(found) == asked(desk, wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted((said("parcels"),)),
        Wanted((said("teapot"), said("glaze"))),
        Wanted((said("parcels"), said("where"))),
        Wanted((said("teapot"), (*said("parcels"), *said("my", "parcels", is_phrase=True)))),
    ],
)
def test_what_it_cannot_narrow_is_left_to_the_database(desk: Connection, wanted: Wanted) -> None:
    assert narrow(desk, wanted) is None
