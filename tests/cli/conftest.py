"""Commands run as a person would, on an instance of their own."""

import os
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from supportbox.cli import group
from tests.cli.stock import stock_instance


@dataclass
class Shell:
    """Runs commands on one instance."""

    instance: Path

    def run(self, *arguments: str, typed: str | bytes | None = None, **environ: str) -> Result:
        names = {name: None for name in os.environ if name.startswith("SUPPORTBOX_")}
        before = os.umask(0o022)
        try:
            return CliRunner().invoke(
                group,
                [str(argument) for argument in arguments],
                input=typed,
                env={**names, "SUPPORTBOX_INSTANCE": str(self.instance), **environ},
                prog_name="supportbox",
            )
        finally:
            os.umask(before)

    def says(self, *arguments: str, **more: str) -> str:
        """Standard output of a command that has to succeed."""
        result = self.run(*arguments, **more)
        assert result.exit_code == 0, (result.stdout, result.stderr, result.exception)
        return result.stdout

    def refusal(self, *arguments: str, **more: str) -> str:
        """The sentence of a command that has to refuse: exit 1, one line, nothing on standard output."""
        result = self.run(*arguments, **more)
        assert (result.exit_code, result.stdout) == (1, ""), (result.stdout, result.stderr, result.exception)
        assert result.stderr.count("\n") == 1, result.stderr
        return result.stderr.strip()


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A shell where no instance has been made yet."""
    return Shell(tmp_path / "desk")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance made once, to be copied: making one takes longer than most tests."""
    instance = tmp_path_factory.mktemp("made") / "desk"
    Shell(instance).says("init", "--business", "Shop", "--agent", "ada@shop.example")
    return instance


@pytest.fixture
def shell(bare: Shell, made: Path) -> Shell:
    """A shell with an instance whose owner is Ada."""
    copytree(made, bare.instance)
    return bare


@pytest.fixture(scope="session")
def made_stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    instance = tmp_path_factory.mktemp("stocked") / "desk"
    Shell(instance).says("init")
    (instance / "setup.code").unlink()
    stock_instance(instance)
    return instance


@pytest.fixture
def stocked(bare: Shell, made_stocked: Path) -> Shell:
    """A shell with the four people and two tickets of Cleo's: 1001 answered by Ada, 1002 new."""
    copytree(made_stocked, bare.instance)
    return bare
