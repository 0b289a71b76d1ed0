"""Markdown as search reads it."""

import time

import pytest

from supportbox.kb.markdown_text import read_markdown


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Some **bold** and *thin* `code` ~~gone~~", "Some bold and thin code gone"),
        ("[the shop](https://shop.example/a_b) now", "the shop now"),
        ("![a box](box.png 'x')", "![a box](box.png 'x')"),
        ("![a box](box.png)", "a box"),
        ("> [!NOTE] Mind the gap", "Mind the gap"),
        ("- one\n- two\n1. three", "one\ntwo\nthree"),
        ("| a | b |\n|---|---|\n| c | d |", "a b\n\nc d"),
        ("snake_case_name and _thin_", "snake_case_name and thin"),
        ("a &amp; b &lt; c", "a & b < c"),
        ("one<br>two <!-- no --> three", "one two three"),
        (r"not \*thin\*", "not *thin*"),
        ("<https://shop.example>", "https://shop.example"),
        ("```\n# no heading *here*\n```", "# no heading *here*"),
    ],
)
def test_marks_go_and_words_stay(source: str, text: str) -> None:
    assert read_markdown(source).text == text


def test_headings_of_both_kinds_are_found() -> None:
    found = read_markdown("# One #\n\ntext\n\n### Two `x`\n\nThree\n=====\n\n```\n# not me\n```\n\n---\n\nend")
    assert found.headings == ("One", "Two x", "Three")


def test_the_text_keeps_the_headings() -> None:
    assert read_markdown("## Cause\nA bug.").text == "Cause\nA bug."


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 50_000,
        "*" * 50_000,
        "<" * 50_000,
        "[a](" * 20_000,
        "> " * 50_000,
        "- " * 50_000,
        "`" * 50_000,
        "<a " * 30_000,
        "[![" * 20_000,
        "1. " * 30_000,
    ],
)
def test_no_text_takes_long(bomb: str) -> None:
    began = time.perf_counter()
    read_markdown(bomb)
    assert time.perf_counter() - began < 2
