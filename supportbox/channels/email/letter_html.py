"""Markdown as a letter's HTML and as its plain text: what an agent previews is what a customer gets."""

import html as html_module
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "img": {"src", "alt"}}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
# More brackets than any answer has: looking for the links that they might make would take seconds.
_MOST_BRACKETS = 5000
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,200})\]\(cid:[!-'*-~]{1,200}\)")
_EMPTY = re.compile(r"<img(?: alt=\"[^\"]*\")?>")


def as_html(markdown: str) -> str:
    """HTML that any mail program shows; HTML in the Markdown stays text, line breaks stay line breaks.

    Pictures are those enclosed in the letter: one from elsewhere would tell its server who reads."""
    import nh3

    source = markdown.replace("[", "\\[") if markdown.count("[") > _MOST_BRACKETS else markdown
    clean = nh3.clean(
        _markdown().render(source),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        attribute_filter=_own_pictures,
    )
    return _EMPTY.sub("", clean)


def as_text(markdown: str) -> str:
    """The Markdown for those who read plain text: a picture is its name."""
    return _PICTURE.sub(r"[\1]", markdown)


def quoted_html(text: str) -> str:
    """Somebody else's words below ours: theirs are no Markdown, and no link in them is of our making."""
    return f"<blockquote><p>{html_module.escape(text).replace(chr(10), '<br>')}</p></blockquote>" if text else ""


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    is_enclosed = value.startswith("cid:")
    if (tag, attribute) == ("img", "src"):
        return value if is_enclosed else None
    return None if attribute == "href" and is_enclosed else value


@cache
def _markdown() -> "MarkdownIt":
    # Loaded on use: a worker that only fetches never needs it.
    from markdown_it import MarkdownIt

    options = {"html": False, "breaks": True, "maxNesting": 20}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
