"""Discovery: who runs the mail of an address, asked of DNS once and shortly, and which servers that means."""

from dataclasses import dataclass
from typing import Literal, Protocol

from supportbox.channels.email.domain import is_for_examples
from supportbox.channels.email.presets import Preset, own_servers, preset_for

# Somebody waits for the page meanwhile.
SECONDS = 3.0
How = Literal["domain", "mail-host", "nobody", "no-domain", "no-mail", "no-answer"]


class MailHosts(Protocol):
    """Whoever knows which servers take the mail of a domain."""

    def mail_hosts(self, domain: str) -> tuple[str, ...]:
        """Their names, the first choice first; () where the domain takes no mail. Raises LookupError where there is
        no such domain, TimeoutError where nobody answers."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, and how: by the domain's own name, by its mail hosts, or why not."""

    preset: Preset
    how: How
    mail_hosts: tuple[str, ...] = ()


class DnsMailHosts:
    """The system's resolver."""

    def mail_hosts(self, domain: str) -> tuple[str, ...]:
        # Loaded on use: only the wizard pays for it.
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer, Resolver

        try:
            resolver = Resolver()
            resolver.lifetime, resolver.timeout = SECONDS, SECONDS / 2
            found = sorted(resolver.resolve(domain, "MX", search=False), key=lambda row: int(row.preference))
        except NXDOMAIN as error:
            raise LookupError(domain) from error
        except NoAnswer:
            return ()
        except (DNSException, OSError) as error:
            raise TimeoutError(domain) from error
        names = (str(row.exchange).rstrip(".").lower() for row in found)
        return tuple(name for name in names if name)


def discover(address: str, hosts: MailHosts) -> Discovery:
    """The provider behind an address; for one that nobody knows, the servers that its domain most likely has."""
    domain = address.rpartition("@")[2].strip().lower()
    if known := preset_for(domain):
        return Discovery(known, "domain")
    guess = own_servers(domain)
    if is_for_examples(domain):
        return Discovery(guess, "nobody")
    try:
        found = hosts.mail_hosts(domain)
    except LookupError:
        return Discovery(guess, "no-domain")
    except TimeoutError:
        return Discovery(guess, "no-answer")
    if known := preset_for(domain, found):
        return Discovery(known, "mail-host", found)
    return Discovery(guess, "nobody" if found else "no-mail", found)
