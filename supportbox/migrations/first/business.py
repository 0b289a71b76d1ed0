"""Of revision 0001: business. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def setting() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
