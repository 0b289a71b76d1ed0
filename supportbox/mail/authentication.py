"""What a receiving server of ours says about who sent a letter: Authentication-Results, and nobody else's word."""

import re
from dataclasses import dataclass, replace

from supportbox.mail.letter import MORE_THAN_ONE_SENDER, Letter

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*([a-z0-9-]{1,40})\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_DOMAIN = re.compile(r"\bheader\.(?:d|i|from)\s*=\s*\"?@?([^\s;\"]{1,255})", re.IGNORECASE)
_LONGEST = 16 * 1024
_METHODS = ("dmarc", "dkim", "spf")


@dataclass(frozen=True, slots=True)
class Authentication:
    """Results such as pass, fail, none; "" where the server says nothing."""

    dmarc: str = ""
    dkim: str = ""
    spf: str = ""
    dkim_domains: tuple[str, ...] = ()  # domains whose signature passed

    @property
    def is_known(self) -> bool:
        """Whether a server of ours said anything at all."""
        return bool(self.dmarc or self.dkim or self.spf)


def read(letter: Letter, servers: frozenset[str]) -> Authentication:
    """The topmost Authentication-Results by one of `servers` (authserv-ids); those below may be forged.

    Of two senders only one was checked and nobody can say which, so such a letter has failed."""
    for name, value in letter.headers:
        if name == "authentication-results":
            server, _, results = value[:_LONGEST].partition(";")
            words = server.split()
            if words and words[0].lower() in servers:
                found = _read(_COMMENT.sub(" ", results))
                return replace(found, dmarc="fail") if MORE_THAN_ONE_SENDER in letter.defects else found
    return Authentication()


def _read(results: str) -> Authentication:
    found: dict[str, str] = {}
    domains: list[str] = []
    for statement in results.split(";"):
        result = _RESULT.match(statement)
        if result is None:
            continue
        method, outcome = result.group(1).lower(), result.group(2).lower()
        if method not in _METHODS:
            continue
        if method == "dkim" and outcome == "pass":
            found[method] = outcome
            domains += [domain.lower() for domain in _DOMAIN.findall(statement)]
        else:
            found.setdefault(method, outcome)
    return Authentication(
        found.get("dmarc", ""), found.get("dkim", ""), found.get("spf", ""), tuple(dict.fromkeys(domains))
    )
