"""The words of our letters: an agent's reply as text and HTML, and the acknowledgement, in the customer's language."""

import html as html_module
from dataclasses import dataclass
from pathlib import Path

from supportbox.channels.email import desk_draft
from supportbox.channels.email.acknowledgement import acknowledgement_text
from supportbox.channels.email.letter_html import as_html, as_text, quoted_html
from supportbox.channels.files import path_of
from supportbox.channels.translations import catalogue
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import File, Outgoing
from supportbox.inbox.reference import Reference
from supportbox.mail import tokens
from supportbox.mail.letter import Address, Draft, Enclosure
from supportbox.mail.subject import forward_subject, opening_subject, reply_subject


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of a letter that depend on its kind; `text` is Markdown."""

    subject: str
    text: str
    sender_name: str
    footer: str


def draft_of(outgoing: Outgoing, mailbox: Mailbox, *, key: bytes, files_folder: Path) -> Draft:
    """The letter that an Outgoing becomes; the same each time it is tried."""
    if outgoing.kind in desk_draft.KINDS:
        return desk_draft.desk_draft(outgoing, mailbox, key=key)
    words = _acknowledgement(outgoing, mailbox) if outgoing.kind == "acknowledgement" else _reply(outgoing, mailbox)
    body = "\n\n".join(part for part in (words.text, mailbox.signature.strip()) if part)
    answer_to = tokens.plus_address(key, mailbox.address, outgoing.ticket_id) if mailbox.has_plus_addresses else ""
    addressed = outgoing.addressed or outgoing.receiver
    return Draft(
        sender=Address(mailbox.address, words.sender_name),
        to=Address(addressed.value, addressed.name),
        cc=tuple(map(Address, outgoing.copied)),
        subject=words.subject,
        text="\n\n".join(part for part in (as_text(body), outgoing.quoted, words.footer) if part),
        html=f"{as_html(body)}{quoted_html(outgoing.quoted)}<p><small>{html_module.escape(words.footer)}</small></p>",
        message_id=outgoing.external_id,
        date=outgoing.at,
        reply_to=Address(answer_to, mailbox.name) if answer_to else None,
        in_reply_to=outgoing.replied_id,
        references=outgoing.chain,
        enclosures=tuple(_enclosure(file, files_folder) for file in outgoing.files),
        automatic=not outgoing.is_written,
    )


def _reply(outgoing: Outgoing, mailbox: Mailbox) -> Words:
    _ = catalogue(outgoing.language).gettext
    reference = str(Reference(outgoing.ticket_id))
    is_forward = outgoing.kind == "forward"
    is_first = not outgoing.replied_id and not outgoing.chain
    subject_of = forward_subject if is_forward else opening_subject if is_first else reply_subject
    both = f"{outgoing.agent_name} ({mailbox.name})" if outgoing.agent_name and mailbox.name else ""
    return Words(
        subject=subject_of(outgoing.subject, reference),
        text=outgoing.text.strip(),
        sender_name=both or outgoing.agent_name or mailbox.name,
        footer=(_("Our reference: %(reference)s") if is_forward else _("Your request: %(reference)s"))
        % {"reference": reference},
    )


def _acknowledgement(outgoing: Outgoing, mailbox: Mailbox) -> Words:
    """Our own words only: with the sender's in it, the desk would carry anybody's text to a forged address."""
    _ = catalogue(outgoing.language).gettext
    reference = str(Reference(outgoing.ticket_id))
    own = str((mailbox.acknowledgements or {}).get(outgoing.language, ""))
    return Words(
        subject=_("We have received your request [%(reference)s]") % {"reference": reference},
        text=acknowledgement_text(own, outgoing.language, mailbox.name, mailbox.address, reference),
        sender_name=mailbox.name,
        footer=_("Your request: %(reference)s") % {"reference": reference},
    )


def _enclosure(file: File, folder: Path) -> Enclosure:
    content = (folder / path_of(file.token)).read_bytes()
    return Enclosure(file.filename, file.content_type, content, file.is_inline, file.content_id)
