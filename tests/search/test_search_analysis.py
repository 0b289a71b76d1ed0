"""Words and stems: what is typed and what is written must meet."""

import pytest

from supportbox.search.analysis import content_stems, fold, spellings, words


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Élève", "eleve"),
        ("ÉTÉ", "été"),
        ("cœur", "coeur"),
        ("Straße", "strasse"),
        ("e\u0301te\u0301", "été"),
        ("pass\u00adword", "password"),
        ("log\u200bin", "login"),
        ("ＷＩＦＩ", "wifi"),
    ],
)
def test_folding_makes_both_the_same(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


def test_words_split_at_everything_but_letters_and_digits() -> None:
    assert words("L’API get_noStack-Order, v2.0!") == ["l", "api", "get", "nostack", "order", "v2", "0"]


def test_spellings_keep_accents() -> None:
    assert spellings("L’Élève e\u0301tudie") == ["l", "élève", "étudie"]


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("en", "resetting passwords", "reset password"),
        ("fr", "étiquettes imprimées", "imprimee etiquette"),
        ("de", "Bestellungen", "bestellung"),
    ],
)
def test_inflections_share_a_stem(lang: str, one: str, other: str) -> None:
    assert sorted(content_stems(one, lang)) == sorted(content_stems(other, lang))


def test_stop_words_go_unless_there_is_nothing_else() -> None:
    assert content_stems("how do I return an item", "en") == ["return", "item"]
    assert content_stems("How to?", "en") == ["how", "to"]


def test_a_language_without_rules_keeps_its_words() -> None:
    assert content_stems("Pakkens forsinkelser", "xx") == ["pakkens", "forsinkelser"]
