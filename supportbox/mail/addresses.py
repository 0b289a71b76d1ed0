"""Address headers: one linear reading, strict about what an address is, so that no two readers can disagree."""

import re

from supportbox.mail import encoded_words, limits
from supportbox.mail.clean_text import header_text
from supportbox.mail.letter import Address

_TOKEN = re.compile(r'"|\(|<|[,;:]|[^"(<,;:]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SIMPLE = re.compile(r'\s*(?:"([^"\\<>]*)"|([^"\\<>@,;:()]*))\s*<([^\s<>@",;:()\\]+@[^\s<>@",;:()\\]+)>\s*')
_BARE = re.compile(r'\s*([^\s<>@",;:()\\]+@[^\s<>@",;:()\\]+)\s*')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# Nothing that cannot be seen: two addresses that look the same would be two people.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_LOCAL = re.compile(rf'[^\s<>@",;:()\[\]\\{_UNSEEN}]+|"[^"\\{_UNSEEN}]*"')
_DOMAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*\.?|\[[0-9A-Fa-f:.IPv]+\]")
_AROUND_DOT = re.compile(r"\s*([.@])\s*")
_LONGEST = 320
_FAST_UP_TO = 500


def read(value: bytes, hint: str = "", *, is_sender: bool = False) -> list[Address]:
    """Every address in a header; what is no address is left out. `hint` is the charset of the letter's body.

    Of a sender's field that can be read in two ways nothing is left: nobody can say whose letter it is."""
    text = encoded_words.raw_text(value, hint)
    if len(text) <= _FAST_UP_TO and ((found := _SIMPLE.fullmatch(text)) or (found := _BARE.fullmatch(text))):
        groups = found.groups()
        address = _address(groups[-1], (groups[0] or groups[1] or "") if len(groups) > 1 else "")
        return [address] if address else []
    reading = _Reading(text)
    every = reading.addresses()
    return [] if is_sender and reading.is_doubtful else every


def email(text: str) -> str:
    """The address alone, its domain in lower case, or "" when the text is no address."""
    local, at, domain = text.strip().rpartition("@")
    if not at or len(text) > _LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return ""
    return f"{local}@{domain.rstrip('.').lower()}"


def _address(spec: str, name: str) -> Address | None:
    found = email(spec)
    return Address(found, _name(name)) if found else None


def _name(text: str) -> str:
    name = header_text(encoded_words.words(text))
    while len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return name


class _Reading:
    """Goes over a header once; every step moves on, whatever the header holds."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: list[Address] = []
        self.quotes_close = True
        self.is_doubtful = False
        self.start()

    def start(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.bare: list[str] = []
        self.angles: list[str] = []

    def addresses(self) -> list[Address]:
        while (token := _TOKEN.match(self.text, self.at)) is not None:
            self.take(token.group(), token.end())
        self.end()
        return self.found

    def take(self, token: str, end: int) -> None:
        first = token[0]
        if first == '"':
            self.quoted(end)
        elif first == "(":
            self.comment()
        elif first == "<":
            self.angle(end)
        else:
            self.at = end
            if first in ",;":
                self.end()
            elif first == ":":
                self.name_group()
            else:
                self.words.append(token)
                self.bare.append(token)

    def name_group(self) -> None:
        """What stood before was a group's name. With an address in it, others may read it as the one that is meant."""
        self.is_doubtful |= bool(self.angles) or "@" in "".join(self.bare).lstrip()[1:]
        self.start()

    def quoted(self, end: int) -> None:
        found = _QUOTED.match(self.text, self.at) if self.quotes_close else None
        if found is None:
            self.quotes_close, self.at = False, end
            self.bare.append('"')
            return
        self.at = found.end()
        self.words.append(_ESCAPED.sub(r"\1", found.group(1)))
        self.bare.append(found.group())

    def comment(self) -> None:
        depth, at, text = 0, self.at, self.text
        while at < len(text):
            char = text[at]
            at += 2 if char == "\\" else 1
            depth += (char == "(") - (char == ")")
            if depth == 0:
                break
        self.comments.append(text[self.at + 1 : at - (depth == 0)])
        self.bare.append(" ")
        self.at = at

    def angle(self, end: int) -> None:
        close = self.text.find(">", end)
        close = len(self.text) if close < 0 else close
        before, _, spec = self.text[end:close].rpartition("<")
        # One address begun within another: nobody can say which of them was meant.
        self.angles.append("" if before.strip("< \t") else _without_comments(spec))
        self.at = close + 1

    def end(self) -> None:
        """One address is complete."""
        if not self.bare and not self.angles:
            return
        if len(self.angles) == 1 and self.names_no_other():
            address = _address(self.angles[0], " ".join(" ".join(self.words).split()))
        elif not self.angles:
            name = self.comments[0] if self.comments else ""
            address = _address(_AROUND_DOT.sub(r"\1", "".join(self.bare).strip()), _ESCAPED.sub(r"\1", name))
        else:
            address = None  # two addresses in one place: nobody can say whose letter this is
        if address is None:
            self.is_doubtful |= bool(self.angles) or "@" in "".join(self.bare)
        else:
            self.found.append(address)
            limits.hold(len(self.found), limits.ADDRESSES, "addresses in one header")
        self.start()

    def names_no_other(self) -> bool:
        """Whether what stands outside the brackets, unquoted, is no address of another domain."""
        loose = " ".join(one for one in self.bare if not one.startswith('"'))
        domain = self.angles[0].rpartition("@")[2].lower()
        return all(word.lower().split("@")[1:] == [domain] for word in loose.split() if "@" in word)


def _without_comments(spec: str) -> str:
    if "(" in spec:
        spec = re.sub(r"\([^()]*\)", "", spec)
    if spec.startswith("@"):
        spec = spec.rpartition(":")[2]
    return _AROUND_DOT.sub(r"\1", spec.strip())
