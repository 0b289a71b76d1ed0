"""What stands above and below a list: how to sort and filter it, and what to do with the rows that are ticked."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import request
from sqlalchemy import select

from supportbox.inbox.folders import FOLDERS
from supportbox.inbox.mailbox import Mailbox
from supportbox.web.access import get_viewer
from supportbox.web.channel_words import channel_words
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.inbox.sidebar import drawn
from supportbox.web.reading import reading

_KINDS = select(Mailbox.channel).where(Mailbox.is_active).distinct()
BESIDE = {"email", "form", "phone"}  # without a mailbox of their own


@per_language
def order_names() -> dict[str, str]:
    return {
        "longest": _("Waiting longest"),
        "newest": _("Newest"),
        "oldest": _("Oldest"),
        "changed": _("Changed last"),
        "soonest": _("Back soonest"),
        "deleted": _("Deleted last"),
    }


def list_tools(folder: str, order: str, asked: Mapping[str, str]) -> str:
    """The sort menu and, for a folder, the filter menu."""
    is_folder = folder in FOLDERS
    offered = ["longest", "newest", "oldest"] if is_folder else ["newest", "oldest", "longest", "changed"]
    if is_folder and FOLDERS[folder].order not in offered:
        offered.insert(0, FOLDERS[folder].order)
    kept = {key: value for key, value in asked.items() if key != "sort"}
    channels = _channels() if is_folder else ()
    return drawn(
        "inbox/list_tools.html",
        folder,
        order,
        tuple(kept.items()),
        channels,
        order=order,
        orders=[(name, order_names()[name], f"{request.path}?{urlencode({**kept, 'sort': name})}") for name in offered],
        has_filters=is_folder,
        asked=kept,
        path=request.path,
        sort=request.args.get("sort", "") if order == request.args.get("sort") else "",
        channels=channels,
        has_assignee=folder not in ("mine", "unassigned"),
    )


def _channels() -> tuple[tuple[str, str], ...]:
    """What the tickets of this desk can have come by; none where it is mail alone."""
    own = set(reading().scalars(_KINDS)) - {"email"}
    return tuple(one for one in channel_words().items() if one[0] in own | BESIDE) if own else ()


def bulk_bar(folder: str) -> str:
    """The bar that comes with the first tick. It holds only what this agent may do and this folder needs."""
    return drawn("inbox/bulk.html", folder, folder=folder, can_reply=get_viewer().can_reply)
