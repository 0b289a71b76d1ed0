"""The words of our letters: an agent's reply as text and HTML, and the acknowledgement, in the customer's language."""

import html as html_module
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from supportbox.channels.files import path_of
from supportbox.channels.translations import catalogue
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import File, Outgoing
from supportbox.inbox.reference import Reference
from supportbox.mail import tokens
from supportbox.mail.letter import Address, Draft, Enclosure
from supportbox.mail.subject import reply_subject

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
# More brackets than any answer has: looking for the links that they might make would take seconds.
_MOST_BRACKETS = 5000


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of a letter that depend on its kind; `text` is Markdown."""

    subject: str
    text: str
    sender_name: str
    footer: str


def draft_of(outgoing: Outgoing, mailbox: Mailbox, *, key: bytes, files_folder: Path) -> Draft:
    """The letter that an Outgoing becomes; the same each time it is tried."""
    is_automatic = outgoing.kind != "reply"
    words = _acknowledgement(outgoing, mailbox) if outgoing.kind == "acknowledgement" else _reply(outgoing, mailbox)
    body = "\n\n".join(part for part in (words.text, mailbox.signature.strip()) if part)
    answer_to = tokens.plus_address(key, mailbox.address, outgoing.ticket_id) if mailbox.has_plus_addresses else ""
    return Draft(
        sender=Address(mailbox.address, words.sender_name),
        to=Address(outgoing.receiver.value, outgoing.receiver.name),
        subject=words.subject,
        text=f"{body}\n\n{words.footer}",
        html=f"{as_html(body)}<p><small>{html_module.escape(words.footer)}</small></p>",
        message_id=outgoing.external_id,
        date=outgoing.at,
        reply_to=Address(answer_to, mailbox.name) if answer_to else None,
        in_reply_to=outgoing.replied_id,
        references=outgoing.chain,
        enclosures=tuple(_enclosure(file, files_folder) for file in outgoing.files),
        automatic=is_automatic,
    )


def _reply(outgoing: Outgoing, mailbox: Mailbox) -> Words:
    _ = catalogue(outgoing.language).gettext
    reference = str(Reference(outgoing.ticket_id))
    both = f"{outgoing.agent_name} ({mailbox.name})" if outgoing.agent_name and mailbox.name else ""
    return Words(
        subject=reply_subject(outgoing.subject, reference),
        text=outgoing.text.strip(),
        sender_name=both or outgoing.agent_name or mailbox.name,
        footer=_("Your request: %(reference)s") % {"reference": reference},
    )


def _acknowledgement(outgoing: Outgoing, mailbox: Mailbox) -> Words:
    """Our own words only: with the sender's in it, the desk would carry anybody's text to a forged address."""
    _ = catalogue(outgoing.language).gettext
    reference = str(Reference(outgoing.ticket_id))
    name = mailbox.name or mailbox.address
    lines = (
        _("Hello,"),
        _("Thank you for writing to %(name)s. Your request has arrived, and we will answer it as soon as we can."),
        _("If you want to add something, simply answer this message."),
    )
    return Words(
        subject=_("We have received your request [%(reference)s]") % {"reference": reference},
        text="\n\n".join(lines) % {"name": name},
        sender_name=mailbox.name,
        footer=_("Your request: %(reference)s") % {"reference": reference},
    )


def as_html(markdown: str) -> str:
    """Markdown as HTML that any mail program shows; HTML in it stays text, line breaks stay line breaks."""
    import nh3

    source = markdown.replace("[", "\\[") if markdown.count("[") > _MOST_BRACKETS else markdown
    schemes = {"http", "https", "mailto", "tel"}
    rendered: str = _markdown().render(source)
    return nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=schemes, link_rel=None)


@cache
def _markdown() -> "MarkdownIt":
    # Loaded on use: a worker that only fetches never needs it.
    from markdown_it import MarkdownIt

    options = {"html": False, "breaks": True, "maxNesting": 20}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])


def _enclosure(file: File, folder: Path) -> Enclosure:
    content = (folder / path_of(file.token)).read_bytes()
    return Enclosure(file.filename, file.content_type, content, file.is_inline, file.content_id)
