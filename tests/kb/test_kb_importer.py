"""Import takes all articles or none, and says in one sentence with a place what is wrong; export gives them back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.kb import front_matter
from supportbox.kb.exporter import export_articles
from supportbox.kb.importer import read_articles, store_articles
from supportbox.kb.writing import Writer
from tests.kb.library import LIBRARY, manuscript, stock
from tests.kb.pictures import png

GOOD = {"slug": "refunds", "lang": "en", "title": "Refunds", "body": "Soon."}


def lines(folder: Path, *articles: Mapping[str, object] | str) -> Path:
    path = folder / "articles.jsonl"
    texts = (one if isinstance(one, str) else json.dumps(one) for one in articles)
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return path


def test_json_lines_are_read(tmp_path: Path) -> None:
    path = lines(
        tmp_path, {**GOOD, "tags": ["money", "money", " "], "summary": " When \n it comes ", "category": "Money"}
    )
    (article,) = read_articles(path)
    assert (article.slug, article.lang, article.status) == ("refunds", "en", "public")
    assert (article.tags, article.summary, article.category) == (("money",), "When it comes", "Money")


def test_blank_lines_and_a_byte_order_mark_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n")
    assert [article.slug for article in read_articles(path)] == ["refunds"]


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ("{", "articles.jsonl line 2 is no JSON. Nothing was imported."),
        ("\xff", "articles.jsonl line 2 is no JSON. Nothing was imported."),
        ("[" * 100_000, "articles.jsonl line 2 is no JSON. Nothing was imported."),
        ("[1]", "line 2 is no article"),
        ({**GOOD, "title": " "}, "line 2: The title is missing. Nothing was imported."),
        ({**GOOD, "title": 7}, "line 2: title must be text, not 7."),
        ({**GOOD, "slug": "../../etc"}, "'../../etc' cannot be a slug"),
        ({**GOOD, "lang": "english"}, "'english' is not the code of a language"),
        ({**GOOD, "status": "published"}, "The status must be draft, internal or public, not 'published'."),
        ({**GOOD, "tags": "money"}, "tags must be a list of texts"),
        ({**GOOD, "body": "x" * 300_001}, "The body is longer than 300,000 characters"),
        ({**GOOD, "body": "a\x00b"}, "body holds characters that are no text"),
        ({**GOOD, "slug": "first"}, "the article en/first was already in articles.jsonl line 1"),
    ],
)
def test_a_bad_line_is_named_in_one_sentence(tmp_path: Path, second: Mapping[str, object] | str, sentence: str) -> None:
    path = lines(tmp_path, {**GOOD, "slug": "first"}, second)
    with pytest.raises(Refused) as refused:
        read_articles(path)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_not_there_or_empty_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.jsonl", tmp_path, lines(tmp_path, "")):
        with pytest.raises(Refused):
            read_articles(path)


def test_a_folder_of_markdown_is_read(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "remboursement.md").write_text("# Être remboursé\n\nBientôt.\n", "utf-8")
    (tmp_path / "hours.md").write_text(
        "---\ntitle: 'Our hours: all'\ntags:\n  - time\n  - \"open\"\nstatus: draft\n---\nNine.", "utf-8"
    )
    (tmp_path / "notes.txt").write_text("not an article")
    french, hours = read_articles(tmp_path)
    assert (french.lang, french.slug, french.title, french.body) == (
        "fr",
        "remboursement",
        "Être remboursé",
        "Bientôt.",
    )
    assert (hours.lang, hours.title, hours.tags, hours.status) == ("en", "Our hours: all", ("time", "open"), "draft")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"---\ntitle: x\n", "bad.md: the front matter has no end"),
        (b"---\ntitle x\n---\n", "bad.md: line 2 is no front matter: 'title x'"),
        (b"\xff\xfe", "bad.md cannot be read as UTF-8 text"),
        (b"---\nstatus: [x]\n---\nbody", "bad.md: status must be text"),
    ],
)
def test_a_bad_file_is_named_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "bad.md").write_bytes(content)
    with pytest.raises(Refused, match="Nothing was imported") as refused:
        read_articles(tmp_path)
    assert sentence in str(refused.value)


def test_export_and_import_are_each_others_mirror(session: Session, now: datetime, tmp_path: Path) -> None:
    stock(session, now)
    assert export_articles(session, tmp_path / "out", tmp_path / "kept") == len(LIBRARY)
    again = {(article.lang, article.slug): article for article in read_articles(tmp_path / "out")}
    assert again == {(article.lang, article.slug): replace(article) for article in LIBRARY}
    with Writer(session, record, now) as writer:
        counts = store_articles(writer, again.values())
    assert dict(counts) == {"same": len(LIBRARY)}


def test_pictures_travel_with_their_articles(session: Session, now: datetime, tmp_path: Path) -> None:
    kept, out = tmp_path / "kept", tmp_path / "out"
    name = f"{'ab' * 16}-30x20.png"
    kept.mkdir()
    (kept / name).write_bytes(png(30, 20))
    stock(session, now, manuscript("boxes", body=f'See ![a box](/help/pictures/{name} "Box").'))
    export_articles(session, out, kept)
    assert "](../pictures/" in (out / "en" / "boxes.md").read_text()
    pictures: dict[str, Path] = {}
    assert read_articles(out, pictures=pictures)[0].body == f'See ![a box](/help/pictures/{name} "Box").'
    assert pictures[name].read_bytes() == png(30, 20)


def test_pictures_of_a_folder_are_taken_in(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "a box.png").write_bytes(png())
    (tmp_path / "secret.png").write_bytes(png())
    text = "![box](img/a%20box.png) ![out](../secret.png) ![far](https://shop.example/x.png) ![gone](img/no.png)"
    (folder / "boxes.md").write_text(text)
    pictures: dict[str, Path] = {}
    body = read_articles(folder, pictures=pictures)[0].body
    assert body.startswith("![box](/help/pictures/")
    assert body.endswith(" ![out](../secret.png) ![far](https://shop.example/x.png) ![gone](img/no.png)")
    assert [path.name for path in pictures.values()] == ["a box.png"]
    (folder / "img" / "a box.png").write_bytes(b"MZ no picture")
    with pytest.raises(Refused, match=r"boxes\.md: a box\.png: This is no picture .* Nothing was imported\."):
        read_articles(folder)


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text() | st.lists(st.text())),
    st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"])),
)
def test_front_matter_reads_what_it_wrote(values: dict[str, object], body: str) -> None:
    read, rest = front_matter.split(front_matter.join(values, body))
    assert read == values
    assert rest == f"\n{body}\n"


def test_counts_say_what_an_import_did(session: Session, now: datetime) -> None:
    stock(session, now)
    changed = replace(LIBRARY[0], title="Return anything")
    new = replace(LIBRARY[1], slug="brand-new")
    seen: list[int] = []
    with Writer(session, record, now) as writer:
        counts = store_articles(writer, [changed, LIBRARY[1], new], progress=seen.append)
    assert dict(counts) == {"changed": 1, "same": 1, "new": 1}
    assert seen == [1, 2, 3]
