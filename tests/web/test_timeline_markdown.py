"""An agent's Markdown in the timeline: as the letter shows it, and never more than that."""

from datetime import datetime

import pytest
from flask import Flask

from supportbox.web.inbox.prose import formatted, is_marked_up
from tests.web.desk import Browser, letter

TOKEN = "0123456789abcdef0123456789abcdef"


def shown(app: Flask, ada: Browser, now: datetime, text: str, action: str = "replies") -> str:
    page = f"/inbox/tickets/SB-{letter(app, now=now)}"
    assert ada.post(page, f"{page}/{action}", text=text, then="waiting").status_code == 303
    return ada.get(page)


def test_a_reply_is_shown_as_it_left(app: Flask, ada: Browser, now: datetime) -> None:
    page = shown(app, ada, now, "It is **late**:\n\n- one\n- two")
    assert "<p>It is <strong>late</strong>:</p>\n<ul>\n<li>one</li>" in page
    assert "<strong>kept</strong>" in shown(app, ada, now, "A **kept** word", "notes")


def test_what_a_customer_wrote_is_no_markdown(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, text="It is **not** bold [here](https://evil.example)")
    page = ada.get(f"/inbox/tickets/SB-{number}")
    assert "It is **not** bold [here](" in page


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<b>*x*</b>", "<p>&lt;b&gt;<em>x</em>&lt;/b&gt;</p>"),
        ("*a* [x](javascript:alert(1))", "<p><em>a</em> [x](javascript:alert(1))</p>"),
        ("![out](https://spy.example/x.png)", "<p></p>"),
        ("![gone](cid:ffffffffffffffffffffffffffffffff@inline)", "<p>[gone]</p>"),
        (f"![box](cid:{TOKEN}@inline)", '<p><img src="/files/box.png" alt="box" loading="lazy"></p>'),
    ],
)
def test_nothing_but_the_letters_own_tags(source: str, html: str) -> None:
    assert formatted(source, {TOKEN: "/files/box.png"}).strip() == html


def test_bare_addresses_are_links_and_links_are_not_doubled() -> None:
    html = formatted("*See* https://shop.example/a?b=1&c=2. Or [this](https://shop.example/x).", {})
    assert 'href="https://shop.example/a?b=1&amp;c=2"' in html and html.count("<a ") == 2
    assert html.count('rel="noopener noreferrer nofollow"') == 2


@pytest.mark.parametrize("plain", ["Hello Cleo,\n\nit left today.\n\nAda", "3 > 2, 1/2, a-b & c", "10.5 kg"])
def test_plain_words_cost_no_markdown(plain: str) -> None:
    assert not is_marked_up(plain)
