"""From a letter to an Incoming: what it says, what it answers, and its files put where only random names lead."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from supportbox.channels.channel import Desk, Kept
from supportbox.channels.files import keep_files
from supportbox.channels.translations import catalogue
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.reference import find_reference
from supportbox.mail import authentication, subject, tokens
from supportbox.mail.letter import Address, Letter
from supportbox.mail.screen import LOOP_HEADER, may_be_answered, screen

# Older letters are old mail brought in: nobody waits for a word about them.
FRESH = timedelta(hours=24)
MOST_IDS = 20
# Stands where a letter names no sender: a name that can never be anybody's (RFC 2606).
UNKNOWN = "nobody@unknown.invalid"


def incoming_from(
    letter: Letter, kept: Kept, mailbox: Mailbox, desk: Desk, *, key: bytes, files_folder: Path
) -> Incoming:
    """What the inbox gets. The letter's files are on the disk when this returns."""
    verdict = screen(letter, own_addresses=desk.own_addresses, key=key, sent=desk.has_sent)
    sender = _sender(letter.sender) or Sender("email", UNKNOWN)
    reply_to = _sender(letter.reply_to)
    is_proven = _is_proven(letter, desk)
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
        may_acknowledge=(
            kept.kept_at - kept.received_at < FRESH
            and is_proven is not False
            and may_be_answered(letter, verdict, desk.own_addresses)
        ),
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
        token_ticket=next(filter(None, (tokens.read_plus_address(key, one) for one in letter.recipients)), None),
        signed_tickets=tuple(dict.fromkeys(pair[0] for pair in signed.values() if pair)),
        replied_ids=tuple(one for one, pair in signed.items() if not pair),
        quoted_ticket=quoted.number if quoted else None,
        has_reply_prefix=subject.has_reply_prefix(letter.subject),
        own_delivery=own[1] if own else None,
    )


def _sender(address: Address | None) -> Sender | None:
    return Sender("email", address.email.lower(), address.name) if address else None


def _is_proven(letter: Letter, desk: Desk) -> bool | None:
    if not desk.business.authserv_ids:
        return None
    said = authentication.read(letter, frozenset(one.lower() for one in desk.business.authserv_ids)).dmarc
    return {"pass": True, "fail": False}.get(said)
