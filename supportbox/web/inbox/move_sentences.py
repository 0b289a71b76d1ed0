"""Where a ticket went, in sentences for agents: merged, split, moved, deleted; and who takes part in it."""

from collections.abc import Callable, Mapping
from typing import Any

from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.continued_sentences import continued_sentence


def move_sentence(kind: str, who: str, data: Mapping[str, Any]) -> str:
    """One line of the timeline; the kind itself for one that nobody knows."""
    mine: dict[str, Callable[[], str]] = {
        "merged_in": lambda: _("%(who)s merged SB-%(number)s into it", who=who, number=data.get("ticket", "")),
        "merged": lambda: _("%(who)s merged it into SB-%(number)s", who=who, number=data.get("into", "")),
        "merged_out": lambda: _("%(who)s took SB-%(number)s out of it again", who=who, number=data.get("ticket", "")),
        "unmerged": lambda: _("%(who)s took it out of SB-%(number)s again", who=who, number=data.get("into", "")),
        "split": lambda: _("%(who)s made SB-%(number)s of a part of it", who=who, number=data.get("into", "")),
        "split_off": lambda: _("%(who)s made it of a part of SB-%(number)s", who=who, number=data.get("ticket", "")),
        "moved": lambda: _("%(who)s moved it to %(mailbox)s", who=who, mailbox=data.get("mailbox", "")),
        "customer_changed": lambda: _(
            "%(who)s made it a ticket of %(customer)s", who=who, customer=data.get("customer", "")
        ),
        "deleted": lambda: _("%(who)s deleted it", who=who),
        "restored": lambda: _("%(who)s restored it", who=who),
        "participant_accepted": lambda: _(
            "%(who)s lets %(address)s take part: answers go there too", who=who, address=data.get("address", "")
        ),
        "participant_left_out": lambda: _(
            "%(who)s left %(address)s out: answers no longer go there", who=who, address=data.get("address", "")
        ),
    }
    sentence = mine.get(kind)
    return sentence() if sentence else continued_sentence(kind, who, data)
