"""Every reason that matching and screening can give is known to the pages, so that it is translated."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

import supportbox
from supportbox.web.inbox.reasons import KNOWN, reason

ROOT = Path(supportbox.__file__).parent
PLACE = "%(…)s"
SOURCES = (
    "inbox/agent_letters.py",
    "inbox/bounced.py",
    "inbox/caller.py",
    "inbox/matching.py",
    "inbox/receive.py",
    "mail/bounces.py",
    "mail/machine_letters.py",
)
# Beside the letter that the other server sent, in that server's place.
NOT_SHOWN = {"The other server refused it."}


def sentences(path: str) -> set[str]:
    """All sentences in a source file but docstrings; what is filled in is a place."""
    found: set[str] = set()
    tree = ast.parse((ROOT / path).read_text())
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else PLACE for part in node.values]
            found.add("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | said:
            found.add(node.value)
    return {
        one for one in found if one[0:1].isupper() | one.startswith(PLACE) and one.endswith((".", PLACE)) and " " in one
    }


@pytest.mark.parametrize("path", SOURCES)
def test_every_reason_is_known(path: str) -> None:
    said = sentences(path)
    assert said
    assert said - {re.sub(r"%\(\w+\)s", PLACE, sentence) for sentence in KNOWN} - NOT_SHOWN == set()


def test_nothing_stays_nothing_in_every_language(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert reason("") == ""
        assert reason("Joined: the subject quotes SB-12.") == "Rattaché\u00a0: l’objet cite SB-12."


def test_a_reference_is_carried_over() -> None:
    assert reason("Joined: the subject quotes SB-12.") == "Joined: the subject quotes SB-12."
    assert reason("Something nobody knows about SB-12, 100 %.") == "Something nobody knows about SB-12, 100 %."


def test_a_name_and_a_refusal_are_carried_over_and_the_refusal_is_translated(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert reason("50 % Ada answered by mail.") == "50 % Ada a répondu par e-mail."
        refused = "A new ticket: the answer of Ada was not sent. This ticket was deleted. Restore it first."
        said = reason(refused)
        assert said.startswith("Nouveau ticket\u00a0: la réponse de Ada n’a pas été envoyée. ")
        assert "Restore" not in said


def test_a_name_made_of_other_sentences_changes_nothing() -> None:
    for name in ("Ada answered by mail.", "SB-1", "%(why)s", "Joined: the subject quotes SB-12."):
        assert reason(f"{name} answered by mail.") == f"{name} answered by mail."
