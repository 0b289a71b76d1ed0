"""Calls and call-backs in sentences: for the timeline and beside a logged call."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from supportbox.web.call_words import length_words
from supportbox.web.i18n import gettext as _
from supportbox.web.times import Times


def call_sentence(kind: str, who: str, data: Mapping[str, Any], times: Times) -> str:
    """One line of the timeline; "" for what is not about calls."""
    mine: dict[str, Callable[[], str]] = {
        "callback_asked": lambda: _asked(who, _moment(data.get("start"), times)),
        "callback_again": lambda: _("%(who)s calls again at %(when)s", who=who, when=_moment(data.get("start"), times)),
        "callback_done": lambda: (
            _("%(who)s called back", who=who)
            if data.get("outcome") == "reached"
            else _("%(who)s closed the call-back", who=who)
        ),
        "handed_over": lambda: _("%(who)s handed it over to %(name)s", who=who, name=data.get("assignee") or ""),
    }
    sentence = mine.get(kind)
    return sentence() if sentence else ""


def call_label(channel: str, call: Mapping[str, Any] | None) -> str:
    """What kind of note it is, beside the agent's name."""
    if call is None:
        return ""
    is_in = call.get("direction") == "in"
    if channel == "counter":
        return _("Visit of the customer") if is_in else _("Visit to the customer")
    if channel == "post":
        return _("Paper letter from the customer") if is_in else _("Paper letter to the customer")
    words = _("Call from the customer") if is_in else _("Call to the customer")
    outcome = {"voicemail": _("left a message"), "no-answer": _("nobody answered")}.get(call.get("outcome") or "", "")
    return ", ".join(part for part in (words, length_words(call.get("seconds") or 0), outcome) if part)


def _asked(who: str, when: str) -> str:
    if who:
        return _("%(who)s noted to call back at %(when)s", who=who, when=when)
    return _("The customer asks to be called at %(when)s", when=when)


def _moment(iso: str | None, times: Times) -> str:
    return times.full(datetime.fromisoformat(iso)) if iso else ""
