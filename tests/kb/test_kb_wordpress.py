"""A WordPress export becomes articles, or nothing at all with one sentence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportbox.errors import Refused
from supportbox.kb.html_markdown import html_to_markdown
from supportbox.kb.importer import read_articles
from supportbox.kb.markdown import render

EXPORT = Path(__file__).parent / "export.xml"
LABELS = dict.fromkeys(("note", "tip", "important", "warning", "caution", "table"), "x")


def test_articles_come_with_their_place_status_and_language() -> None:
    articles = {one.slug: one for one in read_articles(EXPORT)}
    assert sorted(articles) == ["half", "suivre-un-colis", "été"]
    parcel = articles["suivre-un-colis"]
    assert (parcel.lang, parcel.status, parcel.category, parcel.tags) == (
        "fr", "public", "Livraison > Colis & plis", ("suivi",),
    )  # fmt: skip
    assert parcel.summary == "Où est **mon** colis ?"
    assert (articles["été"].lang, articles["été"].status) == ("en", "internal")
    assert articles["half"].status == "draft"


def test_the_text_is_markdown_that_draws_the_same() -> None:
    articles = {one.slug: one for one in read_articles(EXPORT)}
    body = articles["suivre-un-colis"].body
    assert "**courriel** d’expédition." in body and "[votre compte](https://nord.example/compte/)" in body
    assert "## En ligne" in body
    assert "1. Ouvrez la page.\n2. Saisissez *le numéro*.\n   - sans espace" in body
    assert "![Un colis](https://nord.example/colis.png)" in body
    assert "| Pays | Jours |\n| --- | --- |\n| France | 2 \\| 3 |" in body
    assert "```\na * b\n```" in body
    assert "alert" not in body and "wp:" not in body
    assert articles["été"].body == "First line with a picture .\n\nSecond \\*paragraph\\*."
    drawn = render(body, LABELS).html
    assert "<td>2 | 3</td>" in drawn and "<li>sans espace</li>" in drawn


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.8, 0.99])
def test_a_file_cut_short_is_refused_whole(tmp_path: Path, share: float) -> None:
    whole = EXPORT.read_bytes()
    (tmp_path / "cut.xml").write_bytes(whole[: int(len(whole.rstrip()) * share)])
    with pytest.raises(Refused, match=r"cut\.xml line \d+: this is no whole export.*Nothing was imported\."):
        read_articles(tmp_path / "cut.xml")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><rss/>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss><channel><title>&e;</title></channel></rss>',
    ],
)
def test_entities_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "evil.xml").write_text(text)
    with pytest.raises(Refused, match="declares entities"):
        read_articles(tmp_path / "evil.xml")


@pytest.mark.parametrize("text", ["<rss><channel/></rss>", "<html/>"])
def test_other_xml_is_no_export(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.xml").write_text(text)
    with pytest.raises(Refused, match="is no WordPress export"):
        read_articles(tmp_path / "other.xml")


def test_an_endless_item_is_refused(tmp_path: Path) -> None:
    head = b"<rss><channel><item><title>t</title><content:encoded xmlns:content='c'>"
    (tmp_path / "big.xml").write_bytes(head + b"a" * 5_100_000)
    with pytest.raises(Refused, match="longer than 5 MB"):
        read_articles(tmp_path / "big.xml")


@given(st.text(alphabet="<>/abpulitrdh1= \n\"'&;*_[]()#-.`\\!", max_size=200))
def test_any_html_becomes_something_that_is_safe_to_draw(html: str) -> None:
    drawn = render(html_to_markdown(html), LABELS).html
    assert "<script" not in drawn


@given(st.text(alphabet="abc*_`[]<>#-+.1 \\!|~=", min_size=1, max_size=60))
def test_plain_words_stay_the_words_that_they_were(words: str) -> None:
    drawn = render(html_to_markdown(f"<p>{words.replace('<', '&lt;')}</p>"), LABELS).html
    shown = drawn.replace("<p>", "").replace("</p>", "").replace("&lt;", "<").replace("&gt;", ">")
    assert " ".join(shown.split()) == " ".join(words.split())
