"""The inbox: tickets, their messages, what comes in and what goes out."""

from supportbox.inbox.receive import receive
from supportbox.inbox.reply import reply

__all__ = ["receive", "reply"]
