"""Text for a page: escaped, or set as its Markdown says, with addresses made links and what is quoted told apart."""

import html as html_module
import re
from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup, escape

from supportbox.channels.email.letter_html import as_html

_LINK = re.compile(r"\bhttps?://[^\s<>\"]{1,2000}")
_ELSEWHERE = 'rel="noopener noreferrer nofollow" target="_blank"'
# What plain words lack. Most answers are plain words, and cost no Markdown.
# Each expression begins with what it looks for, so that plain words are passed over at once.
_SIGNS = "*_`~[\\|"
_ENTITY = re.compile(r"&#?\w+;")
_LINE = re.compile(r"\n(?:[ \t]*(?:[>+=#-]|\d+[.)][ \t])| {4}|\t)")
_TAG = re.compile(r"(<[^>]*>)")
_ENCLOSED = re.compile(r'<img src="cid:([0-9a-f]{32})@inline"(?: alt="([^"]*)")?>|<img alt="([^"]*)" src="cid:[^"]*">')
_LONGEST_SET = 50_000
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


def is_marked_up(text: str) -> bool:
    """Whether Markdown would show this otherwise than as it stands."""
    if len(text) > _LONGEST_SET:
        return False
    return any(sign in text for sign in _SIGNS) or any(sign.search("\n" + text) for sign in (_ENTITY, _LINE))


def formatted(markdown: str, pictures: Mapping[str, str]) -> Markup:
    """An agent's Markdown as the letter shows it; `pictures` are addresses of the enclosed ones by their token."""
    html = _ENCLOSED.sub(lambda found: _picture(found, pictures), _set(markdown))
    return Markup(html)  # noqa: S704 - cleaned by the letter's own hand


@lru_cache(maxsize=512)
def _set(markdown: str) -> str:
    """Cleaned HTML; the same letters are looked at again and again."""
    parts, is_link = [], False
    for part in _TAG.split(as_html(markdown)):
        if part.startswith("<"):
            is_link = part.startswith("<a ") or (is_link and part != "</a>")
            parts.append(part.replace("<a ", f"<a {_ELSEWHERE} ", 1) if part.startswith("<a ") else part)
        else:
            parts.append(part if is_link or "://" not in part else str(linked(html_module.unescape(part))))
    return "".join(parts)


def _picture(found: re.Match[str], pictures: Mapping[str, str]) -> str:
    """The picture where it is kept, else its name."""
    address, name = pictures.get(found[1] or ""), found[2] or found[3] or ""
    return f'<img src="{escape(address)}" alt="{name}" loading="lazy">' if address else f"[{name}]"


def folded(text: str, visible: str) -> tuple[str, str]:
    """The new words and the rest: what was quoted, or the whole where the two are not simply one after the other."""
    if not visible or visible == text:
        return text.strip(), ""
    rest = text[len(visible) :] if text.startswith(visible) else text
    return visible.strip(), rest.strip()
