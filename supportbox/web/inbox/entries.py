"""A ticket's timeline: messages and what happened between them, in order, as the template shows them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from supportbox.inbox.query import AnyRow
from supportbox.web.channel_words import NAMELESS, channel_word, contact_name
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.call_sentences import call_label
from supportbox.web.inbox.files import PICTURES
from supportbox.web.inbox.prose import folded, formatted, is_marked_up, linked
from supportbox.web.inbox.reasons import reason
from supportbox.web.inbox.sentences import WORST_FIRST, delivery_sentence, event_sentence, verdict_sentence
from supportbox.web.times import Times

# Things that one person did within a minute are told in one line.
TOGETHER = timedelta(minutes=1)
Entry = dict[str, Any]
# A preview is the picture itself, so that it must not be large; small ones inside a letter are logos and signatures.
MOST_PREVIEWED, LEAST_INLINE = 5_000_000, 20_000
NO_FACTS = dict.fromkeys(
    (
        *("match", "verdict_reason", "proven", "subject", "reply_to", "copied", "third_party", "defects"),
        *("undone", "forwarded", "call"),
    )
)


def timeline(
    messages: Sequence[AnyRow],
    events: Sequence[AnyRow],
    deliveries: Sequence[AnyRow],
    files: Sequence[AnyRow],
    times: Times,
    subject: str,
    strangers: Mapping[int, AnyRow],
    *,
    is_checked: bool,
) -> list[Entry]:
    """All entries, oldest first; events older than the first shown message are left to the older page.

    `is_checked` says that a mail server of ours judges who sent a letter."""
    sent, kept = _by_message(deliveries), _by_message(files)
    entries = [_message(row, sent.get(row.id, ()), kept.get(row.id, ()), times, subject) for row in messages]
    for row, entry in zip(messages, entries, strict=True):
        if row.kind == "customer":
            entry["proof"] = _proof(row, entry["facts"], is_checked=is_checked)
            entry["stranger"] = strangers.get(row.id) if entry["facts"]["third_party"] else None
    first = messages[0].at if messages else None
    entries += _events([event for event in events if first is None or event.at >= first], times)
    entries.sort(key=_time)
    return entries


def _time(entry: Entry) -> datetime:
    at: datetime = entry["at"]
    return at


def _by_message(rows: Sequence[AnyRow]) -> Mapping[int, Sequence[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        if row.message_id:
            found[row.message_id].append(row)
    return found


def _message(row: AnyRow, deliveries: Sequence[AnyRow], files: Sequence[AnyRow], times: Times, subject: str) -> Entry:
    visible, quoted = folded(row.text, row.visible_text)
    # What an agent wrote here is Markdown; what an agent sent from a mail program of theirs is not.
    is_set = row.kind != "customer" and row.intake_id is None and is_marked_up(visible)
    entry: Entry = {
        "kind": row.kind,
        "id": row.id,
        "at": row.at,
        "when": times.message(row.at),
        "full": times.full(row.at),
        "iso": row.at.isoformat(timespec="minutes"),
        "who": row.sender_name or (_("Visitor") if row.channel == "chat" else row.sender_value),
        "address": _sender(row) if row.kind == "customer" else "",
        "channel": row.channel,
        "channel_name": "" if row.channel == "email" else channel_word(row.channel),
        "text": formatted(visible, {file.token: _address(file) for file in files}) if is_set else linked(visible),
        "is_set": is_set,
        "quoted": linked(quoted) if quoted else "",
        "has_html": bool(row.html),
        "height": _height(row.html or 0),
        "has_original": row.intake_id is not None,
        "files": [_file(file) for file in files],
        "verdict": "" if row.verdict == "deliver" else verdict_sentence(row.verdict),
        "facts": {**NO_FACTS, **(row.facts or {})},
        "delivery": None,
        "proof": None,
        "stranger": None,
    }
    facts = entry["facts"]
    facts["call"] = call_label(row.channel, facts["call"])
    facts["match"] = reason(facts["match"] or "")
    facts["verdict_reason"] = reason(facts["verdict_reason"] or "")
    facts["defects"] = [reason(one) for one in facts["defects"] or ()]
    # "Re:" before the same words is no other subject.
    if (facts["subject"] or "").endswith(subject):
        facts["subject"] = None
    if deliveries and not facts["undone"]:
        entry["delivery"] = _fate(deliveries, times)
    return entry


def _fate(deliveries: Sequence[AnyRow], times: Times) -> Entry:
    """How an answer fares: as its worst letter does."""
    worst = min(deliveries, key=lambda delivery: WORST_FIRST.index(delivery.state))
    tone, sentence = delivery_sentence(worst, times.now, times)
    return {
        "id": worst.id,
        "tone": tone,
        "sentence": sentence,
        "can_undo": worst.channel != "chat"
        and worst.state == "queued"
        and not worst.attempts
        and worst.due_at > times.now,
        "can_resend": worst.state in ("failed", "uncertain"),
        "wrong_address": worst.receiver if worst.state == "failed" and worst.channel == "email" else "",
    }


def _proof(row: AnyRow, facts: Mapping[str, Any], *, is_checked: bool) -> tuple[str, str] | None:
    """A tone and a sentence, where it is known that the sender may be somebody else."""
    if facts["proven"] is False:
        return "bad", _("Failed its domain's check")
    if is_checked and facts["proven"] is None and row.channel == "email" and row.verdict == "deliver":
        return "", _("Sender not verified")
    return None


def _height(length: int) -> int:
    # Steps of the style sheet; without scripts this is what the frame of a formatted letter gets.
    return min(4, 1 + length // 4000)


def _file(row: AnyRow) -> Entry:
    return {
        "name": row.filename,
        "href": _address(row),
        "size": size_in_words(row.size),
        "has_preview": row.content_type in PICTURES
        and (LEAST_INLINE if row.is_inline else 1) <= row.size <= MOST_PREVIEWED,
    }


def _sender(row: AnyRow) -> str:
    """Whose it is, beside their name; the channel's own name stands there already."""
    if row.channel in NAMELESS and row.channel != "webhook":
        return ""
    return contact_name("phone" if row.sender_value.startswith("+") else "email", row.sender_value)


def _address(row: AnyRow) -> str:
    return f"/inbox/attachments/{row.token}/{quote(row.filename, safe='')}"


def size_in_words(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _events(rows: Sequence[AnyRow], times: Times) -> list[Entry]:
    entries: list[Entry] = []
    before: AnyRow | None = None
    for row in rows:
        sentence = event_sentence(row, times)
        if before is not None and row.agent == before.agent and row.at - before.at < TOGETHER:
            entries[-1]["sentences"].append(sentence)
        else:
            entries.append(
                {
                    "kind": "event",
                    "at": row.at,
                    "sentences": [sentence],
                    "when": times.message(row.at),
                    "full": times.full(row.at),
                    "iso": row.at.isoformat(timespec="minutes"),
                }
            )
        before = row
    return entries
