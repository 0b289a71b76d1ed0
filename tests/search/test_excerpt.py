"""Excerpts: the right stretch, the right marks, and never a lost letter."""

from hypothesis import given
from hypothesis import strategies as st

from supportbox.search.excerpt import LENGTH, Excerpter

BODY = "Nothing to see here. " * 40 + "The résumé of passwords is kept. Resume a password!" + " More of nothing." * 40


def marked(summary: str, body: str, *stems: str, lang: str = "en") -> list[str]:
    pieces = Excerpter(frozenset(stems), lang).excerpt(summary, lambda: body)
    return [piece.text for piece in pieces if piece.is_marked]


def test_the_stretch_with_most_words_is_shown() -> None:
    assert marked("A password.", BODY, "resum", "password") == ["résumé", "passwords", "Resume", "password"]


def test_the_summary_wins_when_it_says_as_much() -> None:
    pieces = Excerpter(frozenset({"password"}), "en").excerpt("Choose a password.", lambda: BODY)
    assert "".join(piece.text for piece in pieces) == "Choose a password."


def test_words_inside_other_words_are_not_marked() -> None:
    assert marked("", "repass pass get_pass", "pass") == ["pass", "pass"]


def test_french_words_are_marked_with_their_accents() -> None:
    assert marked("", "Les étiquettes arrivent.", "etiquet", lang="fr") == ["étiquettes"]


def test_without_words_the_beginning_is_shown() -> None:
    pieces = Excerpter(frozenset(), "en").excerpt("", lambda: BODY)
    assert pieces[0].text.startswith("Nothing to see here.")
    assert pieces[-1].text == " …"


def test_markup_stays_text() -> None:
    assert marked("", "<b>pass</b> & <script>", "pass") == ["pass"]


@given(
    st.text(max_size=600),
    st.text(max_size=80),
    st.sets(st.text(alphabet="abceéêßİ-[]()\\^ſ", min_size=1, max_size=5), max_size=4),
)
def test_any_text_can_be_shown(body: str, summary: str, stems: set[str]) -> None:
    pieces = Excerpter(frozenset(stems), "fr").excerpt(summary, lambda: body)
    shown = "".join(piece.text for piece in pieces)
    assert len(shown) <= max(LENGTH, len(summary)) + 10
