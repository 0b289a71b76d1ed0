"""What DNS says about a mail domain, in the language of whoever reads it."""

from dataclasses import dataclass

from supportbox.channels.email.finding import Finding
from supportbox.web.i18n import gettext as _


def mark(sentence: str) -> str:
    """Marks a sentence for translation where it is listed, not said."""
    return sentence


# A test compares them with those of channels.email.domain.
KNOWN = (
    mark("DNS gave no answer for %(domain)s: nothing is known of SPF, DKIM and DMARC now."),
    mark("Check this machine's DNS, and try again."),
    mark("There is no domain %(domain)s in DNS: nobody can answer letters from it."),
    mark("Check its spelling, and whether it is still paid for."),
    mark("%(domain)s is a name for examples: SPF, DKIM and DMARC are not asked for."),
    mark("%(domain)s has no DMARC record: Gmail and others trust its letters less."),
    mark("%(domain)s has more than one DMARC record: receivers then use none."),
    mark("The DMARC record of %(domain)s says no policy (p=none, quarantine or reject): receivers ignore it."),
    mark("DMARC: %(domain)s asks receivers to let everything through (p=none). Once all is signed, use p=quarantine."),
    mark("DMARC: %(domain)s asks receivers to stop forged letters (p=%(policy)s)."),
    mark("%(domain)s has no SPF record: nobody can tell whether a server may send for it, and letters land in spam."),
    mark("%(domain)s has %(number)s SPF records where only one may be: receivers treat that as a fault."),
    mark("The SPF record of %(domain)s lets every server of the world send for it (+all)."),
    mark("The SPF record of %(domain)s makes receivers ask DNS %(number)s times; after 10 they call it a fault."),
    mark("The SPF record of %(domain)s has no end: it does not say what to think of all other servers."),
    mark("The SPF record of %(domain)s does not name %(provider)s, which sends this mailbox's letters."),
    mark("SPF: %(domain)s lets %(provider)s send for it."),
    mark(
        "SPF: %(domain)s has a record. Whether it means %(host)s, DNS alone does not tell: ask its provider if unsure."
    ),
    mark("SPF: %(domain)s has a record."),
    mark("Add this record to the DNS of %(domain)s."),
    mark("Delete them, and put this one in their place."),
    mark("Change the record to this one."),
    mark("Take out what no longer sends for you."),
    mark("DKIM: our letters are signed for %(domain)s with the key %(selector)s, and it is published."),
    mark(
        "Our letters are signed for %(domain)s with the key %(selector)s, which DNS does not know: every check fails."
    ),
    mark("DKIM: %(domain)s publishes the key %(selector)s. Whether letters are signed with it, DNS does not tell."),
    mark("The DKIM key %(selector)s of %(domain)s is withdrawn: what is signed with it fails every check."),
    mark("%(domain)s seems to publish no DKIM key: letters leave unsigned, and many receivers trust them less."),
    mark(
        "%(domain)s publishes something for DKIM, under a name that we do not know. Once a letter of ours "
        "comes back, its signature tells the name."
    ),
    mark(
        "Switch DKIM on where your mail is hosted (%(provider)s): it shows the record to add, named "
        "%(selector)s._domainkey.%(domain)s."
    ),
    mark("Switch DKIM on where your mail is hosted: it shows the record to add, NAME._domainkey.%(domain)s."),
    mark("Ask where your mail is hosted for the key's record again, and add it as it is."),
    mark("To be sure, send a letter from this mailbox to itself, and check again."),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words; `record` is to be copied to `name`."""

    kind: str
    colour: str
    sentence: str
    fix: str
    name: str
    record: str


def say(finding: Finding) -> Said:
    """The finding in the language of this request."""
    fix = _(finding.fix, **finding.values) if finding.fix else ""
    sentence = _(finding.sentence, **finding.values)
    return Said(finding.kind, finding.colour, sentence, fix, finding.name, finding.record)
