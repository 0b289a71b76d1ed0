"""Whose mail it is: by the address, by the servers that take its mail, or a guess."""

from dataclasses import dataclass, field

import pytest

from supportbox.channels.email.discover import discover
from supportbox.channels.email.presets import PRESETS
from supportbox.channels.email.url import read_url


@dataclass
class Zone:
    """A DNS of a few domains: what each answers, or how it fails."""

    hosts: dict[str, tuple[str, ...] | type[Exception]]
    asked: list[str] = field(default_factory=list)

    def mail_hosts(self, domain: str) -> tuple[str, ...]:
        self.asked.append(domain)
        found = self.hosts.get(domain, LookupError)
        if isinstance(found, tuple):
            return found
        raise found(domain)


@pytest.mark.parametrize(
    ("host", "key", "imap"),
    [
        ("aspmx.l.google.com", "gmail", "imap.gmail.com"),
        ("shop-fr.mail.protection.outlook.com", "microsoft", "outlook.office365.com"),
        ("mx1.mail.ovh.net", "ovh", "ssl0.ovh.net"),
        ("mx00.ionos.fr", "ionos", "imap.ionos.fr"),
        ("mx00.kundenserver.de", "ionos", "imap.ionos.de"),
        ("mta-gw.infomaniak.ch", "infomaniak", "mail.infomaniak.com"),
        ("spool.mail.gandi.net", "gandi", "mail.gandi.net"),
        ("in1-smtp.messagingengine.com", "fastmail", "imap.fastmail.com"),
        ("mx01.mail.icloud.com", "icloud", "imap.mail.me.com"),
        ("mx.zoho.eu", "zoho", "imappro.zoho.eu"),
        ("mx1.hostinger.com", "hostinger", "imap.hostinger.com"),
    ],
)
def test_who_takes_the_mail_tells_the_provider(host: str, key: str, imap: str) -> None:
    found = discover("support@atelier-nord.fr", Zone({"atelier-nord.fr": (host,)}))
    assert (found.preset.key, found.preset.imap.host, found.how) == (key, imap, "mail-host")


def test_a_known_domain_is_asked_of_nobody() -> None:
    zone = Zone({})
    assert discover("nord@gmail.com", zone).preset.key == "gmail"
    assert discover("nord@zohomail.eu", zone).preset.smtp.host == "smtp.zoho.eu"
    assert discover("support@shop.example", zone).how == "nobody"
    assert zone.asked == []


@pytest.mark.parametrize(
    ("answer", "how"),
    [
        (("mx.nord.fr",), "nobody"), ((), "no-mail"), (LookupError, "no-domain"), (TimeoutError, "no-answer"),
        (("mx.notgoogle.com",), "nobody"),
    ],
)  # fmt: skip
def test_for_everybody_else_the_usual_names_are_tried(answer: tuple[str, ...] | type[Exception], how: str) -> None:
    found = discover("support@nord.fr", Zone({"nord.fr": answer}))
    assert (found.preset.key, found.preset.imap.host, found.preset.smtp.host, found.how) == (
        "own", "imap.nord.fr", "smtp.nord.fr", how,
    )  # fmt: skip


def test_every_preset_names_servers_that_can_be_stored() -> None:
    assert len(PRESETS) == 10
    for one in PRESETS.values():
        assert read_url(str(one.imap.url("IMAP", "a@b.c")), "IMAP").security == "tls"
        assert read_url(str(one.smtp.url("SMTP", "a@b.c")), "SMTP").security in ("tls", "starttls")
