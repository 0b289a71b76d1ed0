"""Why a letter is where it is: kept in English beside the letter, said in the language of whoever reads it."""

import re

from supportbox.web.i18n import gettext as _

_REFERENCE = re.compile(r"\bSB-\d+\b")


def mark(sentence: str) -> str:
    """Marks a sentence for translation where it is listed, not said."""
    return sentence


# What matching and screening may give as a reason; a test reads their source and asks for each.
KNOWN = (
    mark("A new ticket: it answers nothing that we know."),
    mark("A new ticket: its sender is not part of the ticket it points to."),
    mark("A new ticket: the sender's address failed its own domain's check."),
    mark("A new ticket: %(reference)s was closed over 30 days ago."),
    mark("A new ticket: %(reference)s is closed and the subject is another."),
    mark("A new ticket: the subject alone quotes %(reference)s."),
    mark("Joined: a reply without headers, from the same customer with the same subject."),
    mark("Joined: a reply without headers that quotes %(reference)s, from the same customer."),
    mark("Joined by our signed reply address."),
    mark("Joined by our signed reply address, from somebody new here."),
    mark("Joined: it answers a letter of ours."),
    mark("Joined: it answers a letter in this ticket."),
    mark("Joined: the subject quotes %(reference)s."),
    mark("A header says that it is an automatic reply."),
    mark("It came through a mailing list."),
    mark("It is a bounce: a mail service says so in its own notice."),
    mark("It is a mail provider's report that somebody called a letter spam."),
    mark("It is a mail server's report."),
    mark("It is a notice from one program to another."),
    mark("It is a read receipt."),
    mark("It is a spam filter asking the sender to confirm a letter."),
    mark("It says that it is an automatic reply (Precedence)."),
    mark("It says that it was sent automatically (Auto-Submitted)."),
    mark("Its subject is that of an automatic reply."),
    mark("The mail server gave it a high spam level (X-Spam-Level)."),
    mark("The mail server marked it as spam (X-Spam-Flag)."),
    mark("The mail server marked it as spam (X-Spam-Status)."),
)


def reason(sentence: str) -> str:
    """The sentence in the language of this request; one that nobody knows stays as it is."""
    if not sentence:
        return ""  # a catalogue answers the empty sentence with its own header
    found = _REFERENCE.search(sentence)
    if not found:
        return _(sentence)
    pattern = _REFERENCE.sub("%(reference)s", sentence, count=1)
    return _(pattern, reference=found[0]) if pattern in KNOWN else sentence
