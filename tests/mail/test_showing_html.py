"""HTML made safe, made text, and kept from being costly."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.mail.clean import has_remote_pictures, sanitised, with_pictures
from supportbox.mail.html_text import text_of

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe src='https://evil.example'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style=\"background:url('https://evil.example')\">x</p>",
    '<p style="position:fixed;top:0;color:red">x</p>',
    "<form action='https://evil.example'><input name=password><button>Go</button></form>",
    "<base href='https://evil.example/'><a href='/x'>x</a>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<object data=x></object><embed src=x><applet code=x>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<div id=body class=nav name=x>x</div>",
    "<img src='file:///etc/passwd'><img src='//evil.example/x'><img srcset='https://evil.example 2x'>",
    "<xmp><p title='</xmp><script>alert(1)</script>'>",
    "<textarea><script>alert(1)</script></textarea>",
    "<!--><script>alert(1)</script>-->",
    "<template><script>alert(1)</script></template>",
]
ELEMENTS = {"a", "b", "div", "font", "i", "img", "p", "span", "table", "tbody", "td", "tr"}
ATTRIBUTES = {"href", "src", "alt", "title", "style", "rel", "target", "width", "height"}


class Reader(HTMLParser):
    """Another reader of HTML than the one that cleans it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.wrong += [tag] if tag not in ELEMENTS else []
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name not in ATTRIBUTES or (name == "style" and ("url" in address or "position" in address)):
                self.wrong.append(name)
            if name in ("href", "src") and not address.startswith(("https://", "http://", "cid:")):
                self.wrong.append(address)


MARKUP = st.lists(
    st.sampled_from(
        [
            *PAYLOADS,
            "<p>",
            "</p>",
            "<b>",
            "<table><tr><td>",
            "</table>",
            "x",
            "&lt;",
            "&",
            "<",
            '"',
            "<a href='https://a.example/?a=1&b=2'>",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_nothing_dangerous_is_left_and_a_second_time_changes_nothing(source: str) -> None:
    once = sanitised(source)
    assert once is not None
    assert Reader(once).wrong == []
    assert sanitised(once) == once


@pytest.mark.parametrize("payload", PAYLOADS)
def test_each_payload_is_harmless(payload: str) -> None:
    once = sanitised(f"<p>before</p>{payload}")
    assert once is not None and once.startswith("<p>before</p>") and Reader(once).wrong == []


def test_links_and_styles_that_may_stay() -> None:
    kept = sanitised('<p style="color:red;text-align:center">x <a href="https://a.example/?a=1&amp;b=2">y</a></p>')
    assert kept is not None
    assert 'href="https://a.example/?a=1&amp;b=2"' in kept and 'rel="noopener noreferrer nofollow"' in kept
    assert "color:red" in kept and "text-align:center" in kept


def test_pictures_are_placed_or_held_back() -> None:
    clean = sanitised('<img src="cid:a@b" alt="A"><img src="https://x.example/t.gif?a=1&b=2"><img src="cid:gone">')
    assert clean is not None and has_remote_pictures(clean)
    held = with_pictures(clean, {"a@b": "/files/1?x=1&y=2"}, remote=False)
    assert 'src="/files/1?x=1&amp;y=2"' in held
    assert 'data-src="https://x.example/t.gif?a=1&amp;b=2"' in held and ' src="https' not in held and "cid:" not in held
    assert ' src="https://x.example/t.gif?a=1&amp;b=2"' in with_pictures(clean, {}, remote=True)
    assert not has_remote_pictures(sanitised('<img src="cid:a@b">') or "")


@pytest.mark.parametrize(
    "source",
    ["<div>" * 300, "<b>x" * 300, "&" * 40_000, "<i></i>" * 50_000, "<p><font color=a>x" * 150 + "<p>x" * 5000],
)
def test_twisted_html_is_not_shown(source: str) -> None:
    assert sanitised(source) is None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Hello   <b>World</b></p><p>Bye", "Hello World\n\nBye"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div><div>b</div><div><br></div><div>c</div>", "a\nb\n\nc"),
        ("<div>a<br></div><div>b</div>", "a\nb"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>1<td>2</tr><tr><td>3</tr></table>", "1 2\n3"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<style>p{}</style><script>x</script><title>t</title>words", "words"),
        ("1 &lt; 2 &amp;&nbsp;3 < 4", "1 < 2 & 3 < 4"),
        ("<!-- hidden -->seen<!-- never closed", "seen"),
        ("<!--[if mso]>no<![endif]--><![if !mso]>yes<![endif]>", "yes"),
        ('<a title="a > b">link</a> <a title="open>words', "link words"),
        ("words <a", "words"),
        ("&#99999999999999;", "\N{REPLACEMENT CHARACTER}"),
        ("&#" + "9" * 5000 + ";x", "\N{REPLACEMENT CHARACTER}x"),
        ("\x03\x04a\x05b", "ab"),
        ("", ""),
    ],
)
def test_html_as_text(source: str, text: str) -> None:
    assert text_of(source) == text
