"""What makes one article answer better than another."""

import pytest

from supportbox.kb.searcher import Entry
from supportbox.search.answering import Desk
from supportbox.search.memory_shelf import MemoryShelf
from supportbox.search.shelf import Signature


def first(query: str, *entries: Entry) -> str:
    """The slug of the best; every order of the articles must give the same."""
    answers = {
        Desk(MemoryShelf(order), "en", {}).search(query, 5, internal=False).hits[0].slug
        for order in (entries, entries[::-1])
    }
    assert len(answers) == 1
    return answers.pop()


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("printer", Entry(1, "better", "en", "Printer"), Entry(2, "worse", "en", "Other", "A printer.")),
        ("printer", Entry(1, "better", "en", "Printer"), Entry(2, "worse", "en", "Printer on the second floor")),
        ("paper jam", Entry(1, "better", "en", "Paper jam"), Entry(2, "worse", "en", "Jam paper")),
        ("paper jam", Entry(1, "better", "en", "Paper jam"), Entry(2, "worse", "en", "Paper paper paper paper")),
        (
            "paper jam",
            Entry(1, "better", "en", "X", headings=("Paper jam",)),
            Entry(2, "worse", "en", "Y", headings=("The paper", "A jam")),
        ),
        (
            "paper jam",
            Entry(1, "better", "en", "X", "Paper and jam."),
            Entry(2, "worse", "en", "Y", "Paper and much else that is long."),
        ),
        ("the printers", Entry(1, "better", "en", "Printer"), Entry(2, "worse", "en", "The")),
    ],
)
def test_the_better_comes_first(query: str, better: Entry, worse: Entry) -> None:
    assert first(query, better, worse) == "better"


def test_signatures_survive_packing() -> None:
    entry = Entry(
        1, "a", "en", "Paper jams", "In the big printer.", tags=("tray two",), headings=("Open it", "", "Pull")
    )
    signature = Signature.of(entry)
    assert signature.summary == ["big", "printer", "tray", "two"]
    assert Signature.unpack(signature.pack()) == signature
    assert Signature.unpack(Signature.of(Entry(1, "a", "en", "")).pack()) == Signature([], [], [])
