"""Of revision 0001: team. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def team() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )


def team_agent() -> None:
    op.create_table(
        "team_agent",
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_team_agent_agent_id_agent")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_agent_team_id_team")),
        sa.PrimaryKeyConstraint("team_id", "agent_id", name=op.f("pk_team_agent")),
    )
    op.create_index(op.f("ix_team_agent_agent_id"), "team_agent", ["agent_id"], unique=False)


def team_mailbox() -> None:
    op.create_table(
        "team_mailbox",
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mailbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_team_mailbox_mailbox_id_mailbox")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_mailbox_team_id_team")),
        sa.PrimaryKeyConstraint("team_id", "mailbox_id", name=op.f("pk_team_mailbox")),
    )
    op.create_index(op.f("ix_team_mailbox_mailbox_id"), "team_mailbox", ["mailbox_id"], unique=False)
