"""An article's Markdown as words for a letter: nothing that only a page can show, every link with its whole address."""

import re

_BOX = re.compile(r"^([> ]*)\[!(\w{1,20})\][ \t]*", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}:::+ *\w{0,20} *$\n?", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\(<?([^()\s<>]{1,1000})>?(?:[ \t]+\"[^\"\n]{0,200}\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500}?)(?<=\S)\1")
_QUOTE = re.compile(r"^> ?", re.MULTILINE)
_GAPS = re.compile(r"\n{3,}")


def letter_text(body: str, base: str) -> str:
    """Plain words; `base` goes before addresses of our own pages."""
    text = _QUOTE.sub("", _BOX.sub(r"\1", _FENCE.sub("", body)))
    text = _LINK.sub(lambda found: _spelled(found[1], found[2], base), _HEADING.sub("", text))
    return _GAPS.sub("\n\n", _STRONG.sub(r"\2", text)).strip()


def _spelled(words: str, address: str, base: str) -> str:
    if address.startswith("#"):
        return words
    whole = base + address if address.startswith("/") else address
    return whole if words in ("", address) else f"{words} ({whole})"
