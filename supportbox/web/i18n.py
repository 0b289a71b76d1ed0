"""Languages: a gettext catalogue and a Jinja environment for each, bound once, so that a page pays nothing for them."""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import jinja2
from flask import g, has_request_context, request
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

import supportbox
from supportbox.errors import Refused
from supportbox.translations import catalogue as catalogue
from supportbox.translations.retelling import retold_in

T = TypeVar("T")
LANGUAGES = {"en": "English", "fr": "Français"}
ROOT = Path(supportbox.__file__).parent
_WEIGHT = re.compile(r"([a-z]{2,3})(?:-[a-z0-9-]+)?(?:\s*;\s*q=([0-9.]+))?", re.IGNORECASE)


def gettext(message: str, **values: Any) -> str:
    """The sentence in the language of this request; `%(name)s` in it is filled from the values."""
    text = catalogue(language()).gettext(message)
    return text % values if values else text


def explain(error: Refused) -> str:
    """What a refusal says, in the language of this request."""
    return gettext(error.sentence, **error.values) if error.values else retold(error.sentence)


def retold(sentence: str) -> str:
    """A sentence that was kept in English with its values, in the language of this request; one that nobody knows
    stays as it is."""
    return retold_in(language(), sentence)


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The same with a number: the form that this number takes, with `%(num)s` filled in."""
    return catalogue(language()).ngettext(one, many, num) % {"num": num, **values}


def language() -> str:
    """The language of this request; English outside of one."""
    if not has_request_context():
        return "en"
    chosen: str | None = g.get("language")
    return chosen or accepted(request.headers.get("Accept-Language", "")) or "en"


def per_language(words: Callable[[], T]) -> Callable[[], T]:
    """Remembers what a function of no arguments says in each language: tables of words that never change."""
    said: dict[str, T] = {}

    @wraps(words)
    def remembered() -> T:
        here = language()
        if here not in said:
            said[here] = words()
        return said[here]

    return remembered


@lru_cache(256)
def accepted(header: str) -> str:
    """The best of our languages for an Accept-Language header; "" when it names none of them."""
    weighed = [(float(m[2] or 1), m[1].lower()) for m in _WEIGHT.finditer(header[:200]) if _is_number(m[2])]
    known = [(weight, name) for weight, name in weighed if name in LANGUAGES and weight > 0]
    return max(known, key=lambda pair: pair[0])[1] if known else ""


def _is_number(text: str | None) -> bool:
    return text is None or text.replace(".", "", 1).isdigit()


class _Fold(Extension):
    """Replaces `_("sentence")` in a template by its translation while the template is compiled."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        tokens = list(stream)
        translate = self.environment.catalogue.gettext  # type: ignore[attr-defined]  # set by environment() below
        i = 0
        while i < len(tokens):
            kinds = [(token.type, token.value) for token in tokens[i : i + 4]]
            if kinds[:2] == [("name", "_"), ("lparen", "(")] and [k for k, _ in kinds[2:]] == ["string", "rparen"]:
                yield Token(tokens[i].lineno, "string", translate(tokens[i + 2].value))
                i += 4
            else:
                yield tokens[i]
                i += 1


@cache
def environment(language: str) -> jinja2.Environment:
    """The templates as they are in one language."""
    bound = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )
    bound.filters["retold"] = lambda sentence: retold_in(language, sentence)
    bound.catalogue = catalogue(language)  # type: ignore[attr-defined]  # a place of our own for _Fold
    bound.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]  # by ext.i18n
    bound.add_extension(_Fold)
    return bound
