"""The DNS records that let a domain's letters arrive: SPF, DKIM and DMARC, each with a sentence and the exact fix."""

from collections.abc import Sequence

from supportbox.channels.email import dkim, spf
from supportbox.channels.email.finding import Finding
from supportbox.channels.email.resolving import Dns, NoAnswer, Texts
from supportbox.errors import Refused

NO_DNS = "DNS gave no answer for %(domain)s: nothing is known of SPF, DKIM and DMARC now."
TRY_LATER = "Check this machine's DNS, and try again."
NO_DOMAIN = "There is no domain %(domain)s in DNS: nobody can answer letters from it."
SPELLING = "Check its spelling, and whether it is still paid for."
FOR_EXAMPLES = "%(domain)s is a name for examples: SPF, DKIM and DMARC are not asked for."
NO_POLICY = "%(domain)s has no DMARC record: Gmail and others trust its letters less."
TWO_POLICIES = "%(domain)s has more than one DMARC record: receivers then use none."
BAD_POLICY = "The DMARC record of %(domain)s says no policy (p=none, quarantine or reject): receivers ignore it."
WATCHES = "DMARC: %(domain)s asks receivers to let everything through (p=none). Once all is signed, use p=quarantine."
PROTECTS = "DMARC: %(domain)s asks receivers to stop forged letters (p=%(policy)s)."
SENTENCES = (
    NO_DNS, TRY_LATER, NO_DOMAIN, SPELLING, FOR_EXAMPLES, NO_POLICY, TWO_POLICIES, BAD_POLICY, WATCHES, PROTECTS,
    *spf.SENTENCES, *dkim.SENTENCES,
)  # fmt: skip
# RFC 2606 and RFC 6761: nobody can register these.
_EXAMPLES = ("example", "test", "invalid", "localhost", "local", "example.com", "example.net", "example.org")
_GENTLE = "v=DMARC1; p=none"


def check_domain(
    domain: str, *, smtp_host: str = "", selectors: Sequence[str] = (), dns: Texts | None = None
) -> list[Finding]:
    """SPF, DKIM and DMARC of a mailbox's domain, asked for now; takes a few seconds at most.

    `selectors`: with which letters of ours were signed (`mail.dkim_signature`), newest first. Without `dns`, names
    for examples are not asked for.
    """
    domain = domain.strip().rstrip(".").lower()
    values = {"domain": domain}
    if dns is None and is_for_examples(domain):
        return [Finding("dns", "green", FOR_EXAMPLES, values=values)]
    dns = dns or Dns()
    try:
        if not dns.has_name(domain):
            return [Finding("dns", "red", NO_DOMAIN, SPELLING, values)]
        return [
            spf.check_spf(domain, smtp_host, dns),
            dkim.check_dkim(domain, smtp_host, selectors, dns),
            _check_dmarc(domain, dns),
        ]
    except Refused:
        return [Finding("dns", "red", NO_DOMAIN, SPELLING, values)]
    except NoAnswer:
        return [Finding("dns", "amber", NO_DNS, TRY_LATER, values)]


def is_for_examples(domain: str) -> bool:
    """Whether a domain can be nobody's."""
    return any(domain == end or domain.endswith(f".{end}") for end in _EXAMPLES)


def _check_dmarc(domain: str, dns: Texts) -> Finding:
    """The domain's own policy, or that of the nearest domain above it."""
    values = {"domain": domain}
    name = f"_dmarc.{domain}"
    labels = domain.split(".")
    for above in (".".join(labels[i:]) for i in range(len(labels) - 1)):
        records = [text for text in dns.texts(f"_dmarc.{above}") if text.lower().startswith("v=dmarc1")]
        if len(records) > 1:
            return Finding("dmarc", "red", TWO_POLICIES, spf.ONE, values, f"_dmarc.{above}", records[0])
        if records:
            return _policy(records[0], values, name)
    return Finding("dmarc", "amber", NO_POLICY, spf.ADD, values, name, _GENTLE)


def _policy(record: str, values: dict[str, str], name: str) -> Finding:
    tags = {
        tag.strip().lower(): value.strip().lower() for tag, _, value in (p.partition("=") for p in record.split(";"))
    }
    policy = tags.get("p", "")
    if policy == "none":
        return Finding("dmarc", "green", WATCHES, values=values)
    if policy in ("quarantine", "reject"):
        return Finding("dmarc", "green", PROTECTS, values={**values, "policy": policy})
    return Finding("dmarc", "red", BAD_POLICY, spf.CHANGE, values, name, _GENTLE)
