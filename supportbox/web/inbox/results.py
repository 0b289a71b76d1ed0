"""The bar above a list that says what came of changing many tickets, with the way back."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import bindparam, select

from supportbox.inbox.undo import Undo
from supportbox.web.access import get_viewer
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import ngettext
from supportbox.web.inbox.sidebar import counts
from supportbox.web.reading import reading

_UNDO = select(Undo.id, Undo.action, Undo.before, Undo.said, Undo.used_at).where(
    Undo.id == bindparam("id"), Undo.agent_id == bindparam("me")
)


@dataclass(frozen=True, slots=True)
class Bar:
    """`undo` is the number to undo, 0 where there is nothing left to."""

    sentence: str
    more: tuple[str, ...] = ()
    undo: int = 0


def result_bar() -> Bar | None:
    """What the address says was just done, if it was this agent's doing."""
    number = request.args.get("done", "")
    if not (number.isdecimal() and number.isascii() and len(number) < 16):
        return None
    row = reading().execute(_UNDO, {"id": int(number), "me": get_viewer().id}).first()
    if row is None:
        return None
    if row.used_at is not None:
        return Bar(_("Undone."), tuple(_kept(row.said.get("kept", ()))))
    if why := row.said.get("why"):
        return Bar(_(why[0], **why[1]))
    sentence = _sentence(row.action, len(row.before), row.said) if row.before else _("Nothing changed.")
    return Bar(sentence, tuple(_refused(row.said.get("refused", ()))), row.id if row.before else 0)


def _kept(numbers: list[int]) -> list[str]:
    if not numbers:
        return []
    text = ngettext(
        "%(tickets)s changed since, and stays as it is.", "%(tickets)s changed since, and stay as they are.",
        len(numbers), tickets=_references(numbers),
    )  # fmt: skip
    return [text]


def _refused(rows: list[tuple[int, str, dict[str, Any]]]) -> list[str]:
    """A sentence for each reason, with the tickets that it concerns."""
    by_reason: dict[str, list[int]] = defaultdict(list)
    for number, sentence, values in rows:
        by_reason[_(sentence, **values)].append(number)
    return [f"{_references(numbers)}: {reason}" for reason, numbers in by_reason.items()]


def _references(numbers: list[int]) -> str:
    shown = ", ".join(f"SB-{number}" for number in numbers[:5])
    return shown + (" …" if len(numbers) > 5 else "")


def _sentence(action: str, number: int, said: dict[str, Any]) -> str:
    name = dict(counts().agents).get(said.get("assignee") or 0, "")
    if action == "assign" and name:
        return ngettext(
            "%(num)s ticket assigned to %(name)s.", "%(num)s tickets assigned to %(name)s.", number, name=name
        )
    return {
        "assign": lambda: ngettext(
            "%(num)s ticket given back to nobody.", "%(num)s tickets given back to nobody.", number
        ),
        "open": lambda: ngettext("%(num)s ticket opened.", "%(num)s tickets opened.", number),
        "wait": lambda: ngettext(
            "%(num)s ticket waits for its customer.", "%(num)s tickets wait for their customers.", number
        ),
        "close": lambda: ngettext("%(num)s ticket closed.", "%(num)s tickets closed.", number),
        "spam": lambda: ngettext("%(num)s ticket marked as spam.", "%(num)s tickets marked as spam.", number),
        "tag": lambda: ngettext("%(num)s ticket tagged.", "%(num)s tickets tagged.", number),
        "untag": lambda: ngettext("Tag taken off %(num)s ticket.", "Tag taken off %(num)s tickets.", number),
        "snooze": lambda: ngettext("%(num)s ticket snoozed.", "%(num)s tickets snoozed.", number),
        "merge": lambda: ngettext("%(num)s ticket merged.", "%(num)s tickets merged.", number),
        "delete": lambda: ngettext("%(num)s ticket deleted.", "%(num)s tickets deleted.", number),
        "restore": lambda: ngettext("%(num)s ticket restored.", "%(num)s tickets restored.", number),
    }[action]()
