"""A manuscript: an article as it comes from a file or the editor, checked before anything is stored."""

import re
from dataclasses import dataclass

from supportbox.errors import Refused
from supportbox.kb.article import STATUSES
from supportbox.kb.slug import is_language, is_slug, make_slug

LONGEST_TITLE = 300
LONGEST_BODY = 300_000
_BREAKS = re.compile(r"[ \t\r\n]+")
FIELDS = ("slug", "lang", "title", "summary", "category", "tags", "body", "status", "group")


@dataclass(frozen=True, slots=True)
class Manuscript:
    """`category` is a path such as "Delivery > Parcels"; `group` names the languages' common article, else the slug."""

    slug: str
    lang: str
    title: str
    summary: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    body: str = ""
    status: str = "public"
    group: str = ""


def read_manuscript(values: dict[str, object]) -> Manuscript:
    """Check one article's values, as JSON has them. Raises Refused with one sentence on the first thing wrong."""
    texts = {name: _text(values, name) for name in FIELDS if name != "tags"}
    title, body = _one_line(texts["title"]), texts["body"].replace("\r\n", "\n").strip("\n")
    if not title:
        raise Refused("The title is missing.")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"The title is longer than {LONGEST_TITLE} characters.")
    if len(body) > LONGEST_BODY:
        raise Refused(f"The body is longer than {LONGEST_BODY:,} characters: make several articles of it.")
    slug = texts["slug"].strip() or make_slug(title)
    if not is_slug(slug):
        raise Refused(f"{_short(slug)} cannot be a slug: use letters, digits and hyphens.")
    lang = texts["lang"].strip() or "en"
    if not is_language(lang):
        raise Refused(f"{_short(lang)} is not the code of a language, such as en or fr.")
    status = texts["status"].strip() or "public"
    if status not in STATUSES:
        raise Refused(f"The status must be draft, internal or public, not {_short(status)}.")
    return Manuscript(
        slug=slug,
        lang=lang,
        title=title,
        summary=_one_line(texts["summary"]),
        category=_one_line(texts["category"]),
        tags=_tags(values.get("tags")),
        body=body,
        status=status,
        group=texts["group"].strip(),
    )


def _text(values: dict[str, object], name: str) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(f"{name} must be text, not {_short(value)}.")
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise Refused(f"{name} holds characters that are no text.")
    return value


def _tags(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise Refused(f"tags must be a list of texts, not {_short(value)}.")
    return tuple(dict.fromkeys(tag.strip() for tag in value if tag.strip()))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _one_line(text: str) -> str:
    # Not str.split(): it would take French's no-break spaces for ordinary ones.
    return _BREAKS.sub(" ", text).strip()
