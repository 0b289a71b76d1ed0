"""Lights of the domains that letters leave from: SPF, DKIM, DMARC. Asks DNS, so only when somebody wants to know."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.email.domain import check_domain
from supportbox.channels.email.finding import Finding
from supportbox.channels.email.resolving import Texts
from supportbox.config import Settings
from supportbox.doctor.light import Light
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.mail.dkim_signature import signed_by

# Newest letters of ours that came back, to be looked at for their signatures.
_NEWEST = 20
_HEADERS = 64 * 1024
_OWN = select(Intake.path).where(Intake.state == "own", Intake.path != "").order_by(Intake.id.desc()).limit(_NEWEST)
_BOXES = select(Mailbox).where(Mailbox.channel == "email", Mailbox.is_active).order_by(Mailbox.id)


def lights(session: Session, settings: Settings, dns: Texts | None = None) -> list[Light]:
    """A light for each finding, told once where several mailboxes share it."""
    found = [
        (finding, box.address.rpartition("@")[2])
        for box, findings in ask(session, settings, dns)
        for finding in findings
    ]
    lights = (_light(finding, domain) for finding, domain in found)
    return list(dict.fromkeys(lights))


def ask(session: Session, settings: Settings, dns: Texts | None = None) -> list[tuple[Mailbox, list[Finding]]]:
    """What DNS says now of each mailbox's domain. The session's transaction has ended before the first question."""
    boxes = session.scalars(_BOXES).all()
    signed = list(_signatures(settings, session.scalars(_OWN).all()))
    session.commit()
    asked: dict[tuple[str, str], list[Finding]] = {}
    for box in boxes:
        domain, host = box.address.rpartition("@")[2], urlsplit(box.smtp_url).hostname or ""
        if (domain, host) not in asked:
            seen = list(dict.fromkeys(selector for signer, selector in signed if signer == domain))
            asked[domain, host] = check_domain(domain, smtp_host=host, selectors=seen, dns=dns)
    return [(box, asked[box.address.rpartition("@")[2], urlsplit(box.smtp_url).hostname or ""]) for box in boxes]


def keep(session: Session, found: Iterable[tuple[Mailbox, list[Finding]]], *, now: datetime) -> None:
    """Remember the findings with the mailboxes, for the pages."""
    for box, findings in found:
        kept = session.merge(box)
        kept.domain_checked_at, kept.domain_findings = now, [one.as_values() for one in findings]
    session.flush()


def kept(box: Mailbox) -> list[Finding]:
    """What was found when DNS was last asked."""
    return [Finding.from_values(values) for values in box.domain_findings]


def _signatures(settings: Settings, paths: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Domain and selector of each signature in letters of ours that came back, newest first."""
    for path in paths:
        try:
            with (settings.raw / path).open("rb") as file:
                yield from signed_by(file.read(_HEADERS))
        except OSError:
            continue


def _light(finding: Finding, domain: str) -> Light:
    sentence, fix = finding.in_english()
    if finding.record:
        fix = f'{fix} {finding.name} TXT "{finding.record}"'
    return Light(f"{finding.kind} {domain}", finding.colour, sentence, fix)
