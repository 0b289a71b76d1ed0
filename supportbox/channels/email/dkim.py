"""DKIM (RFC 6376): whether a domain publishes a key for signing. Its name is free, so one has to know where to look."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from supportbox.channels.email.finding import Finding
from supportbox.channels.email.providers import COMMON_SELECTORS, provider_of
from supportbox.channels.email.resolving import Texts

_AT_ONCE = 8

SIGNED = "DKIM: our letters are signed for %(domain)s with the key %(selector)s, and it is published."
LOST_KEY = (
    "Our letters are signed for %(domain)s with the key %(selector)s, which DNS does not know: every check fails."
)
FOUND = "DKIM: %(domain)s publishes the key %(selector)s. Whether letters are signed with it, DNS does not tell."
REVOKED = "The DKIM key %(selector)s of %(domain)s is withdrawn: what is signed with it fails every check."
NONE = "%(domain)s seems to publish no DKIM key: letters leave unsigned, and many receivers trust them less."
UNKNOWN = (
    "%(domain)s publishes something for DKIM, under a name that we do not know. "
    "Once a letter of ours comes back, its signature tells the name."
)
SWITCH_ON = (
    "Switch DKIM on where your mail is hosted (%(provider)s): "
    "it shows the record to add, named %(selector)s._domainkey.%(domain)s."
)
ASK_HOST = "Switch DKIM on where your mail is hosted: it shows the record to add, NAME._domainkey.%(domain)s."
RENEW = "Ask where your mail is hosted for the key's record again, and add it as it is."
WRITE = "To be sure, send a letter from this mailbox to itself, and check again."
SENTENCES = (SIGNED, LOST_KEY, FOUND, REVOKED, NONE, UNKNOWN, SWITCH_ON, ASK_HOST, RENEW, WRITE)


def check_dkim(domain: str, smtp_host: str, seen: Sequence[str], dns: Texts) -> Finding:
    """What DKIM says of a domain. `seen`: the selectors with which letters of ours were signed, newest first."""
    provider = provider_of(smtp_host)
    values = {"domain": domain, "provider": provider.name if provider else ""}
    guesses = [*seen, *(provider.selectors if provider else ()), *COMMON_SELECTORS]
    keys = _keys(domain, list(dict.fromkeys(guesses)), dns)
    for selector in seen[:1]:
        if keys.get(selector):
            return Finding("dkim", "green", SIGNED, values={**values, "selector": selector})
        return Finding("dkim", "red", LOST_KEY, RENEW, {**values, "selector": selector})
    if good := next((selector for selector, key in keys.items() if key), None):
        return Finding("dkim", "green", FOUND, values={**values, "selector": good})
    if keys:
        return Finding("dkim", "amber", REVOKED, RENEW, {**values, "selector": next(iter(keys))})
    if dns.has_name(f"_domainkey.{domain}"):
        return Finding("dkim", "amber", UNKNOWN, WRITE, values)
    if provider and provider.selectors:
        return Finding("dkim", "amber", NONE, SWITCH_ON, {**values, "selector": provider.selectors[0]})
    return Finding("dkim", "amber", NONE, ASK_HOST, values)


def _keys(domain: str, selectors: Sequence[str], dns: Texts) -> dict[str, str]:
    """The keys that are there, "" for one that is withdrawn, in the order of the selectors."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(dns.texts, (f"{selector}._domainkey.{domain}" for selector in selectors)))
    return {
        selector: key
        for selector, texts in zip(selectors, found, strict=True)
        if (key := next((key for text in texts if (key := _key(text)) is not None), None)) is not None
    }


def _key(text: str) -> str | None:
    """The key in a record; None when the record is none of DKIM."""
    tags = dict(part.strip().split("=", 1) for part in text.split(";") if "=" in part)
    return "".join(tags["p"].split()) if "p" in tags and tags.get("v", "DKIM1").strip() == "DKIM1" else None
