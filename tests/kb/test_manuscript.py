"""An article's values as they come from outside."""

from supportbox.kb.manuscript import read_manuscript


def test_french_no_break_spaces_stay_in_titles_and_summaries() -> None:
    article = read_manuscript(
        {"slug": "a", "lang": "fr", "title": "Où est  mon\ncolis\u00a0?", "summary": "«\u00a0Livré\u00a0»"}
    )
    assert article.title == "Où est mon colis\u00a0?"
    assert article.summary == "«\u00a0Livré\u00a0»"
