"""HTML: each mail program's own way to quote is known, a bare blockquote is the writer's, and time stays linear."""

import gc
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.mail.quotes_html import split_html

ATTR = 'On Tue, 6 Jan 2026 at 09:14, Desk &lt;<a href="mailto:desk@example.org">desk@example.org</a>&gt; wrote:'
BLOCK = (
    "<b>{}:</b> Desk &lt;desk@example.org&gt;<br><b>{}:</b> 6 January 2026 09:14<br>"
    "<b>{}:</b> Ann &lt;ann@example.net&gt;<br><b>{}:</b> Lamp"
)
EN = BLOCK.format("From", "Sent", "To", "Subject")
XX = BLOCK.format("Saatja", "Saadetud", "Adressaat", "Teema")  # a language whose labels are in no table

CLIENTS = {
    "gmail": f'<div dir="ltr">Two, please.</div><br><div class="gmail_quote gmail_quote_container">'
    f'<div dir="ltr" class="gmail_attr">{ATTR}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">'
    f"<div>How many?</div></blockquote></div>",
    "old gmail": f'<div>Two, please.</div><div class="gmail_extra"><br><div class="gmail_quote">{ATTR}<br>'
    f'<blockquote class="gmail_quote"><div>How many?</div></blockquote></div></div>',
    "thunderbird": f'<p>Two, please.</p><div class="moz-cite-prefix">{ATTR}<br></div>'
    '<blockquote type="cite" cite="mid:1@example.org"><p>How many?</p></blockquote>',
    "thunderbird in a language of no table": '<p>Two, please.</p><div class="moz-cite-prefix">Desk tjsp<br></div>'
    '<blockquote type="cite" cite="mid:1@example.org"><p>How many?</p></blockquote>',
    "apple": f'<div>Two, please.</div><div><br><blockquote type="cite"><div>{ATTR}</div><br>'
    "<div>How many?</div></blockquote></div>",
    "apple, header outside": f"Two, please.<br><div><div>{ATTR}</div><br>"
    '<blockquote type="cite">How many?</blockquote></div>',
    "outlook": f"<p class=MsoNormal>Two, please.<o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt;"
    f"padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>{EN}<o:p></o:p></p></div><p class=MsoNormal>How many?</p>",
    "outlook in a language of no table": f"<p>Two, please.</p><div style='border:none;border-top:solid #B5C4DF 1.0pt'>"
    f"<p>{XX}</p></div><p>How many?</p>",
    "outlook on the web": f'<div>Two, please.</div><div id="appendonsend"></div><hr tabindex="-1">'
    f'<div id="divRplyFwdMsg" dir="ltr">{XX}<div>&nbsp;</div></div><div>How many?</div>',
    "new outlook": f'<div class="elementToProof">Two, please.</div><div id="mail-editor-reference-message-container">'
    f'<div style="text-align:left">{XX}</div><div>How many?</div></div>',
    "outlook phone": '<div>Two, please.</div><div id="ms-outlook-mobile-signature">Get <a href="https://example.org">'
    f'Outlook for iOS</a></div><hr><div id="divRplyFwdMsg">{EN}</div><div>How many?</div>',
    "windows mail": f'<div>Two, please.</div><div style="padding-top: 5px; border-top-color: rgb(229, 229, 229); '
    f'border-top-width: 1px; border-top-style: solid;"><div>{XX}</div></div><div>How many?</div>',
    "yahoo": f'<div>Two, please.</div><div id="yahoo_quoted_12" class="yahoo_quoted"><div><div>{ATTR}</div>'
    "<div>How many?</div></div></div>",
    "proton": f'<div>Two, please.</div><div class="protonmail_quote">{ATTR}<br><blockquote class="protonmail_quote" '
    'type="cite">How many?</blockquote><br></div>',
    "zimbra": f'<div>Two, please.</div><hr id="zwchr" ><div data-marker="__HEADERS__">{XX}</div>'
    '<div data-marker="__QUOTED_TEXT__">How many?</div>',
    "yandex": '<div>Two, please.</div><div>06.01.2026, 09:14, "Desk" &lt;desk@example.org&gt;:</div>'
    "<blockquote><p>How many?</p></blockquote>",
    "mail.ru": "<p>Two, please.</p>Вторник, 6 января 2026, 09:14 +03:00 от Desk &lt;desk@example.org&gt;:<br>"
    '<blockquote style="border-left:1px solid #0857A6;">How many?</blockquote>',
    "zoho": f'<div>Two, please.</div><div class="zmail_extra"><div>---- {ATTR} ----</div>'
    "<blockquote>How many?</blockquote></div>",
    "roundcube": f'<p>Two, please.</p><p id="reply-intro">{ATTR}</p><blockquote type="cite">How many?</blockquote>',
    "no markup": f"Two, please.<br><br>{ATTR}<br>&gt; How many?<br>",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_on_top(client: str) -> None:
    visible, quoted = split_html(
        f"<html><head><style>p{{color:red}}</style></head><body>{CLIENTS[client]}</body></html>"
    )
    assert visible.startswith("Two, please.")
    assert "How many?" in quoted
    assert "How many?" not in visible
    assert "Desk" not in visible


@pytest.mark.parametrize("client", [name for name in CLIENTS if "blockquote" in CLIENTS[name]])
def test_an_answer_below_is_shown(client: str) -> None:
    below = CLIENTS[client].replace("Two, please.", "") + "<div>Three, then.</div>"
    assert split_html(below)[0] == "Three, then."


def test_answers_between_stay_with_what_they_answer() -> None:
    html = (
        f'<div class="gmail_quote"><div class="gmail_attr">{ATTR}</div>'
        '<blockquote class="gmail_quote">How many?</blockquote>'
        '<div>Two.</div><blockquote class="gmail_quote">Which ones?</blockquote><div>Green ones.</div></div>'
    )
    assert split_html(html)[0].split("\n") == ["> How many?", "Two.", "> Which ones?", "Green ones."]


@pytest.mark.parametrize(
    "html",
    [
        "<p>They say</p><blockquote>no lamps today</blockquote><p>Is that so?</p>",
        "<p>They say</p><blockquote>no lamps today</blockquote>",
        '<div>They say<blockquote style="margin:0 0 0 40px;border:none">no lamps today</blockquote></div>',
        '<div>They say<br></div><blockquote class="gmail_quote">no lamps today</blockquote>',
        '<div style="border-top:solid #E1E1E1 1.0pt">They say no lamps today</div>',
    ],
)
def test_a_bare_blockquote_is_the_writers(html: str) -> None:
    visible, quoted = split_html(html)
    assert "no lamps today" in visible
    assert quoted == ""


def test_a_forwarded_letter_is_shown() -> None:
    html = (
        '<div>See below.</div><div class="gmail_quote"><div class="gmail_attr">'
        "---------- Forwarded message ---------<br>"
        "From: Shop &lt;shop@example.org&gt;<br>Subject: Bill<br></div><div>Please pay.</div>"
        '<blockquote class="gmail_quote">Now.</blockquote></div>'
    )
    visible, quoted = split_html(html)
    assert visible.split("\n")[-2:] == ["Please pay.", "Now."]
    assert quoted == ""


def test_a_letter_that_is_all_quotation_is_shown() -> None:
    assert "How many?" in split_html('<div class="yahoo_quoted">How many?</div>')[0]
    assert "How many?" in split_html(f'<div id="divRplyFwdMsg">{EN}</div><p>How many?</p>')[0]


def test_text_as_a_reader_sees_it() -> None:
    html = (
        "<title>no</title><style>p{}</style><!-- <p>no</p> --><![if !mso]><p>One&nbsp;&amp; two</p><![endif]>"
        "<ul><li>a</li><li>b</li></ul><pre>x\n  y</pre>1 < 2 <span title='a > b'>c</span><script>no()</script>"
    )
    assert split_html(html)[0] == "One & two\n\n- a\n- b\n\nx\ny\n\n1 < 2 c"


@pytest.mark.parametrize(
    "html", ["", "   ", "<", "<p", "</", "<!--", "<style>a", "&#0;", "<div", "plain words", "<p>a</div></p>"]
)
def test_scraps(html: str) -> None:
    visible, quoted = split_html(html)
    assert quoted == ""
    assert visible.strip() == visible


GROWING = {
    "nested": lambda n: "<div>" * n + "x",
    "nested quotes": lambda n: "<div class=gmail_quote>" * n + "x",
    "nested cites": lambda n: "<blockquote type=cite>x" * n + "</blockquote>y" * n,
    "spent wrappers": lambda n: "<div class=gmail_quote><blockquote>a</blockquote>" * n + "</div>b" * n,
    "unmatched": lambda n: "<b>" * n + "</i>" * n,
    "unclosed": lambda n: "<a " * n,
    "open quotes": lambda n: '<a "' * n,
    "two quotes": lambda n: "<a '\"" * n,
    "comments": lambda n: "<!--" * n,
    "styles": lambda n: "<style>" * n,
    "entities": lambda n: "&amp" * n,
    "attributes": lambda n: "<div " + "a=1 " * n + ">x",
    "breaks": lambda n: "<br>" * n,
    "pre": lambda n: "<pre>" + "\n" * n,
}


@pytest.mark.parametrize("shape", GROWING)
def test_time_grows_with_length(shape: str) -> None:
    def cost(n: int) -> float:
        html, best = GROWING[shape](n), float("inf")
        gc.disable()  # its walks over the objects of other tests are no part of what is measured
        for _ in range(3):
            started = time.process_time()
            split_html(html)
            best = min(best, time.process_time() - started)
        gc.enable()
        return best

    # Twice twofold, and three tries: on a machine shared with others one measurement alone may be lost in noise.
    tries = [(cost(20_000), cost(5_000))]
    while tries[-1][0] > max(2.5**2 * tries[-1][1], 0.02) and len(tries) < 3:
        tries.append((cost(20_000), cost(5_000)))
    assert any(large <= max(2.5**2 * small, 0.02) for large, small in tries), tries


QUOTES = [
    "<blockquote>",
    '<blockquote type="cite">',
    "</blockquote>",
    '<div class="gmail_quote">',
    f"<div>{ATTR}</div>",
]
OTHERS = ["<div>", "</div>", "<br>", "<p>", "</p>", '<div id="divRplyFwdMsg">', "<pre>", "</pre>", "<hr>", "<span>"]
TAGS = st.sampled_from(QUOTES + OTHERS)
WORDS = st.sampled_from(["lamp", "chair", "table", "door", "two lamps", "&lt;b&gt;"])


@settings(max_examples=300, deadline=None)
@given(st.lists(TAGS | WORDS, max_size=25))
def test_no_word_is_lost(parts: list[str]) -> None:
    visible, quoted = split_html(" ".join(parts))
    both = f"{visible} {quoted}"
    for word in ("lamp", "chair", "table", "door", "<b>"):
        wanted = " ".join(part for part in parts if part[0] != "<").replace("&lt;b&gt;", "<b>")
        assert both.count(word) == wanted.count(word)
    assert bool(visible) == bool(both.strip())


def test_a_plain_blockquote_that_ends_the_body_is_folded_above_a_disclaimer() -> None:
    html = (
        "<div><div>We take the blue one.</div><blockquote>Which one do you want?</blockquote></div>"
        "<div>This message is for its receiver alone.</div>"
    )
    visible, quoted = split_html(html)
    assert visible.split("\n")[0] == "We take the blue one."
    assert "Which one" not in visible
    assert "Which one do you want?" in quoted


def test_a_styled_blockquote_that_ends_the_body_is_the_writers() -> None:
    html = (
        '<div><div>The label says:</div><blockquote style="margin:0 0 0 40px">Do not wash</blockquote></div>'
        "<div>Is that so?</div>"
    )
    visible, quoted = split_html(html)
    assert "Do not wash" in visible
    assert not quoted
