"""Why a letter is where it is: kept in English beside the letter, said in the language of whoever reads it."""

import re

from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.provider_reasons import PROVIDERS, mark

_PLACE = re.compile(r"%\\\((\w+)\\\)s")


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
    mark("A new ticket: it was to be an agent's answer, and ticket or agent are gone."),
    mark("A new ticket: nothing proves that %(name)s wrote this answer."),
    mark("A new ticket: a machine answered in an agent's place."),
    mark("A new ticket: the answer of %(name)s was not sent. %(why)s"),
    mark("A new ticket, passed on by %(name)s: whose letter it is, is a claim."),
    mark("%(name)s answered by mail."),
    mark("A new ticket: its sender was blocked."),
    mark("A new ticket: the number of a caller can be forged."),
    mark("Joined: a call from a number that the customer has proven."),
    mark("Joined: the talk goes on."),
    mark("A new ticket: our letter to %(address)s came back, and its ticket is gone."),
    mark("Filed here: it says that our letter to %(address)s was not delivered."),
    mark("Our own letter to %(address)s came back."),
    mark("A form on the site, by %(address)s."),
    mark("Its sender is always trusted."),
    mark("Its sender was blocked."),
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
    mark("It says that it went to many (Precedence: %(word)s)."),
    mark("Its subject is that of an automatic reply."),
    mark("The mail server gave it a high spam level (X-Spam-Level)."),
    mark("The mail server marked it as spam (X-Spam-Flag)."),
    mark("The mail server marked it as spam (X-Spam-Status)."),
    *PROVIDERS,
)


def _recognising(sentence: str) -> re.Pattern[str]:
    """What finds a sentence again after its places were filled in."""
    return re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)


_PLAIN = frozenset(sentence for sentence in KNOWN if "%(" not in sentence)
# A reference is told first: a name could be any words, also those of another sentence.
_FILLED = sorted(
    ((_recognising(sentence), sentence) for sentence in KNOWN if "%(" in sentence),
    key=lambda pair: "%(reference)s" not in pair[1],
)


def reason(sentence: str) -> str:
    """The sentence in the language of this request; one that nobody knows stays as it is."""
    if not sentence:
        return ""  # a catalogue answers the empty sentence with its own header
    if sentence in _PLAIN:
        return _(sentence)
    for form, known in _FILLED:
        if found := form.fullmatch(sentence):
            # Why an answer was refused is itself a sentence of ours.
            return _(known, **{place: _(said) if place == "why" else said for place, said in found.groupdict().items()})
    return sentence
