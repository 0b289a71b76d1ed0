"""HTML made safe to show: an allow-list of elements, no scripts, no forms, and remote pictures only when asked for."""

import html as html_module
import re
from collections.abc import Mapping

import nh3

from supportbox.mail import phrases

_TAGS = set(phrases.word_set("html_shown"))
_EMPTIED = set(phrases.word_set("html_emptied"))
_BOX = {"align", "bgcolor", "height", "valign", "width"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "col": {"span", "width"},
    "div": {"align"},
    "font": {"color", "face", "size"},
    "h1": {"align"},
    "h2": {"align"},
    "h3": {"align"},
    "hr": {"width"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start", "type"},
    "p": {"align"},
    "table": _BOX | {"border", "cellpadding", "cellspacing"},
    "td": _BOX | {"colspan", "rowspan"},
    "th": _BOX | {"colspan", "rowspan"},
    "tr": _BOX,
}
_STYLES = set(phrases.word_set("html_styles"))
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_EMPTIED,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    filter_style_properties=_STYLES,
)

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_CLOSE_THEMSELVES = set(phrases.word_set("html_unclosed"))
_HARMLESS_TAGS = 150
_REOPENED = frozenset(("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"))
_MOST_TIMES = 4
_MOST_TAGS = 80_000
_MOST_BEGUN_ANEW = 300_000
_MOST_REFERENCES = 30_000
_DEEPEST = 200
_PICTURE = re.compile(r'<img ([^<>]*?)src="([^"<>]*)"')


def sanitised(source: str) -> str | None:
    """The same HTML without anything dangerous, or None when it is too twisted to be read safely in linear time."""
    if _is_twisted(source):
        return None
    clean = _CLEANER.clean(source)
    for _ in range(_MOST_TIMES):
        # What was taken out may let what is left be read in another way, so it is read until nothing changes.
        again = _CLEANER.clean(clean)
        if again == clean:
            return clean
        clean = again
    return None


def _is_twisted(source: str) -> bool:
    """Whether a tree of it would cost more than its length: too deep, or styles left open and begun anew all along."""
    if source.count("&") > _MOST_REFERENCES:
        return True
    tags = source.count("<")
    if not _HARMLESS_TAGS <= tags <= _MOST_TAGS:
        return tags > _MOST_TAGS
    opened: dict[str, int] = {}
    depth = styles = begun_anew = 0
    for slash, name in _TAG.findall(source):
        name = name.lower()
        begun_anew += styles
        if name in _CLOSE_THEMSELVES or (slash and not opened.get(name)):
            continue
        step = -1 if slash else 1
        opened[name] = opened.get(name, 0) + step
        depth += step
        styles += step if name in _REOPENED else 0
        if depth > _DEEPEST:
            return True
    return len(opened) > _DEEPEST or begun_anew > _MOST_BEGUN_ANEW


def with_pictures(clean: str, enclosed: Mapping[str, str], *, remote: bool) -> str:
    """Sanitised HTML with `cid:` pictures at the addresses in `enclosed`, and remote ones only if `remote`."""

    def placed(found: re.Match[str]) -> str:
        before, address = found.group(1), html_module.unescape(found.group(2))
        if address.lower().startswith("cid:"):
            address = enclosed.get(address[4:].strip("<> "), "")
        elif not remote:
            return f'<img {before}data-src="{found.group(2)}"'
        return f'<img {before}src="{html_module.escape(address)}"' if address else f"<img {before}"

    return _PICTURE.sub(placed, clean)


def has_remote_pictures(clean: str) -> bool:
    """Whether sanitised HTML would load a picture from somewhere else."""
    return any(not address.lower().startswith("cid:") for _, address in _PICTURE.findall(clean))
