"""From a letter to an Incoming: what it says, what it answers, and its files put where only random names lead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from supportbox.channels.files import keep_files
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.translations import catalogue
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import UNKNOWN, Clues, Incoming, Sender
from supportbox.inbox.reference import find_reference
from supportbox.mail import authentication, subject, tokens
from supportbox.mail.forwarded import forward_in
from supportbox.mail.letter import MORE_THAN_ONE_SENDER, Address, Letter, Verdict
from supportbox.mail.screen import LOOP_HEADER, may_be_answered, screen

# Older letters are old mail brought in: nobody waits for a word about them.
FRESH = timedelta(hours=24)
MOST_IDS = 20
T = TypeVar("T")


def incoming_from(
    letter: Letter, kept: Kept, mailbox: Mailbox, desk: Desk, *, key: bytes, files_folder: Path
) -> Incoming:
    """What the inbox gets. The letter's files are on the disk when this returns."""
    verdict = screen(letter, own_addresses=desk.own_addresses, key=key, sent=desk.has_sent)
    sender = _sender(letter.sender) or Sender("email", UNKNOWN)
    reply_to = _sender(letter.reply_to)
    authenticated = authentication.read(letter, frozenset(one.lower() for one in desk.business.authserv_ids))
    is_proven = _is_proven(letter, authenticated)
    is_vouched_for = is_proven is not False and authenticated.is_aligned_with(sender.value.rpartition("@")[2])
    return Incoming(
        channel="email",
        sender=sender,
        subject=letter.subject,
        text=letter.text,
        at=kept.received_at,
        visible_text="" if letter.visible_text == letter.text else letter.visible_text,
        html=letter.html,
        mailbox_id=mailbox.id,
        intake_id=kept.intake_id,
        external_id=letter.message_id,
        body_hash=letter.body_hash,
        language=letter.language,
        reply_to=reply_to if reply_to and reply_to.value != sender.value else None,
        copied=tuple(address.email for address in letter.cc),
        clues=clues_of(letter, key),
        verdict=verdict.kind,
        verdict_reason=verdict.reason,
        bounce=verdict.bounce,
        is_sender_proven=is_proven,
        is_vouched_for=is_vouched_for,
        # Only an agent may pass letters on, and only one who is vouched for: for nobody else is it looked up.
        forward=forward_in(letter) if is_vouched_for else None,
        may_acknowledge=_may_acknowledge(letter, verdict, kept, desk)
        and _may_be_trusted(is_proven, authenticated, desk),
        files=keep_files(files_folder, letter.enclosures),
        defects=letter.defects,
    )


def announced(letter: Letter, size: int, mailbox: Mailbox) -> Letter:
    """A letter too large to fetch, as its headers and a notice that says where the rest is."""
    notice = catalogue(mailbox.language).gettext(
        "This letter of %(size).1f MB is too large to be fetched. Its text and files are still in the mailbox "
        "%(address)s: read it there."
    ) % {"size": size / 1e6, "address": mailbox.address}
    return replace(
        letter, text=notice, visible_text=notice, html=None, enclosures=(), defects=("only its headers were fetched",)
    )


def clues_of(letter: Letter, key: bytes) -> Clues:
    """What may tell the ticket; signatures are checked here, where the key is."""
    answered = dict.fromkeys([letter.in_reply_to, *reversed(letter.references)])
    ids = [one for one in answered if one][:MOST_IDS]
    signed = {one: tokens.read_message_id(key, one) for one in ids}
    own = tokens.read_message_id(key, letter.header(LOOP_HEADER)) or tokens.read_message_id(key, letter.message_id)
    quoted = find_reference(letter.subject)
    return Clues(
        token_ticket=_signed(tokens.read_plus_address, key, letter),
        signed_tickets=tuple(dict.fromkeys(pair[0] for pair in signed.values() if pair)),
        replied_ids=tuple(one for one, pair in signed.items() if not pair),
        quoted_ticket=quoted.number if quoted else None,
        has_reply_prefix=subject.has_reply_prefix(letter.subject),
        own_delivery=own[1] if own else None,
        agent_token=_signed(tokens.read_agent_address, key, letter),
        envelope_delivery=_signed(tokens.read_envelope_address, key, letter),
    )


def _signed(read: Callable[[bytes, str], T | None], key: bytes, letter: Letter) -> T | None:
    """What the first recipient address that we signed says."""
    return next(filter(None, (read(key, one) for one in letter.recipients if "+" in one)), None)


def _sender(address: Address | None) -> Sender | None:
    return Sender("email", address.email.lower(), address.name) if address else None


def _may_acknowledge(letter: Letter, verdict: Verdict, kept: Kept, desk: Desk) -> bool:
    return kept.kept_at - kept.received_at < FRESH and may_be_answered(letter, verdict, desk.own_addresses)


def _may_be_trusted(is_proven: bool | None, authenticated: authentication.Authentication, desk: Desk) -> bool:
    # Where our server judges every letter, one that it says nothing about came in by a way of its own.
    return is_proven is not False and (authenticated.is_known or not desk.business.authserv_ids)


def _is_proven(letter: Letter, authenticated: authentication.Authentication) -> bool | None:
    if MORE_THAN_ONE_SENDER in letter.defects:
        return False
    return {"pass": True, "fail": False}.get(authenticated.dmarc)
