"""Markdown becomes safe HTML with boxes, steps, anchors and contents, however hostile it is."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.kb.markdown import BOXES, render, without_anchors

LABELS = {kind: kind.capitalize() for kind in (*BOXES, "table")}


def html(source: str) -> str:
    return render(source, LABELS).html


@pytest.mark.parametrize(
    "source",
    ["> [!WARNING]\n> Hot.", "[!WARNING]\nHot.", "[!warning] Hot.", ":::warning\nHot.\n:::", "::: warning\nHot."],
)
def test_boxes_are_known_in_every_spelling(source: str) -> None:
    assert '<div class="box box-warning">' in html(source)
    assert '<strong class="box-word">Warning</strong> Hot.' in html(source)


def test_a_box_may_hold_several_paragraphs_and_a_list() -> None:
    made = html("> [!TIP]\n> One.\n>\n> - two\n\nThree.")
    inside, _, after = made.partition("</div>")
    assert "<li>two</li>" in inside
    assert "Three." in after


def test_a_mark_that_is_no_box_stays_as_it_was() -> None:
    assert "[!UNKNOWN]" in html("[!UNKNOWN]\nHm.")
    assert "<blockquote>" in html("> Just a quotation")
    assert ":::note" in html("```\n:::note\n```")


def test_headings_get_anchors_and_stand_below_the_title() -> None:
    made = render("# One\n\n## Été\n\n## Été\n\n## `code`", LABELS)
    assert [(heading.level, heading.anchor) for heading in made.contents] == [
        (2, "h-one"), (3, "h-ete"), (3, "h-ete-2"), (3, "h-code"),
    ]  # fmt: skip
    assert "<h1" not in made.html
    assert 'id="h-ete"' in made.html


def test_contents_begin_at_three_headings() -> None:
    assert render("## One\n\n## Two", LABELS).contents == ()
    assert [heading.text for heading in render("## A\n\n### a\n\n## B\n\n## C", LABELS).contents] == ["A", "B", "C"]


def test_beside_other_articles_anchors_are_left_out() -> None:
    assert without_anchors(html("## One")).strip() == "<h2>One</h2>"


def test_tables_scroll_alone_and_pictures_come_late() -> None:
    assert '<div class="table" role="region" tabindex="0" aria-label="Table"><table>' in html("|a|b|\n|-|-|\n|1|2|")
    assert 'loading="lazy"' in html("![A bowl](https://shop.example/bowl.jpg)")


def test_steps_keep_their_order() -> None:
    assert html("1. one\n2. two").replace("\n", "") == "<ol><li>one</li><li>two</li></ol>"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "## <svg onload=alert(1)>",
        "> [!NOTE]\n> <iframe src=//evil.example>",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<https://a.example/%22onclick=alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_nothing_in_an_article_runs(source: str) -> None:
    made = html(source).lower()
    for evil in ("<script", "<iframe", "<svg", "<img src=x", 'href="javascript', 'src="data:'):
        assert evil not in made
    assert not any(f" {name}=" in made.replace("&quot;", "") and "&lt;" not in made for name in ("onerror", "onload"))


@pytest.mark.parametrize(
    "bomb",
    ["[" * 200_000, "![[" * 60_000, "[a](" * 60_000, "*" * 200_000, "**a" * 60_000, "> " * 100_000, "- " * 100_000,
     "`" * 100_001 + "a", "<" * 200_000, "[a]: b\n" * 30_000, "| a " * 20_000 + "\n" + "|---" * 20_000,
     ":::note\n" * 30_000, "_a__b" * 40_000, "&" * 200_000, "\n" * 200_000, "#" * 200_000],
)  # fmt: skip
def test_bombs_take_no_time(bomb: str) -> None:
    began = time.perf_counter()
    html(bomb)
    assert time.perf_counter() - began < 10, "seconds here would be minutes for a real bomb"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab \n#>*_`[]()!|-:1.<&~\\\"'"), max_size=200))
def test_any_text_can_be_shown(source: str) -> None:
    assert "<script" not in html(source)
