"""Revision 0001: the first tables; tickets are numbered from 1001."""

import sqlalchemy as sa
from alembic import op

from supportbox.migrations.first import TABLES

revision = "0001"
down_revision = None

FIRST_NUMBER = 1001


def upgrade() -> None:
    for create in TABLES:
        create()
    _number_tickets()


def _number_tickets() -> None:
    if op.get_bind().dialect.name == "sqlite":
        sequence = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
        op.execute(sequence.insert().values(name="ticket", seq=FIRST_NUMBER - 1))
    else:
        op.execute(f"ALTER SEQUENCE ticket_id_seq RESTART WITH {FIRST_NUMBER}")
