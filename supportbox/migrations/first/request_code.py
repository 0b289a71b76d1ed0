"""Of revision 0001: request_code. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def request_code() -> None:
    op.create_table(
        "request_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_request_code_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_request_code_contact_id"), "request_code", ["contact_id"], unique=False)
    op.create_index(op.f("ix_request_code_ticket_id"), "request_code", ["ticket_id"], unique=False)
