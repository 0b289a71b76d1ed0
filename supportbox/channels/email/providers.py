"""Known mail providers: what SPF calls them, and under which names they publish DKIM keys."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailProvider:
    """One that sends for many domains. `spf` is what its customers include."""

    name: str
    spf: str
    selectors: tuple[str, ...] = ()


# The end of the SMTP server's name: whose it is.
_KNOWN = {
    "gmail.com": MailProvider("Google", "_spf.google.com", ("google",)),
    "googlemail.com": MailProvider("Google", "_spf.google.com", ("google",)),
    "office365.com": MailProvider("Microsoft 365", "spf.protection.outlook.com", ("selector1", "selector2")),
    "outlook.com": MailProvider("Microsoft 365", "spf.protection.outlook.com", ("selector1", "selector2")),
    "ovh.net": MailProvider("OVH", "mx.ovh.com", ("ovhmo-selector-1", "ovhmo-selector-2", "ovhex1", "ovhex2")),
    "ovh.com": MailProvider("OVH", "mx.ovh.com", ("ovhmo-selector-1", "ovhmo-selector-2", "ovhex1", "ovhex2")),
    "gandi.net": MailProvider("Gandi", "_mailcust.gandi.net", ("gm1", "gm2", "gm3")),
    "infomaniak.com": MailProvider("Infomaniak", "spf.infomaniak.ch"),
    "ionos.com": MailProvider("IONOS", "_spf.perfora.net", ("s1-ionos", "s2-ionos")),
    "ionos.fr": MailProvider("IONOS", "_spf-eu.ionos.com", ("s1-ionos", "s2-ionos")),
    "ionos.de": MailProvider("IONOS", "_spf-eu.ionos.com", ("s1-ionos", "s2-ionos")),
    "fastmail.com": MailProvider("Fastmail", "spf.messagingengine.com", ("fm1", "fm2", "fm3")),
    "zoho.com": MailProvider("Zoho", "zohomail.com", ("zmail", "zoho")),
    "zoho.eu": MailProvider("Zoho", "zohomail.eu", ("zmail", "zoho")),
    "protonmail.ch": MailProvider("Proton", "_spf.protonmail.ch", ("protonmail", "protonmail2", "protonmail3")),
    "mailgun.org": MailProvider("Mailgun", "mailgun.org", ("mx", "smtp", "k1", "mailo", "pic")),
    "sendgrid.net": MailProvider("SendGrid", "sendgrid.net", ("s1", "s2")),
    "brevo.com": MailProvider("Brevo", "spf.brevo.com", ("brevo1", "brevo2", "mail")),
    "mailjet.com": MailProvider("Mailjet", "spf.mailjet.com", ("mailjet",)),
    "amazonaws.com": MailProvider("Amazon SES", "amazonses.com"),
    "postmarkapp.com": MailProvider("Postmark", "spf.mtasv.net", ("pm",)),
    "migadu.com": MailProvider("Migadu", "spf.migadu.com", ("key1", "key2", "key3")),
    "mailbox.org": MailProvider("mailbox.org", "mailbox.org", ("MBO0001", "MBO0002")),
}
# What mail servers and hosting panels call their keys when nobody chose a name.
COMMON_SELECTORS = ("default", "dkim", "mail", "k1", "s1", "s2", "key1", "selector1", "selector2", "google", "smtp")


def provider_of(host: str) -> MailProvider | None:
    """Whose an SMTP server is; None when nobody knows."""
    labels = host.lower().rstrip(".").split(".")
    ends = (".".join(labels[i:]) for i in range(len(labels) - 1))
    return next((_KNOWN[end] for end in ends if end in _KNOWN), None)
