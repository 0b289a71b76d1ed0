"""How a ticket went on elsewhere, in sentences for agents."""

from collections.abc import Callable, Mapping
from typing import Any

from supportbox.web.channel_words import channel_inside
from supportbox.web.i18n import gettext as _


def continued_sentence(kind: str, who: str, data: Mapping[str, Any]) -> str:
    """One line of the timeline; the kind itself for one that nobody knows."""
    channel = channel_inside(str(data.get("channel", "")))
    mine: dict[str, Callable[[], str]] = {
        "continuation_sent": lambda: _("%(who)s made a link to go on by %(channel)s", who=who, channel=channel),
        "continuation_revoked": lambda: _(
            "%(who)s took the link to go on by %(channel)s back", who=who, channel=channel
        ),
        "continued": lambda: _("Went on by %(channel)s, by our link", channel=channel),
        "answer_chosen": lambda: _("The customer wants the answer by %(channel)s", channel=channel),
    }
    sentence = mine.get(kind)
    return sentence() if sentence else kind.replace("_", " ")
