"""Whatever is refused, kept as a reason or told of a letter has French words, also where its values are filled in."""

import ast
from collections.abc import Iterator
from time import perf_counter

from supportbox.translations.gathering import merged
from supportbox.translations.retelling import find_form, retold_in
from tests.house.tree import PACKAGE

# Their first text is read by people: refused, failed, judged or tried.
SAYING = {
    "Refused",
    "Conflict",
    "Forbidden",
    "NotFound",
    "DeliveryError",
    "SlowDown",
    "Fault",
    "SignInOver",
    "LimitBroken",
}
SAYING |= {"Match", "Receipt", "_not_now", "_answered"}
# Only commands show these, and commands speak English.
COMMANDS = (
    "app.py",
    "backup/",
    "channels/email/check.py",
    "cli/",
    "config.py",
    "demo/",
    "doctor/",
    "kb/exporter.py",
    "kb/front_matter.py",
    "kb/importer.py",
    "kb/picture_links.py",
    "kb/wordpress.py",
    "migrations/",
    "work/lease.py",
    "work/lock.py",
    "work/replay.py",
)
# Calls of programs that we turn away: their answer is for whoever wrote the program.
PROGRAMS = ("channels/meta.py", "channels/telegram.py", "channels/twilio.py", "channels/webhook.py")
FILLED = "Zed 7"
# Put together of two pieces, of which one may be empty; both wholes are listed.
COMPOSED = {
    "Zed 7 (Zed 7).",
    "Zed 7: send it in parts, or another way.",
    "Zed 7 refused the message (status Zed 7)Zed 7.",
    "Zed 7 does not accept our key any moreZed 7. Enter a new one in the settings.",
}


def test_every_sentence_that_is_kept_or_refused_has_its_french() -> None:
    known = {message.id for message in merged("fr") if isinstance(message.id, str) and message.id}
    unknown = {
        said: place
        for place, said in _said()
        if said not in known | COMPOSED and not (find_form(said) and find_form(said) in known)
    }
    assert sorted(unknown.items()) == [], "list these in supportbox/translations/told/ and translate them"


def _said() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(COMMANDS + PROGRAMS):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in SAYING:
                    yield from ((f"{name}:{node.lineno}", said) for said in _sentences(node))


def _sentences(call: ast.Call) -> Iterator[str]:
    """The texts that a call says itself, with something in each place; a condition may say two."""
    said = [*call.args, *(one.value for one in call.keywords if one.arg in ("reason", "sentence"))]
    for node in said:
        for part in (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
                yield part.value
            elif isinstance(part, ast.JoinedStr):
                parts = [one.value if isinstance(one, ast.Constant) else FILLED for one in part.values]
                yield "".join(map(str, parts))


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def test_values_are_carried_into_the_other_language() -> None:
    said = "mx.example.org port 993 ended the connection (it says: bye)."
    assert retold_in("fr", said) == "mx.example.org port 993 a mis fin à la connexion (il répond\u00a0: bye)."
    assert retold_in("en", said) == said
    assert retold_in("fr", "The server would not hand this letter over. mx port 1 cut the connection.").endswith(
        "mx port 1 a coupé la connexion."
    )
    percent = "The IMAP address has a space in it: write %20 where one belongs."
    assert "%20" in retold_in("fr", percent) and "%%" not in retold_in("fr", percent)
    assert retold_in("fr", "Nobody knows 100 % of this.") == "Nobody knows 100 % of this."


def test_a_long_answer_of_a_server_costs_little() -> None:
    began = perf_counter()
    for number in range(20):
        retold_in("fr", f"{number} refuses the letter (" * 60)
    assert perf_counter() - began < 5
