"""Every table in one place, for whoever needs the whole schema: migrations, backups, tests."""

from supportbox.inbox import delivery, event, intake, lease, mailbox, message, suppression, ticket
from supportbox.kb import article, asked, category, feedback, help_day, suggest, ticket_link, unsaved
from supportbox.people import agent, business, contact, customer, team, throttle, trust

__all__ = [
    "agent",
    "article",
    "asked",
    "business",
    "category",
    "contact",
    "customer",
    "delivery",
    "event",
    "feedback",
    "help_day",
    "intake",
    "lease",
    "mailbox",
    "message",
    "suggest",
    "suppression",
    "team",
    "throttle",
    "ticket",
    "ticket_link",
    "trust",
    "unsaved",
]
