"""From SQLite into PostgreSQL and back: every row as it was, no number given twice, half a restore is none."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.orm import Session

from supportbox import migrations
from supportbox.backup.transfer import copy_in, copy_out
from supportbox.errors import Refused
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.business import change_business
from supportbox.people.customer import Customer

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A desk's database: of three tickets the first is merged into the second, and the newest is gone."""
    path = tmp_path / "one.db"
    engine = create_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    with Session(engine) as session, session.begin():
        session.add(Customer(name="Cleo \0 “Œ”", created_at=NOW))
        session.flush()
        tickets = [ticket(f"T{i}") for i in range(3)]
        session.add_all(tickets)
        session.flush()
        tickets[0].merged_into_id = tickets[1].id
        session.add(Message(ticket_id=tickets[0].id, kind="customer", channel="email", text="x" * 100_000, at=NOW))
        session.delete(tickets[2])
        change_business(session, name="Atelier Nord", links=("a b",), is_sending=True, timezone="Europe/Paris")
    engine.dispose()
    return path


def ticket(subject: str) -> Ticket:
    return Ticket(subject=subject, subject_key=subject, customer_id=1, created_at=NOW, updated_at=NOW)


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    engine, there = create_engine(url), MetaData()
    with engine.connect() as connection:
        connection.exec_driver_sql("SET TIME ZONE 'UTC'") if engine.dialect.name == "postgresql" else None
        there.reflect(connection, only=lambda name, _: not name.startswith(("ticket_text", "sqlite_")))
        found = {
            name: [
                {
                    key: value.replace(tzinfo=None) if isinstance(value, datetime) else value
                    for key, value in row.items()
                }
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for name, table in there.tables.items()
        }
    engine.dispose()
    return found


def test_every_row_goes_over_and_comes_back_and_no_number_is_given_twice(
    file: Path, empty_url: str, tmp_path: Path
) -> None:
    before = rows(f"sqlite:///{file}")
    copy_in(file, empty_url, migrations.upgrade)
    for name in ("name", "search_key"):
        before["customer"][0][name] = before["customer"][0][name].replace("\0", "\ufffd")
    assert rows(empty_url) == before and len(before["message"]) == 1
    copy_out(empty_url, tmp_path / "two.db", migrations.upgrade)
    assert rows(f"sqlite:///{tmp_path / 'two.db'}") == before
    for url in (empty_url, f"sqlite:///{tmp_path / 'two.db'}"):
        engine = create_engine(url)
        with Session(engine) as session, session.begin():
            session.add(new := ticket("new"))
            session.flush()
            assert new.id == 1004
        engine.dispose()


def test_what_a_killed_restore_left_is_cleared_and_a_desk_is_not(file: Path, empty_url: str) -> None:
    engine = create_engine(empty_url)
    migrations.upgrade(engine)
    engine.dispose()
    copy_in(file, empty_url, migrations.upgrade)
    with pytest.raises(Refused, match="not empty"):
        copy_in(file, empty_url, migrations.upgrade)
    assert len(rows(empty_url)["ticket"]) == 2
    with engine.connect() as connection:
        loose = connection.exec_driver_sql("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable")
        assert loose.scalar_one() == 0  # they were, while it was filled
    engine.dispose()
