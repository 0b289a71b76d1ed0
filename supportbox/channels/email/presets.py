"""Presets: the mail servers of providers that many businesses use, known by an address or by who takes its mail."""

from dataclasses import dataclass, replace
from typing import Literal

from supportbox.channels.email.url import SCHEMES, Protocol, Security, ServerUrl

PasswordKind = Literal["own", "app", "app-with-2fa", "sign-in"]
_SCHEME = {(protocol, security): scheme for scheme, (protocol, security, _port) in SCHEMES.items()}


@dataclass(frozen=True, slots=True)
class Server:
    """One server as a form shows it."""

    host: str
    port: int
    security: Security = "tls"

    def url(self, protocol: Protocol, user: str, password: str = "", folder: str = "INBOX") -> ServerUrl:
        return ServerUrl(_SCHEME[protocol, self.security], self.host.strip().lower(), self.port, user, password, folder)


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider: its servers, by what it is known, and which password it wants from programs.

    `takes_mail`: ends of the names of the servers that take mail for its customers; those with servers of their own
    (another country) stand in `places`, as (end, IMAP, SMTP).
    """

    key: str
    name: str
    imap: Server
    smtp: Server
    domains: tuple[str, ...] = ()
    takes_mail: tuple[str, ...] = ()
    places: tuple[tuple[str, str, str], ...] = ()
    wants: PasswordKind = "own"
    sign_in: str = ""  # the key of an oauth.Provider
    help_url: str = ""


PRESETS = {
    one.key: one
    for one in (
        Preset(
            "gmail", "Gmail", Server("imap.gmail.com", 993), Server("smtp.gmail.com", 465),
            domains=("gmail.com", "googlemail.com"),
            takes_mail=("google.com", "googlemail.com"),
            wants="app", sign_in="google", help_url="https://myaccount.google.com/apppasswords",
        ),
        Preset(
            "microsoft", "Microsoft 365",
            Server("outlook.office365.com", 993), Server("smtp.office365.com", 587, "starttls"),
            domains=("outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.com", "live.fr", "msn.com"),
            takes_mail=("protection.outlook.com", "mx.microsoft"),
            wants="sign-in", sign_in="microsoft",
        ),
        Preset(
            "ovh", "OVH", Server("ssl0.ovh.net", 993), Server("ssl0.ovh.net", 465),
            takes_mail=("ovh.net", "ovh.ca"),
        ),
        Preset(
            "ionos", "IONOS", Server("imap.ionos.com", 993), Server("smtp.ionos.com", 465),
            takes_mail=("ionos.com", "perfora.net"),
            places=(
                ("ionos.fr", "imap.ionos.fr", "smtp.ionos.fr"),
                ("ionos.de", "imap.ionos.de", "smtp.ionos.de"),
                ("ionos.es", "imap.ionos.es", "smtp.ionos.es"),
                ("ionos.co.uk", "imap.ionos.co.uk", "smtp.ionos.co.uk"),
                ("kundenserver.de", "imap.ionos.de", "smtp.ionos.de"),
            ),
        ),
        Preset(
            "infomaniak", "Infomaniak", Server("mail.infomaniak.com", 993), Server("mail.infomaniak.com", 465),
            domains=("ik.me", "ikmail.com", "etik.com"), takes_mail=("infomaniak.ch", "infomaniak.com"),
            wants="app-with-2fa", help_url="https://manager.infomaniak.com/",
        ),
        Preset(
            "gandi", "Gandi", Server("mail.gandi.net", 993), Server("mail.gandi.net", 465), takes_mail=("gandi.net",)
        ),
        Preset(
            "fastmail", "Fastmail", Server("imap.fastmail.com", 993), Server("smtp.fastmail.com", 465),
            domains=("fastmail.com", "fastmail.fm"), takes_mail=("messagingengine.com",),
            wants="app", help_url="https://app.fastmail.com/settings/security/apps",
        ),
        Preset(
            "icloud", "iCloud", Server("imap.mail.me.com", 993), Server("smtp.mail.me.com", 587, "starttls"),
            domains=("icloud.com", "me.com", "mac.com"), takes_mail=("mail.icloud.com",),
            wants="app", help_url="https://account.apple.com/",
        ),
        Preset(
            "zoho", "Zoho", Server("imappro.zoho.com", 993), Server("smtppro.zoho.com", 465),
            domains=("zohomail.com", "zohomail.eu"), takes_mail=("zoho.com",),
            places=(
                ("zoho.eu", "imappro.zoho.eu", "smtppro.zoho.eu"),
                ("zoho.in", "imappro.zoho.in", "smtppro.zoho.in"),
                ("zohomail.eu", "imap.zoho.eu", "smtp.zoho.eu"),
                ("zohomail.com", "imap.zoho.com", "smtp.zoho.com"),
            ),
            wants="app-with-2fa", help_url="https://accounts.zoho.com/home#security/app_password",
        ),
        Preset(
            "hostinger", "Hostinger", Server("imap.hostinger.com", 993), Server("smtp.hostinger.com", 465),
            takes_mail=("hostinger.com",),
        ),
    )
}  # fmt: skip


def own_servers(domain: str) -> Preset:
    """What to try for a domain whose provider nobody knows: the names that most servers have."""
    return Preset("own", "", Server(f"imap.{domain}", 993), Server(f"smtp.{domain}", 465))


def preset_for(domain: str, mail_hosts: tuple[str, ...] = ()) -> Preset | None:
    """The provider of a domain, by its own name or by the servers that take its mail."""
    for preset in PRESETS.values():
        if domain in preset.domains:
            return _placed(preset, (domain,))
    for host in mail_hosts:
        for preset in PRESETS.values():
            ends = (*preset.takes_mail, *(place[0] for place in preset.places))
            if any(_is_below(host, end) for end in ends):
                return _placed(preset, (host,))
    return None


def _placed(preset: Preset, hosts: tuple[str, ...]) -> Preset:
    """With the servers of the place that a mail host's name tells."""
    for end, imap, smtp in preset.places:
        if any(_is_below(host, end) for host in hosts):
            return replace(preset, imap=replace(preset.imap, host=imap), smtp=replace(preset.smtp, host=smtp))
    return preset


def _is_below(host: str, end: str) -> bool:
    return host == end or host.endswith(f".{end}")
