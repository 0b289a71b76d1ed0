"""A mailbox: one address of ours, how it is fetched and sent from, and how that went."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base


class Mailbox(Base):
    """URLs are kept without their passwords; those lie beside them, sealed with the instance's key."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="email")
    language: Mapped[str] = mapped_column(default="en")
    imap_url: Mapped[str] = mapped_column(default="")
    imap_sealed: Mapped[str] = mapped_column(default="")
    smtp_url: Mapped[str] = mapped_column(default="")
    smtp_sealed: Mapped[str] = mapped_column(default="")
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what the channel's form asked for
    options_sealed: Mapped[str] = mapped_column(default="")  # its secrets
    hook_token: Mapped[str | None] = mapped_column(unique=True)  # in the address that the other side calls
    signature: Mapped[str] = mapped_column(default="")
    has_plus_addresses: Mapped[bool] = mapped_column(default=False)
    has_acknowledgement: Mapped[bool] = mapped_column(default=True)
    acknowledgements: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # language: own words
    is_active: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime | None]  # letters received before are left alone
    uidvalidity: Mapped[int] = mapped_column(BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)  # the bookmark: every UID up to here has its Intake
    backlog_done: Mapped[int] = mapped_column(default=0)
    backlog_total: Mapped[int] = mapped_column(default=0)  # letters found in a long fetch; 0 when none is under way
    polled_at: Mapped[datetime | None]
    good_poll_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    oauth_sealed: Mapped[str] = mapped_column(default="")  # the tokens of a sign-in, instead of passwords
    oauth_fault: Mapped[str] = mapped_column(default="")  # why somebody has to sign in again
    oauth_provider: Mapped[str] = mapped_column(default="")
    oauth_until: Mapped[datetime | None]  # the access token's end; renewed by itself long before
    oauth_sign_in_until: Mapped[datetime | None]  # the refresh token's end, where the provider tells it
    oauth_secret_until: Mapped[datetime | None]  # the client secret's end, as the owner was told when making it
    domain_checked_at: Mapped[datetime | None]
    domain_findings: Mapped[list[Any]] = mapped_column(JSON, default=list)  # what DNS said then; see channels.email
    alarmed_at: Mapped[datetime | None]  # when an outage was last told by another way; None while all is well
    created_at: Mapped[datetime]
