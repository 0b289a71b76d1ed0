"""Of revision 0001: suppression. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def hard_bounce() -> None:
    op.create_table(
        "hard_bounce",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_hard_bounce_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_hard_bounce")),
    )
    op.create_index(op.f("ix_hard_bounce_address"), "hard_bounce", ["address"], unique=False)
