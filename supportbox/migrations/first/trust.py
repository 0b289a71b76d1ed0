"""Of revision 0001: trust. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def sender_rule() -> None:
    op.create_table(
        "sender_rule",
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_sender_rule_agent_id_agent")),
        sa.PrimaryKeyConstraint("value", name=op.f("pk_sender_rule")),
    )
