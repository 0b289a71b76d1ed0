"""Every table in one place, for whoever needs the whole schema: migrations, backups, tests."""

from supportbox.inbox import delivery, event, intake, mailbox, message, suppression, ticket
from supportbox.kb import article, asked, category, feedback, suggest
from supportbox.people import agent, business, contact, customer, throttle, trust

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
    "intake",
    "mailbox",
    "message",
    "suggest",
    "suppression",
    "throttle",
    "ticket",
    "trust",
]
