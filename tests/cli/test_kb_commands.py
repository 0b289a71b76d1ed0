"""`kb import`, `export`, `search` and `reindex`: all or nothing, findable on return, one sentence on a mistake."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

ARTICLES = [
    {"slug": "return-an-item", "lang": "en", "title": "Return an item", "body": "Within 30 days.", "tags": ["refund"]},
    {"slug": "opening-hours", "lang": "en", "title": "Opening hours", "body": "From nine.", "category": "Shop > Door"},
    {"slug": "retours", "lang": "fr", "title": "Retourner un article", "body": "Sous 30 jours."},
    {"slug": "sale", "lang": "en", "title": "Sale", "body": "In May.", "status": "draft"},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), "utf-8")
    return path


def found(shell: Shell, query: str, *more: str) -> list[str]:
    answer = json.loads(shell.says("kb", "search", query, "--json", *more))
    return [hit["slug"] for hit in answer["results"]]


def test_what_was_imported_can_be_found(shell: Shell, file: Path) -> None:
    assert shell.says("kb", "import", str(file)) == "4 articles: 4 new, 0 changed, 0 as before.\n"
    assert found(shell, "return item") == ["return-an-item"]
    assert found(shell, "retourner", "--lang", "fr") == ["retours"]
    assert found(shell, "sale") == [], "a draft"


def test_importing_again_brings_up_to_date(shell: Shell, file: Path) -> None:
    shell.says("kb", "import", str(file))
    file.write_text(file.read_text().replace("From nine.", "From zenith."))
    assert shell.says("kb", "import", str(file)) == "4 articles: 0 new, 1 changed, 3 as before.\n"
    assert found(shell, "zenith") == ["opening-hours"]


def test_one_bad_line_and_nothing_is_imported(shell: Shell, file: Path) -> None:
    with file.open("a") as more:
        more.write("{broken\n")
    assert shell.refusal("kb", "import", str(file)) == "articles.jsonl line 5 is no JSON. Nothing was imported."
    assert found(shell, "return") == []


def test_export_and_import_into_another_instance(shell: Shell, file: Path, tmp_path: Path, made: Path) -> None:
    shell.says("kb", "import", str(file))
    assert shell.says("kb", "export", str(tmp_path / "out")) == f"4 articles are in {tmp_path / 'out'}.\n"
    assert (tmp_path / "out" / "en" / "opening-hours.md").read_text().startswith('---\nslug: "opening-hours"\n')
    other = Shell(tmp_path / "other")
    shutil.copytree(made, other.instance)
    assert other.says("kb", "import", str(tmp_path / "out")).startswith("4 articles: 4 new")
    assert shell.says("kb", "import", str(tmp_path / "out")) == "4 articles: 0 new, 0 changed, 4 as before.\n"
    assert found(other, "opening") == ["opening-hours"]


def test_questions_a_line_are_answered_in_order(shell: Shell, file: Path) -> None:
    shell.says("kb", "import", str(file))
    asked = [{"query": "opening", "lang": "en", "limit": 1}, {"query": "retourner", "lang": "fr"}, {"query": "zzyzx"}]
    typed = "".join(json.dumps(one) + "\n" for one in asked)
    answers = [json.loads(line) for line in shell.says("kb", "search", "--jsonl", typed=typed).splitlines()]
    assert [answer["query"] for answer in answers] == ["opening", "retourner", "zzyzx"]
    assert [[hit["slug"] for hit in answer["results"]] for answer in answers] == [["opening-hours"], ["retours"], []]
    assert set(answers[0]) == {"query", "ms", "results", "did_you_mean"}
    assert set(answers[0]["results"][0]) == {"slug", "title", "score", "excerpt"}


@pytest.mark.parametrize("line", ["{", "7", '{"q": "x"}', '{"query": 7}', '{"query": "x", "lang": "../../en"}', '"x"'])
def test_a_line_that_is_no_question_is_named(shell: Shell, line: str) -> None:
    assert shell.refusal("kb", "search", "--jsonl", typed=f"\n{line}\n").startswith("Line 2")


def test_search_wants_a_query_or_lines(shell: Shell) -> None:
    assert shell.run("kb", "search").exit_code == 2
    assert shell.run("kb", "search", "x", "--jsonl").exit_code == 2


def test_a_lost_index_is_built_again(shell: Shell, file: Path) -> None:
    shell.says("kb", "import", str(file))
    shutil.rmtree(shell.instance / "index")
    assert shell.says("reindex") == "The index holds 3 articles.\n"
    assert found(shell, "opening") == ["opening-hours"]


def test_what_is_not_there_is_said(shell: Shell, tmp_path: Path, file: Path) -> None:
    assert shell.refusal("kb", "import", str(tmp_path / "no.jsonl")) == f"There is no {tmp_path / 'no.jsonl'}."
    assert "is a file" in shell.refusal("kb", "export", str(file))
