"""How long a call was, and what a customer is told of it."""

from collections.abc import Mapping
from typing import Any

from supportbox.web.i18n import gettext as _


def customer_label(channel: str, call: Mapping[str, Any]) -> str:
    """The same for the customer: that it was and how long, nothing of what an agent wrote."""
    kind = {"counter": _("Visit"), "post": _("Letter by post")}.get(channel, _("Call"))
    length = length_words(call.get("seconds") or 0)
    return f"{kind}, {length}" if length else kind


def length_words(seconds: int) -> str:
    """Whole minutes; a short call says its seconds."""
    if not seconds:
        return ""
    return _("%(count)s s", count=seconds) if seconds < 60 else _("%(count)s min", count=round(seconds / 60))
