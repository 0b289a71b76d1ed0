"""SPF (RFC 7208): which servers a domain lets send for it, and whether ours is among them."""

import re

from supportbox.channels.email.finding import Finding
from supportbox.channels.email.providers import MailProvider, provider_of
from supportbox.channels.email.resolving import Texts

MOST_LOOKUPS = 10
_LOOKS_UP = re.compile(r"[+?~-]?(?:include:|exists:|ptr\b|a(?:[:/]|$)|mx(?:[:/]|$))|redirect=", re.IGNORECASE)
_POINTS_ON = re.compile(r"(?:[+?~-]?include:|redirect=)(\S+)", re.IGNORECASE)
_ALL = re.compile(r"([+?~-]?)all", re.IGNORECASE)

MISSING = "%(domain)s has no SPF record: nobody can tell whether a server may send for it, and letters land in spam."
TWO = "%(domain)s has %(number)s SPF records where only one may be: receivers treat that as a fault."
OPEN = "The SPF record of %(domain)s lets every server of the world send for it (+all)."
TOO_LONG = "The SPF record of %(domain)s makes receivers ask DNS %(number)s times; after 10 they call it a fault."
NO_END = "The SPF record of %(domain)s has no end: it does not say what to think of all other servers."
LEFT_OUT = "The SPF record of %(domain)s does not name %(provider)s, which sends this mailbox's letters."
NAMED = "SPF: %(domain)s lets %(provider)s send for it."
UNSURE = "SPF: %(domain)s has a record. Whether it means %(host)s, DNS alone does not tell: ask its provider if unsure."
PRESENT = "SPF: %(domain)s has a record."
ADD = "Add this record to the DNS of %(domain)s."
ONE = "Delete them, and put this one in their place."
CHANGE = "Change the record to this one."
SHORTEN = "Take out what no longer sends for you."
SENTENCES = (
    MISSING, TWO, OPEN, TOO_LONG, NO_END, LEFT_OUT, NAMED, UNSURE, PRESENT, ADD, ONE, CHANGE, SHORTEN,
)  # fmt: skip


def check_spf(domain: str, smtp_host: str, dns: Texts) -> Finding:
    """What SPF says of a domain whose letters leave by that server ("" when it is not known)."""
    provider = provider_of(smtp_host)
    ours = _mechanism(smtp_host, provider)
    values = {"domain": domain, "host": smtp_host, "provider": provider.name if provider else ""}
    records = spf_records(dns.texts(domain))
    if not records:
        return Finding("spf", "red", MISSING, ADD, values, domain, f"v=spf1 {ours} ~all")
    if len(records) > 1:
        values["number"] = str(len(records))
        return Finding("spf", "red", TWO, ONE, values, domain, _joined(records))
    return _judged(records[0], ours, provider, values, dns)


def spf_records(texts: list[str]) -> list[str]:
    """Those of a name's TXT records that are SPF."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def _judged(record: str, ours: str, provider: MailProvider | None, values: dict[str, str], dns: Texts) -> Finding:
    domain = values["domain"]
    words = record.split()[1:]
    ends = [found for word in words if (found := _ALL.fullmatch(word))]
    if any(end[1] in ("", "+") for end in ends):
        return Finding("spf", "red", OPEN, CHANGE, values, domain, _ended(words))
    named, lookups = _followed(record, dns)
    if provider and provider.spf not in named and ours not in words:
        return Finding("spf", "amber", LEFT_OUT, CHANGE, values, domain, _ended([*words, ours]))
    if lookups > MOST_LOOKUPS:
        return Finding("spf", "red", TOO_LONG, SHORTEN, {**values, "number": str(lookups)})
    if not ends and not any(word.lower().startswith("redirect=") for word in words):
        return Finding("spf", "amber", NO_END, CHANGE, values, domain, _ended(words))
    if provider:
        return Finding("spf", "green", NAMED, values=values)
    return Finding("spf", "green", UNSURE if values["host"] else PRESENT, values=values)


def _followed(record: str, dns: Texts) -> tuple[set[str], int]:
    """Every name that a record includes, also by way of others, and how often receivers have to ask."""
    named: set[str] = set()
    waiting, lookups = [record], 0
    while waiting and lookups <= 2 * MOST_LOOKUPS:
        words = waiting.pop(0).split()[1:]
        lookups += sum(1 for word in words if _LOOKS_UP.match(word))
        for name in (found[1].lower().rstrip(".") for word in words if (found := _POINTS_ON.fullmatch(word))):
            if name not in named and "%" not in name:
                named.add(name)
                waiting += spf_records(dns.texts(name))[:1]
    return named, lookups


def _mechanism(smtp_host: str, provider: MailProvider | None) -> str:
    if provider:
        return f"include:{provider.spf}"
    return f"mx a:{smtp_host}" if "." in smtp_host and not smtp_host.replace(".", "").isdigit() else "mx"


def _joined(records: list[str]) -> str:
    return _ended([word for record in records for word in record.split()[1:]])


def _ended(words: list[str]) -> str:
    """One record of these words, each once, with a cautious end."""
    kept = dict.fromkeys(word for word in words if not _ALL.fullmatch(word))
    return " ".join(["v=spf1", *kept, "~all"])
