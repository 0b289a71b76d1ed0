"""Running migrations one after another, each wholly or not at all, on a database with rows in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from supportbox import migrations, store
from supportbox.errors import Refused
from supportbox.migrations.runner import run

FIRST = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = "0001", None
def upgrade():
    op.create_table("owner", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("pet", sa.Column("id", sa.Integer, primary_key=True), sa.Column("old", sa.String),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("owner.id", ondelete="CASCADE")))
    op.execute("INSERT INTO owner VALUES (1)")
    op.execute("INSERT INTO pet VALUES (1, 'x', 1), (2, 'y', 1)")
"""
# Building `owner` anew drops the old table: with foreign keys on, all pets would go with it.
SECOND = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = "0002", "0001"
def upgrade():
    with op.batch_alter_table("owner", recreate="always") as owner:
        owner.add_column(sa.Column("name", sa.String, nullable=False, server_default=""))
    with op.batch_alter_table("pet") as pet:
        pet.drop_column("old")
"""
ORPHANS = 'op.execute("UPDATE pet SET owner_id = 99")'


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    store.make_durable(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "0001_first.py").write_text(FIRST)
    (folder / "0002_second.py").write_text(SECOND)
    return folder


def test_steps_are_applied_in_order_and_rows_survive(engine: Engine, versions: Path) -> None:
    assert run(engine, "0002", versions) == ["0001", "0002"]
    assert migrations.current(engine) == "0002"
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pet")) == 2
        assert {column["name"] for column in inspect(connection).get_columns("pet")} == {"id", "owner_id"}
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_step_that_leaves_an_orphan_is_taken_back(engine: Engine, versions: Path) -> None:
    (versions / "0002_second.py").write_text(SECOND + f"    {ORPHANS}\n")
    with pytest.raises(RuntimeError, match="a row of pet"):
        run(engine, "0002", versions)
    assert migrations.current(engine) == "0001"
    with engine.connect() as connection:
        assert "old" in {column["name"] for column in inspect(connection).get_columns("pet")}
        assert connection.scalar(text("SELECT max(owner_id) FROM pet")) == 1


def test_a_step_that_fails_at_its_end_leaves_the_step_before(engine: Engine, versions: Path) -> None:
    (versions / "0002_second.py").write_text(SECOND + "    raise ZeroDivisionError\n")
    with pytest.raises(ZeroDivisionError):
        run(engine, "0002", versions)
    assert migrations.current(engine) == "0001"
    (versions / "0002_second.py").write_text(SECOND)
    assert run(engine, "0002", versions) == ["0002"]


def test_a_database_from_elsewhere_is_refused(engine: Engine, versions: Path) -> None:
    run(engine, "0001", versions)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'abcd'"))
    with pytest.raises(Refused, match="does not know revision abcd"):
        run(engine, "0002", versions)
