"""What happened and how a letter fares, in sentences for agents."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from supportbox.inbox.query import AnyRow
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.call_sentences import call_sentence
from supportbox.web.inbox.customer_sentences import customer_sentence
from supportbox.web.inbox.move_sentences import move_sentence
from supportbox.web.inbox.reasons import reason
from supportbox.web.times import Times

PARTLY = "has left and is not sent again"  # of an answer in several messages; kept in English
WORST_FIRST = ("failed", "uncertain", "sending", "queued", "sent", "cancelled")


def event_sentence(row: AnyRow, times: Times) -> str:
    """One line of the timeline."""
    who, data = row.agent or "", row.data or {}
    mine: dict[str, Callable[[], str]] = {
        "assigned": lambda: _assigned(who, data.get("assignee") or ""),
        "unassigned": lambda: _("%(who)s gave it back to nobody", who=who),
        "closed": lambda: _("%(who)s closed it", who=who) if who else _("It was closed"),
        "reopened": lambda: _("%(who)s reopened it", who=who) if who else _("It was reopened by an answer"),
        "set_waiting": lambda: _("%(who)s waits for the customer", who=who),
        "marked_spam": lambda: _("%(who)s marked it as spam", who=who) if who else _("It was marked as spam"),
        "snoozed": lambda: _("%(who)s snoozed it until %(when)s", who=who, when=_moment(data.get("until"), times)),
        "woke": lambda: _("%(who)s ended the snooze", who=who) if who else _("The snooze ended"),
        "tagged": lambda: _("%(who)s added the tag “%(tag)s”", who=who, tag=data.get("tag", "")),
        "untagged": lambda: _("%(who)s removed the tag “%(tag)s”", who=who, tag=data.get("tag", "")),
        "reply_undone": lambda: _("%(who)s took a reply back before it left", who=who),
        "forwarded": lambda: _forwarded(who, data.get("addresses", ())),
        "sent_again": lambda: _("%(who)s had a letter sent again", who=who),
        "sender_blocked": lambda: _("%(who)s blocked %(address)s", who=who, address=data.get("address", "")),
        "sender_trusted": lambda: _("%(who)s always trusts %(address)s", who=who, address=data.get("address", "")),
        "sender_rule_forgotten": lambda: _(
            "%(who)s treats %(address)s like any other sender again", who=who, address=data.get("address", "")
        ),
    }
    sentence = mine.get(row.kind)
    if sentence:
        return sentence()
    about_calls = call_sentence(row.kind, who, data, times) or _of_a_letter(row.kind, data)
    return about_calls or customer_sentence(row.kind, who, data) or move_sentence(row.kind, who, data)


def _of_a_letter(kind: str, data: Mapping[str, Any]) -> str:
    """What became of an answer, where it is not simply there."""
    mine: dict[str, Callable[[], str]] = {
        "delivery_failed": lambda: _("A letter was not delivered: %(reason)s", reason=data.get("reason", "")),
        "delivery_uncertain": lambda: _(
            "A letter may or may not have arrived: %(reason)s", reason=data.get("reason", "")
        ),
        "address_suppressed": lambda: _(
            "%(letters)s letters to %(address)s came back: nothing more is sent there until one is sent again",
            letters=data.get("letters", ""),
            address=data.get("receiver", ""),
        ),
        "delivery_late": lambda: _("A letter could not leave for hours: %(reason)s", reason=data.get("reason", "")),
    }
    sentence = mine.get(kind)
    return sentence() if sentence else ""


def _assigned(who: str, assignee: str) -> str:
    if not who:
        return _("It was assigned to %(assignee)s", assignee=assignee)
    return _("%(who)s took it", who=who) if who == assignee else _(
        "%(who)s assigned it to %(assignee)s", who=who, assignee=assignee
    )  # fmt: skip


def _forwarded(who: str, addresses: Sequence[str]) -> str:
    return _("%(who)s forwarded it to %(addresses)s", who=who, addresses=", ".join(addresses))


def _moment(iso: str | None, times: Times) -> str:
    return times.full(datetime.fromisoformat(iso)) if iso else ""


def delivery_sentence(row: AnyRow, now: datetime, times: Times) -> tuple[str, str]:
    """How one letter fares: a tone (ok, warn, bad or none) and a sentence."""
    if row.state == "sent":
        return "ok", _arrived(row, times)
    if row.state == "sending":
        return "", _("Being sent")
    if row.state == "failed":
        return "bad", _("Not sent to %(who)s: %(why)s", who=row.receiver, why=reason(row.last_error) or _("refused"))
    if row.state == "uncertain" and PARTLY in row.last_error:
        return "warn", _("Partly sent to %(who)s. %(why)s", who=row.receiver, why=reason(row.last_error))
    if row.state == "uncertain":
        return "warn", _("It may or may not have reached %(who)s. Nothing is sent twice by itself.", who=row.receiver)
    if row.state == "cancelled":
        return "", _("Taken back")
    if row.channel == "chat":
        return "", _("Not on their screen yet. If they have left, it goes by mail.")
    if row.attempts:
        return "warn", _(
            "Not sent yet: %(why)s Next try at %(when)s.", why=reason(row.last_error), when=times.message(row.due_at)
        )
    return "", _("Leaves in a moment") if row.due_at > now else _("On its way")


def _arrived(row: AnyRow, times: Times) -> str:
    if row.read_at:
        return _("Read %(when)s", when=times.message(row.read_at))
    return _("Delivered %(when)s", when=times.message(row.delivered_at)) if row.delivered_at else _("Sent")


def verdict_sentence(verdict: str) -> str:
    """What a letter of a machine is."""
    return {
        "bounce": _("A letter came back"),
        "auto-reply": _("Automatic answer"),
        "bulk": _("Sent to many"),
        "spam": _("Looks like spam"),
        "own-loop": _("Our own letter"),
    }.get(verdict, "")
