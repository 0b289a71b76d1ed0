"""Of revision 0001: notice. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lettered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_notice_agent_id_agent")),
        sa.ForeignKeyConstraint(["by_id"], ["agent.id"], name=op.f("fk_notice_by_id_agent")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_notice_event_id_event")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_notice_message_id_message")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_notice_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("event_id", "agent_id", name=op.f("uq_notice_event_id_agent_id")),
    )
    op.create_index("ix_notice_agent", "notice", ["agent_id", "id"], unique=False)
    op.create_index(
        "ix_notice_letter",
        "notice",
        ["letter_due_at"],
        unique=False,
        sqlite_where=sa.text("letter_due_at IS NOT NULL"),
        postgresql_where=sa.text("letter_due_at IS NOT NULL"),
    )
    op.create_index("ix_notice_lettered", "notice", ["agent_id", "ticket_id", "lettered_at"], unique=False)
    op.create_index(op.f("ix_notice_ticket_id"), "notice", ["ticket_id"], unique=False)
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["agent_id", "ticket_id"],
        unique=False,
        sqlite_where=sa.text("is_shown AND read_at IS NULL"),
        postgresql_where=sa.text("is_shown AND read_at IS NULL"),
    )
