"""Of revision 0001: ticket_link. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def article_ticket() -> None:
    op.create_table(
        "article_ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_ticket")),
        sa.UniqueConstraint("article_id", "ticket_id", "how", name=op.f("uq_article_ticket_article_id_ticket_id_how")),
    )
    op.create_index(op.f("ix_article_ticket_ticket_id"), "article_ticket", ["ticket_id"], unique=False)
