"""Damages to the search index: it is disposable, so answers go on, and it is whole again by itself."""

import random
import time
from pathlib import Path

from bench.torture.desk import Product
from bench.torture.drive import Run, Tally
from bench.torture.shop import Shop

DAMAGES, ARTICLES = 50, 30  # of one round
WORDS = ("teapot", "lid", "parcel")


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: a file of the index is deleted, emptied, cut or scratched; somebody searches; the worker comes by."""
    dice, tally = random.Random(seed), Tally()
    desk = shop.desk(shop.mailbox())
    product = desk.product(broken=broken)
    source = desk.instance / "articles"
    source.mkdir()
    for number in range(ARTICLES):
        text = f"# Article {number}\n\nThe {WORDS[number % 3]} of order {number} {'and more ' * 50}\n"
        (source / f"article-{number}.md").write_text(f"---\ntitle: Article {number}\nstatus: public\n---\n{text}")
    product.do("kb", "import", str(source))
    whole = {word: _found(product, word, tally) for word in WORDS}
    tally.check(all(whole.values()), f"nothing is found in a whole index: {whole}")
    for _ in range(6 if is_short else DAMAGES):
        damage = _damage(desk.instance / "index", dice)
        word = dice.choice(WORDS)
        began = time.monotonic()
        found = _found(product, word, tally)
        tally.note("seconds of an answer", round(time.monotonic() - began, 2))
        tally.check(found <= whole[word], f"{damage}: found what is not there")
        product.do("once")
        tally.check(_found(product, word, tally) == whole[word], f"{damage}: the index is not whole again")
        tally.counts["damages"] += 1
    return tally


def _found(product: Product, word: str, tally: Tally) -> set[str]:
    doing = product.order("kb", "search", word, "--json", "--limit", "100")
    doing.wait()
    tally.check(doing.status == 0, f"a search ended with {doing.status}")
    printed = doing.heard("printed") + [fact for fact in doing.said if "printed" not in fact]
    return {str(hit.get("slug") or hit.get("title")) for answer in printed for hit in _hits(answer)}


def _hits(answer: object) -> list[dict[str, object]]:
    if isinstance(answer, dict):
        answer = next((value for value in answer.values() if isinstance(value, list)), [])
    return [hit for hit in answer if isinstance(hit, dict)] if isinstance(answer, list) else []


def _damage(index: Path, dice: random.Random) -> str:
    files = sorted(path for path in index.rglob("*") if path.is_file())
    file = dice.choice(files)
    content = bytearray(file.read_bytes())
    way = dice.choice(["deleted", "emptied", "cut", "scratched", "all deleted"])
    if way == "deleted":
        file.unlink()
    elif way == "all deleted":
        for one in files:
            one.unlink()
    else:
        if way == "scratched":
            for _ in range(dice.randrange(1, 20)):
                if content:
                    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        file.write_bytes(b"" if way == "emptied" else content[: len(content) // 2] if way == "cut" else content)
    return f"{file.name} {way}"


RUN = Run(
    name="index_corrupt",
    bar="200 damages to the index: answers within 2 s, rebuilt by the worker's next round",
    play=play,
    goal=("damages", 200),
    catches=("index-is-never-looked-after",),
    most={"seconds of an answer": 2},
)
