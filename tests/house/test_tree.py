"""What has no place in the project: this machine's paths, other people's servers, things that only look on."""

import ast
import re
import sys
import tomllib

import pytest

from tests.house.tree import PACKAGE, ROOT, modules, own_files, own_texts

# Put together here, so that this file does not hold what it looks for.
HOMES = re.compile(r"(?<![\w.-])/(?:" + "|".join(["home/[a-z]", "root/", "Users/", "work/", "mnt/[a-z]"]) + ")")
HOSTS = re.compile(
    "|".join(
        re.escape(name + end)
        for name, end in [
            ("pypi", ".org"), ("pythonhosted", ".org"), ("npmjs", ".com"), ("npmjs", ".org"), ("jsdelivr", ".net"),
            ("unpkg", ".com"), ("cdnjs.cloudflare", ".com"), ("fonts.googleapis", ".com"),
            ("ajax.googleapis", ".com"), ("gstatic", ".com"),
            ("esm", ".sh"), ("google-analytics", ".com"), ("googletagmanager", ".com"),
        ]
    )
)  # fmt: skip
MAIL_MAY_IMPORT = set(sys.stdlib_module_names) - {
    "socket", "ssl", "http", "smtplib", "imaplib", "poplib", "ftplib", "sqlite3", "subprocess", "multiprocessing",
    "asyncio",
} | {"nh3", "charset_normalizer", "snowballstemmer", "supportbox"}  # fmt: skip
CORE_MAY_IMPORT = MAIL_MAY_IMPORT | {"sqlalchemy", "markdown_it", "argon2", "phonenumbers", "babel"}


def test_no_path_of_a_machine_is_in_the_tree() -> None:
    assert _lines_with(HOMES) == []


def test_no_page_or_program_asks_a_foreign_server() -> None:
    assert _lines_with(HOSTS) == []


def test_pages_load_nothing_from_elsewhere() -> None:
    foreign = re.compile(r"""(?:src|srcset|action|data|poster)=["']?(?:https?:)?//|<link[^>]+href=["'](?:https?:)?//"""
                         r"""|@import|url\(["']?(?:https?:)?//""")  # fmt: skip
    names = [path for path in own_files() if path.suffix in {".html", ".css"} and PACKAGE in path.parents]
    assert names
    assert [path.name for path in names if foreign.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "line", ["see /{}/ada/x".format("home"), "open('/{}/main')".format("work"), "https://{}/x".format("esm" + ".sh")]
)
def test_the_search_itself_can_fail(line: str) -> None:
    assert HOMES.search(line) or HOSTS.search(line)


def test_the_tree_holds_no_leftovers() -> None:
    odd = re.compile(r"(\.(orig|rej|bak|swp|log|pyc|db)|~)$")
    assert [path.name for path in own_files() if odd.search(path.name)] == []


@pytest.mark.parametrize(
    ("room", "allowed"),
    [("mail", MAIL_MAY_IMPORT), ("inbox", CORE_MAY_IMPORT), ("kb", CORE_MAY_IMPORT), ("people", CORE_MAY_IMPORT)],
)
def test_the_core_imports_only_what_is_on_its_list(room: str, allowed: set[str]) -> None:
    found = {
        f"{name} imports {package}"
        for name, tree, _ in modules()
        if name.startswith(f"supportbox/{room}/")
        for package in _imported(tree)
        if package not in allowed
    }
    assert found == set()


def test_nothing_is_imported_that_is_not_declared() -> None:
    # Whoever has flask and its family has these parts, and whoever has pymap its last two.
    parts = {"click", "werkzeug", "markupsafe", "itsdangerous", "typing_extensions", "babel", "pysasl", "proxyprotocol"}
    declared = {_module(name) for name in _declared()} | parts | {"supportbox"}
    found = {
        f"{name} imports {package}"
        for name, tree, _ in modules()
        for package in _imported(tree)
        if package not in declared and package not in sys.stdlib_module_names
    }
    assert found == set()


def test_every_exception_to_a_rule_has_its_reason() -> None:
    bare = re.compile(r"# (?:noqa(?:: [A-Z0-9, ]+)?|type: ignore(?:\[[\w, -]+\])?)\s*$")
    found = [
        f"{name}:{number}"
        for name, text in own_texts()
        if name.startswith("supportbox/") and name.endswith(".py")
        for number, line in enumerate(text.splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}"
        for name, text in own_texts()
        if not name.startswith("tests/mail/letters/")
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    return {re.split(r"[<>=\[ ]", line)[0] for line in [*project["dependencies"], *extras]}


def _module(distribution: str) -> str:
    known = {
        "markdown-it-py": "markdown_it",
        "argon2-cffi": "argon2",
        "whoosh-reloaded": "whoosh",
        "flask-wtf": "flask_wtf",
        "import-linter": "importlinter",
        "dnspython": "dns",
        "phonenumberslite": "phonenumbers",
    }
    return known.get(distribution, distribution.replace("-", "_"))
