"""Plain text for a page: escaped, with its web addresses made links, and what is quoted told apart."""

import re

from markupsafe import Markup, escape

_LINK = re.compile(r"\bhttps?://[^\s<>\"]{1,2000}")
_TAIL = ".,;:!?)]}'"


def linked(text: str) -> Markup:
    """The text as HTML; nothing in it is taken for markup."""
    if "://" not in text:
        return escape(text)
    parts, end = [], 0
    for match in _LINK.finditer(text):
        address = match[0].rstrip(_TAIL)
        parts += [
            escape(text[end : match.start()]),
            Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>').format(address),
        ]
        end = match.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def folded(text: str, visible: str) -> tuple[str, str]:
    """The new words and the rest: what was quoted, or the whole where the two are not simply one after the other."""
    if not visible or visible == text:
        return text.strip(), ""
    rest = text[len(visible) :] if text.startswith(visible) else text
    return visible.strip(), rest.strip()
