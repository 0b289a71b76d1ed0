"""Judges a letter by small rules in order: the first that has a reason decides, and its reason is kept for people."""

import re
from collections.abc import Callable

from supportbox.mail import bounces, machine_letters, tokens
from supportbox.mail.letter import Letter, Verdict

LOOP_HEADER = "x-supportbox-loop"
_NO_ANSWER = re.compile(
    r"^(?:no-?_?\.?reply|do-?_?not-?_?reply|donotreply|mailer-daemon|postmaster|bounces?|nobody)\b", re.IGNORECASE
)


def screen(
    letter: Letter,
    *,
    own_addresses: frozenset[str] = frozenset(),
    key: bytes = b"",
    sent: Callable[[int, str], bool] | None = None,
    spam_headers: bool = True,
) -> Verdict:
    """What kind of letter this is. `sent(delivery, body_hash)` tells whether a delivery of ours had that body;
    `spam_headers` is whether the mailbox's server may say what spam is; `own_addresses` are in lower case."""
    if key and (reason := _own_loop(letter, key, sent)):
        return Verdict("own-loop", reason)
    if reason := machine_letters.feedback_report(letter):
        return Verdict("bulk", reason)
    if (bounced := bounces.bounce_in(letter)) is not None:
        return Verdict("bounce", bounced[1], bounced[0])
    if reason := machine_letters.automatic_reply(letter) or machine_letters.challenge(letter):
        return Verdict("auto-reply", reason)
    if spam_headers and (reason := machine_letters.spam(letter)):
        return Verdict("spam", reason)
    if reason := machine_letters.bulk(letter, own_addresses):
        return Verdict("bulk", reason)
    return Verdict("deliver", "Nothing says that a machine wrote it.")


def may_be_answered(letter: Letter, verdict: Verdict, own_addresses: frozenset[str] = frozenset()) -> bool:
    """Whether an automatic answer may go to the sender: to people only, and never to ourselves."""
    sender = letter.reply_to or letter.sender
    if verdict.kind != "deliver" or sender is None or letter.sender is None:
        return False
    if {sender.email.lower(), letter.sender.email.lower()} & own_addresses:
        return False
    if letter.header("return-path").strip() == "<>" or letter.header("list-unsubscribe"):
        return False
    suppressed = letter.header("x-auto-response-suppress").lower()
    return not any(word in suppressed for word in ("all", "oof", "autoreply")) and not _NO_ANSWER.match(sender.email)


def _own_loop(letter: Letter, key: bytes, sent: Callable[[int, str], bool] | None) -> str:
    """Only an id that we signed counts, and only for the body that went out with it."""
    for signed in (letter.header(LOOP_HEADER), letter.message_id):
        read = tokens.read_message_id(key, signed)
        if read is not None and (sent is None or sent(read[1], letter.body_hash)):
            return "It is a letter of ours that came back."
    return ""
