"""Of revision 0001: customer. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def customer() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("caution", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("preferred_channel", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["merged_into_id"], ["customer.id"], name=op.f("fk_customer_merged_into_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_index(op.f("ix_customer_company"), "customer", ["company"], unique=False)
    op.create_index("ix_customer_search", "customer", ["search_key", "id"], unique=False)
