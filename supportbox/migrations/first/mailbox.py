"""Of revision 0001: mailbox. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op


def mailbox() -> None:
    op.create_table(
        "mailbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("imap_url", sa.String(), nullable=False),
        sa.Column("imap_sealed", sa.String(), nullable=False),
        sa.Column("smtp_url", sa.String(), nullable=False),
        sa.Column("smtp_sealed", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("options_sealed", sa.String(), nullable=False),
        sa.Column("hook_token", sa.String(), nullable=True),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("has_plus_addresses", sa.Boolean(), nullable=False),
        sa.Column("has_acknowledgement", sa.Boolean(), nullable=False),
        sa.Column("acknowledgements", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("backlog_done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("backlog_total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("good_poll_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("oauth_sealed", sa.String(), nullable=False),
        sa.Column("oauth_fault", sa.String(), nullable=False),
        sa.Column("oauth_provider", sa.String(), nullable=False),
        sa.Column("oauth_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("oauth_sign_in_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("oauth_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("domain_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("domain_findings", sa.JSON(), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("address", name=op.f("uq_mailbox_address")),
        sa.UniqueConstraint("hook_token", name=op.f("uq_mailbox_hook_token")),
    )
