"""A letter of the desk to one of its own people, as a Draft: plain words, and links that stand alone in their line."""

import html as html_module
import re

from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Outgoing
from supportbox.mail import tokens
from supportbox.mail.letter import Address, Draft

KINDS = ("invitation", "reset", "notice")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def desk_draft(outgoing: Outgoing, mailbox: Mailbox, *, key: bytes) -> Draft:
    """The letter; the same each time it is tried. An answer to a notice goes to the reader's own signed address."""
    text = outgoing.text.strip()
    has_answer = outgoing.ticket_id and outgoing.reader_id and mailbox.has_plus_addresses
    answer_to = tokens.agent_address(key, mailbox.address, outgoing.ticket_id, outgoing.reader_id) if has_answer else ""
    return Draft(
        sender=Address(mailbox.address, mailbox.name or "SupportBox"),
        to=Address(outgoing.receiver.value, outgoing.receiver.name),
        subject=outgoing.subject,
        text=text,
        html="".join(f"<p>{_lines(part)}</p>" for part in re.split(r"\n\s*\n", text)),
        message_id=outgoing.external_id,
        date=outgoing.at,
        reply_to=Address(answer_to, mailbox.name) if answer_to else None,
        automatic=True,
    )


def _lines(part: str) -> str:
    return "<br>".join(_line(line.strip()) for line in part.split("\n"))


def _line(line: str) -> str:
    safe = html_module.escape(line)
    return f'<a href="{safe}">{safe}</a>' if _ADDRESS.fullmatch(line) else safe
