"""Every table in one place, for whoever needs the whole schema: migrations, backups, tests."""

from supportbox.inbox import delivery, event, intake, mailbox, message, ticket
from supportbox.people import agent, business, contact, customer, throttle

__all__ = [
    "agent",
    "business",
    "contact",
    "customer",
    "delivery",
    "event",
    "intake",
    "mailbox",
    "message",
    "throttle",
    "ticket",
]
