"""Every table says what becomes of a person's traces in it; a new table without a row here fails."""

from supportbox import models
from supportbox.base import Base
from supportbox.privacy.sweep import OURS

assert models  # importing it fills Base.metadata with every table

EMPTIED = {  # by supportbox/privacy/emptying.py and erase.py
    "answer_choice", "attachment", "attempt", "callback", "contact", "contact_claim", "continuation", "customer",
    "customer_merge", "delivery", "desk_letter", "draft", "event", "hard_bounce", "intake", "merge", "message",
    "participant", "rating", "sender_rule", "ticket", "visitor",
}  # fmt: skip
SWEPT = {"audit", "saved_view", "undo"}  # addresses alone, by supportbox/privacy/sweep.py
NOTHING = {  # numbers, times, and words of ours
    "agent", "agent_session", "article", "article_ticket", "article_version", "asked_query", "bookmark", "category",
    "customer_field", "feedback", "follower", "help_day", "invitation", "lease", "mailbox", "notice", "password_reset",
    "presence", "recovery_code", "redirect", "saved_reply", "setting", "suggestion_count", "tag", "team", "team_agent",
    "team_mailbox", "ticket_tag", "unsaved_text", "upload",
}  # fmt: skip


def test_every_table_has_its_row() -> None:
    there = set(Base.metadata.tables)
    assert there - EMPTIED - SWEPT - NOTHING == set(), "say here what an erasure does with it, and have it done"
    assert (EMPTIED | SWEPT | NOTHING) - there == set(), "these are gone"
    assert not (EMPTIED & SWEPT | SWEPT & NOTHING | EMPTIED & NOTHING)


def test_what_is_never_swept_is_emptied_or_ours() -> None:
    assert OURS <= EMPTIED | NOTHING
