"""The documentation tells the truth: every command, option, setting and room is in it, and its links lead somewhere."""

import re
from collections.abc import Iterator
from configparser import ConfigParser

import click

from supportbox.channels.gateways import gateways
from supportbox.channels.kinds import KINDS
from supportbox.cli import COMMANDS, group
from supportbox.config import KNOWN, PREFIX
from tests.house.tree import PACKAGE, ROOT, own_files

DOCS = ROOT / "docs"
# The demo's articles link to pages of the help centre instead.
PAGES = [path for path in own_files() if path.suffix == ".md" and PACKAGE not in path.parents]


def test_every_command_has_its_heading_and_every_heading_a_command() -> None:
    assert set(_sections("commands.md")) == {name for name, _ in _commands()}


def test_every_option_is_explained_with_its_command() -> None:
    sections = _sections("commands.md")
    missing = [
        f"{name} {option}"
        for name, command in _commands()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--") and f"`{option}" not in sections.get(name, "")
    ]
    assert missing == []


def test_no_option_is_explained_that_is_not_there() -> None:
    there = {name: {option for one in command.params for option in one.opts} for name, command in _commands()}
    explained = {
        name: set(re.findall(r"^- `(--[a-z-]+)", text, re.M)) for name, text in _sections("commands.md").items()
    }
    assert {name: options - there[name] for name, options in explained.items() if options - there[name]} == {}


def test_every_setting_has_its_heading_and_every_heading_a_setting() -> None:
    assert set(_sections("settings.md")) == {PREFIX + name.upper() for name in KNOWN}


def test_every_command_says_what_it_does() -> None:
    assert [name for name, command in _commands() if not command.help] == []


def test_the_drawing_of_the_rooms_is_the_one_that_is_checked() -> None:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    floors = parser["importlinter:contract:floors"]["layers"].strip().splitlines()
    checked = [re.sub(r"[()]", "", floor.strip()) for floor in floors]
    page = (DOCS / "architecture.md").read_text("utf-8")
    drawn = re.findall(r"```\n(cli\n.*?)\n```", page, re.S)[0].splitlines()
    assert drawn == checked


def test_every_kind_of_channel_has_its_heading_and_every_heading_a_kind() -> None:
    assert set(_sections("channels.md")) == set(KINDS)


def test_every_field_of_a_channel_is_explained_with_it() -> None:
    sections = _sections("channels.md")
    missing = [
        f"{kind}: {field.label}"
        for kind, one in gateways().items()
        for field in one.FIELDS
        if field.label != "Address of the service" and field.label not in sections[kind]
    ]
    assert missing == []


def test_every_room_is_described() -> None:
    page = (DOCS / "architecture.md").read_text("utf-8")
    described = set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `")))
    )
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    rooms = set(re.findall(r"\w+", parser["importlinter:contract:floors"]["layers"]))
    assert described == rooms


def test_every_dependency_is_accounted_for() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8").split("[project.scripts]")[0]
    names = set(re.findall(r'^    "([a-z-]+)[\[>=<]', project, re.M))
    page = (DOCS / "dependencies.md").read_text("utf-8")
    assert len(names) > 15
    assert [name for name in sorted(names - {"supportbox"}) if f"`{name}`" not in page] == []


def test_links_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []


def test_decisions_are_short_and_numbered() -> None:
    papers = sorted((DOCS / "adr").glob("*.md"))
    assert [int(paper.name[:4]) for paper in papers] == list(range(1, len(papers) + 1))
    assert [paper.name for paper in papers if len(paper.read_text("utf-8").splitlines()) > 60] == []


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    context = click.Context(group)
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            for part, inner in command.commands.items():
                yield f"supportbox {name} {part}", inner
        else:
            yield f"supportbox {name}", command


def _sections(name: str) -> dict[str, str]:
    """What stands under each heading of the form ## `…`."""
    parts = re.split(r"^## `([^`]+)`$", (DOCS / name).read_text("utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
