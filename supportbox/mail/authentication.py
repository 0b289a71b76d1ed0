"""What a receiving server of ours says about who sent a letter: Authentication-Results, and nobody else's word."""

import re
from dataclasses import dataclass, replace

from supportbox.mail.letter import MORE_THAN_ONE_SENDER, Letter

_PIECE = re.compile(r'\\.?|[()";]|[^\\()";]+', re.DOTALL)
_RESULT = re.compile(r"^\s*([a-z0-9-]{1,40})\s*=\s*([a-z]{1,20})(?![^\s])", re.IGNORECASE)
_SIGNED_BY = re.compile(r"\bheader\.(?:d|i)\s*=\s*(?:[^\s@;]{0,64}@)?([^\s;@]{1,255})", re.IGNORECASE)
_FROM_DOMAIN = re.compile(r"\bheader\.from\s*=\s*(?:[^\s@;]{0,64}@)?([^\s;@]{1,255})", re.IGNORECASE)
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

    def is_aligned_with(self, domain: str) -> bool:
        """Whether the sender's own domain vouches for the letter: by DMARC, or by a signature of just that domain."""
        return self.dmarc == "pass" or (self.dmarc != "fail" and domain.lower() in self.dkim_domains)


def read(letter: Letter, servers: frozenset[str]) -> Authentication:
    """The topmost Authentication-Results by one of `servers` (authserv-ids); those below may be forged.

    Of two senders only one was checked and nobody can say which, so such a letter has failed."""
    for name, value in letter.headers if servers else ():
        if name == "authentication-results":
            statements, is_whole = _statements(value[:_LONGEST])
            words = statements[0].split()
            if words and words[0].lower() in servers:
                found = _read(statements[1:], letter.sender.email if letter.sender else "")
                is_doubtful = not is_whole or MORE_THAN_ONE_SENDER in letter.defects
                return replace(found, dmarc="fail") if is_doubtful else found
    return Authentication()


def _statements(value: str) -> tuple[list[str], bool]:
    """What stands between semicolons, without comments and without what senders chose and servers quote; and whether
    every comment and quotation has both its ends. One that has not may hide what the server said."""
    statements, depth, is_quoted, is_whole = [""], 0, False, True
    for piece in _PIECE.findall(value):
        if piece == '"' and not depth:
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif piece in "()":
            is_whole = is_whole and (piece == "(" or depth > 0)
            depth = max(0, depth + (1 if piece == "(" else -1))
            statements[-1] += " "
        elif piece == ";" and not depth:
            statements.append("")
        elif not depth:
            statements[-1] += piece
    return statements, is_whole and not depth and not is_quoted


def _read(statements: list[str], sender: str) -> Authentication:
    found: dict[str, str] = {}
    domains: list[str] = []
    for statement in statements:
        result = _RESULT.match(statement)
        if result is None:
            continue
        method, outcome = result.group(1).lower(), result.group(2).lower()
        if method == "dkim" and outcome == "pass":
            found[method] = outcome
            domains += [domain.lower() for domain in _SIGNED_BY.findall(statement)]
        elif method == "dmarc":
            # Said twice, the worse word counts: one of the two may have been put there.
            outcome = "fail" if _is_about_another(statement, sender) else outcome
            found[method] = outcome if found.get(method, "pass") == "pass" else found[method]
        elif method in _METHODS:
            found.setdefault(method, outcome)
    return Authentication(
        found.get("dmarc", ""), found.get("dkim", ""), found.get("spf", ""), tuple(dict.fromkeys(domains))
    )


def _is_about_another(statement: str, sender: str) -> bool:
    """Whether the server checked another domain than the one that we read in From."""
    domain = sender.rpartition("@")[2].lower()
    try:
        forms = {domain, domain.encode("idna").decode("ascii")}
    except UnicodeError:
        forms = {domain}
    checked = [found.lower().rstrip(".") for found in _FROM_DOMAIN.findall(statement)]
    return any(not (one in forms or any(form.endswith("." + one) for form in forms)) for one in checked)
