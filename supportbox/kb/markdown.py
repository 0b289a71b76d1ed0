"""An article's Markdown as safe HTML: boxes, numbered steps, headings with anchors, and its table of contents."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from supportbox.kb.picture import NAME, PLACE
from supportbox.kb.slug import make_slug

Tokens = Sequence[Token]
Env = MutableMapping[str, Any]
BOXES = ("note", "tip", "important", "warning", "caution")
TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"id", "class"},
    "a": {"href", "title", "aria-hidden", "tabindex"},
    "div": {"role", "aria-label", "tabindex"},
    "img": {"src", "alt", "title", "loading", "decoding", "width", "height"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
_FENCED = re.compile(r" {0,3}(?:```|~~~)")
_COLON_BOX = re.compile(r" {0,3}:::+ *(\w+)? *$")
# More brackets than any article has: looking for the links that they might make would take seconds.
MOST_BRACKETS = 5000
_ANCHORS = re.compile(r' id="h-[^"]*"| <a class="anchor"[^>]*>#</a>')
_MARK = re.compile(r"\[!(\w{1,20})\][ \t]*")


class Heading(NamedTuple):
    """A line of the table of contents."""

    level: int
    anchor: str
    text: str


class Rendered(NamedTuple):
    """An article ready for a page. `contents` is empty below three headings."""

    html: str
    contents: tuple[Heading, ...]
    minutes: int


def render(source: str, labels: Mapping[str, str]) -> Rendered:
    """Markdown to HTML. `labels` holds the words "note", "tip" ... and "table" in the article's language."""
    env: dict[str, Any] = {"labels": labels, "headings": []}
    if source.count("[") > MOST_BRACKETS:
        source = source.replace("[", "\\[")
    html = _MARKDOWN.render(_colon_boxes(source), env)
    return Rendered(_clean(html), _contents(env["headings"]), max(1, round(len(source.split()) / 220)))


def without_anchors(html: str) -> str:
    """Rendered HTML to stand beside other articles on one page, where an id may be there only once."""
    return _ANCHORS.sub("", html)


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


def _contents(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """The main headings, with those below them where the main ones are few."""
    main = tuple(heading for heading in headings if heading.level == 2)
    chosen = main if len(main) >= 3 else tuple(heading for heading in headings if heading.level <= 3)
    return chosen if len(chosen) >= 3 else ()


def _colon_boxes(source: str) -> str:
    """Boxes written as ":::note ... :::" become quoted boxes, which the parser knows."""
    if ":::" not in source:
        return source
    lines, inside, is_code = [], False, False
    for line in source.split("\n"):
        if _FENCED.match(line):
            is_code = not is_code
        mark = None if is_code else _COLON_BOX.match(line)
        if mark and not inside and mark[1]:
            inside = True
            lines += ["", f"> [!{mark[1]}]"]
        elif mark and inside:
            inside = False
            lines.append("")
        else:
            lines.append(f"> {line}" if inside else line)
    return "\n".join(lines)


def _arrange(state: StateCore) -> None:
    """Reshape the parsed text: boxes, headings one level below the page's own, tables that scroll alone."""
    tokens = state.tokens
    shift = 1 if any(token.tag == "h1" for token in tokens) else 0
    seen: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            _anchor(tokens, place, shift, seen, state.env["headings"])
        elif token.type == "paragraph_open" and (kind := _box_kind(tokens[place + 1])):
            _box(tokens, place, kind, state.env["labels"])


def _anchor(tokens: list[Token], place: int, shift: int, seen: dict[str, int], headings: list[Heading]) -> None:
    token, inline = tokens[place], tokens[place + 1]
    level = min(6, max(2, int(token.tag[1]) + shift))
    token.tag = tokens[place + 2].tag = f"h{level}"
    text = "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline")).strip()
    # Prefixed, so that a heading can never take an id that the page itself uses.
    anchor = f"h-{make_slug(text, otherwise='section')}"
    seen[anchor] = seen.get(anchor, 0) + 1
    if seen[anchor] > 1:
        anchor = f"{anchor}-{seen[anchor]}"
    token.attrSet("id", anchor)
    link = Token("html_inline", "", 0)
    link.content = f' <a class="anchor" href="#{anchor}" aria-hidden="true" tabindex="-1">#</a>'
    inline.children = [*(inline.children or ()), link]
    headings.append(Heading(level, anchor, text))


def _box_kind(inline: Token) -> str:
    """Which box a paragraph opens, or nothing."""
    mark = _MARK.match(inline.content)
    kind = mark[1].lower() if mark else ""
    return kind if kind in BOXES else ""


def _box(tokens: list[Token], place: int, kind: str, labels: Mapping[str, str]) -> None:
    """Make the quotation that this paragraph begins, or else the paragraph alone, a box with its word on top."""
    before = tokens[place - 1] if place else None
    paragraph, inline = tokens[place], tokens[place + 1]
    children = inline.children or []
    if children and children[0].type == "text":
        children[0].content = _MARK.sub("", children[0].content, count=1)
        if not children[0].content and len(children) > 1 and children[1].type in ("softbreak", "hardbreak"):
            del children[:2]
    word = Token("html_inline", "", 0)
    word.content = f"<strong class=box-word>{labels[kind]}</strong> "
    inline.children = [word, *children]
    outer = before if before is not None and before.type == "blockquote_open" else paragraph
    closing = tokens[_closing(tokens, place - 1)] if outer is before else tokens[place + 2]
    outer.tag = closing.tag = "div"
    outer.attrSet("class", f"box box-{kind}")
    paragraph.hidden = tokens[place + 2].hidden = False


def _closing(tokens: list[Token], opening: int) -> int:
    level = tokens[opening].level
    return next(
        place
        for place in range(opening + 1, len(tokens))
        if tokens[place].type == "blockquote_close" and tokens[place].level == level
    )


def _table_open(self: RendererHTML, tokens: Tokens, place: int, options: OptionsDict, env: Env) -> str:
    return f'<div class="table" role="region" tabindex="0" aria-label="{env["labels"]["table"]}"><table>\n'


def _table_close(self: RendererHTML, tokens: Tokens, place: int, options: OptionsDict, env: Env) -> str:
    return "</table></div>\n"


def _image(self: RendererHTML, tokens: Tokens, place: int, options: OptionsDict, env: Env) -> str:
    token = tokens[place]
    token.attrSet("loading", "lazy")
    token.attrSet("decoding", "async")
    if ours := NAME.fullmatch(str(token.attrGet("src") or "").removeprefix(PLACE)):
        token.attrSet("width", ours[1])
        token.attrSet("height", ours[2])
    return self.image(tokens, place, options, env)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    parser.core.ruler.push("arrange", _arrange)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("image", _image)
    return parser


_MARKDOWN = _parser()
