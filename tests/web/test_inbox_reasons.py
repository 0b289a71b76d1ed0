"""Every reason that matching and screening can give is known to the pages, so that it is translated."""

import ast
from pathlib import Path

import pytest
from flask import Flask

import supportbox
from supportbox.web.inbox.reasons import KNOWN, reason

ROOT = Path(supportbox.__file__).parent
# A place in a sentence that is no reference; said in English by everybody.
ENGLISH = {"It says that it went to many (Precedence: %(reference)s).", "It is a letter of ours that came back."}


def sentences(path: str) -> set[str]:
    """All sentences in a source file but docstrings; what is filled in becomes a reference."""
    found: set[str] = set()
    tree = ast.parse((ROOT / path).read_text())
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "%(reference)s" for part in node.values]
            found.add("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | said:
            found.add(node.value)
    return {sentence for sentence in found if sentence[:1].isupper() and sentence.endswith(".") and " " in sentence}


@pytest.mark.parametrize("path", ["inbox/matching.py", "mail/machine_letters.py", "mail/bounces.py"])
def test_every_reason_is_known(path: str) -> None:
    said = sentences(path)
    assert said
    assert said <= set(KNOWN) | ENGLISH


def test_nothing_stays_nothing_in_every_language(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert reason("") == ""
        assert reason("Joined: the subject quotes SB-12.") == "Rattaché\u00a0: l’objet cite SB-12."


def test_a_reference_is_carried_over() -> None:
    assert reason("Joined: the subject quotes SB-12.") == "Joined: the subject quotes SB-12."
    assert reason("Something nobody knows about SB-12, 100 %.") == "Something nobody knows about SB-12, 100 %."
