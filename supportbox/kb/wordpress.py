"""Articles out of a WordPress export (WXR): read in a stream; hostile XML, or a file that was cut, is refused whole."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote
from xml.parsers import expat

from supportbox.errors import Refused
from supportbox.kb.html_markdown import html_to_markdown
from supportbox.kb.slug import is_language, is_slug, make_slug

BIGGEST_ITEM = 5_000_000
CHUNK = 1 << 16
STATUS = {"publish": "public", "private": "internal", "draft": "draft", "pending": "draft", "future": "draft"}
# What WordPress keeps beside what people wrote.
NO_ARTICLES = re.compile(r"attachment|revision|nav_menu_item|custom_css|customize_changeset|oembed_cache|user_request|"
                         r"wp_.*|product.*|shop_.*|elementor_.*|acf-.*|wpforms.*|.*_form")  # fmt: skip
_SHORTCODE = re.compile(r"\[/?(?:caption|embed|gallery|video|audio|playlist|vc_\w+|et_pb_\w+)(?:\s[^\[\]]{0,500})?/?\]")
# An address of the site that the export came from, which would lead elsewhere on ours.
_AT_HOME = re.compile(r"\]\(/(?!/)")
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(slots=True)
class Item:
    """One item of the export: its direct children's texts, and its categories as (domain, slug, name)."""

    texts: dict[str, str] = field(default_factory=dict)
    terms: list[tuple[str, str, str]] = field(default_factory=list)


def read_export(path: Path, lang: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Each article's values with where it stands. Raises Refused; `lang` is for an export that does not say its own."""
    reader = _Reader(path.name)
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                reader.feed(chunk)
        reader.end()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    if not reader.is_export:
        raise Refused(f"{path.name} is no WordPress export. Make one there with Tools, Export. Nothing was imported.")
    taken: set[tuple[str, str]] = set()
    for number, item in enumerate(reader.items, 1):
        kind, status = item.texts.get("wp:post_type", "post"), item.texts.get("wp:status", "publish")
        if NO_ARTICLES.fullmatch(kind) or status not in STATUS or not item.texts.get("title", "").strip():
            continue
        values = _values(item, reader, lang)
        slug, again = str(values["slug"]), 1
        while (str(values["lang"]), str(values["slug"])) in taken:
            again += 1
            values["slug"] = f"{slug}-{again}"
        taken.add((str(values["lang"]), str(values["slug"])))
        yield f"{path.name} item {number}", values


def _values(item: Item, reader: "_Reader", lang: str) -> dict[str, object]:
    texts, title = item.texts, item.texts["title"].strip()
    terms = defaultdict(list)
    for domain, slug, name in item.terms:
        terms[_role(domain)].append((domain, slug, name))
    own = next((slug for _, slug, _ in terms["language"] if is_language(slug)), "")
    slug = unquote(texts.get("wp:post_name", "")).strip()
    status = STATUS[texts.get("wp:status", "publish")]
    return {
        "slug": slug if is_slug(slug) else make_slug(title),
        "lang": own or reader.language or lang,
        "title": title,
        "summary": " ".join(html_to_markdown(texts.get("excerpt:encoded", "")).split())[:500],
        "category": reader.path_to(*terms["category"][0]) if terms["category"] else "",
        "tags": [name for _, _, name in terms["tag"]],
        "status": "internal" if texts.get("wp:post_password") and status == "public" else status,
        "group": next((slug for _, slug, _ in terms["group"]), ""),
        "body": _AT_HOME.sub(f"]({reader.site}/", html_to_markdown(_with_paragraphs(texts.get("content:encoded", "")))),
    }


def _role(domain: str) -> str:
    """What a taxonomy is for; plug-ins have their own names for the same."""
    if domain in ("language", "post_translations"):
        return {"language": "language"}.get(domain, "group")
    if domain.endswith(("tag", "tags")):
        return "tag"
    return "category" if domain.endswith(("cat", "category", "categories", "section", "topic")) else ""


def _with_paragraphs(content: str) -> str:
    """What WordPress does when it shows a text of the old editor: blank lines part paragraphs."""
    content = _SHORTCODE.sub(" ", content.replace("\r\n", "\n"))
    if "<p" in content or "<!-- wp:" in content:
        return content
    return "".join(f"<p>{part}</p>" if "<" not in part[:1] else part for part in _PARAGRAPHS.split(content))


class _Reader:
    """Follows the elements down to an item's children; entities and document types are never taken."""

    def __init__(self, name: str) -> None:
        self.name, self.items, self.language, self.is_export, self.site = name, list[Item](), "", False, ""
        self._names: dict[tuple[str, str], tuple[str, str]] = {}  # (taxonomy, slug): its name and its parent's slug
        self._path: list[str] = []
        self._item: Item | None = None
        self._term: dict[str, str] = {}
        self._text: list[str] = []
        self._size = 0
        self._attributes: dict[str, str] = {}
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data

    def feed(self, chunk: bytes) -> None:
        self._parse(chunk, is_last=False)

    def end(self) -> None:
        self._parse(b"", is_last=True)

    def path_to(self, domain: str, slug: str, name: str) -> str:
        """The category with the one at its top, two deep as ours are."""
        known, parent = self._names.get((domain, slug), (name, ""))
        top = ""
        for _ in range(20):
            if not parent or (domain, parent) not in self._names:
                break
            top, parent = self._names[domain, parent]
        known, top = known.replace(">", "›"), top.replace(">", "›")
        return f"{top} > {known}" if top else known

    def _parse(self, chunk: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            raise Refused(
                f"{self.name} line {error.lineno}: this is no whole export; it may have been cut off, or damaged. "
                "Nothing was imported."
            ) from None

    def _refuse(self, *_declared: object) -> None:
        raise Refused(f"{self.name} declares entities or a document type, which no export does. Nothing was imported.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        self._text.clear()
        self._attributes = attributes
        if tag == "item":
            self._item, self._size = Item(), 0
        elif tag in ("wp:category", "wp:term"):
            self._term = {}

    def _data(self, text: str) -> None:
        self._size += len(text)
        if self._item is not None and self._size > BIGGEST_ITEM:
            raise Refused(f"{self.name}: an item is longer than {BIGGEST_ITEM // 1_000_000} MB. Nothing was imported.")
        if len(self._path) > 2:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        self._path.pop()
        text = "".join(self._text)
        self._text.clear()
        above = self._path[-1] if self._path else ""
        if tag == "item" and self._item is not None:
            self.items.append(self._item)
            self._item = None
        elif self._item is not None and above == "item":
            self._keep(self._item, tag, text)
        elif above in ("wp:category", "wp:term"):
            self._term[tag] = text.strip()
        elif tag in ("wp:category", "wp:term"):
            self._learn(tag)
        elif above == "channel" and tag == "language":
            code = text.strip()[:2].lower()
            self.language = code if is_language(code) else ""
        elif above == "channel" and tag in ("wp:base_blog_url", "link") and "://" in text:
            self.site = text.strip().rstrip("/")
        elif above == "channel" and tag == "wp:wxr_version":
            self.is_export = True

    def _keep(self, item: Item, tag: str, text: str) -> None:
        if tag == "category":
            item.terms.append((self._attributes.get("domain", "category"), self._attributes.get("nicename", ""), text))
        elif tag in ("title", "content:encoded", "excerpt:encoded") or tag.startswith("wp:"):
            item.texts[tag] = text

    def _learn(self, tag: str) -> None:
        if tag == "wp:category":
            names = ("wp:category_nicename", "wp:cat_name", "wp:category_parent")
            domain = "category"
        else:
            names = ("wp:term_slug", "wp:term_name", "wp:term_parent")
            domain = self._term.get("wp:term_taxonomy", "")
        slug, name, parent = (self._term.get(one, "") for one in names)
        self._names[domain, slug] = (name or slug, parent)
