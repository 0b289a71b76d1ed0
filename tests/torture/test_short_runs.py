"""Every torture in its short form: it finds nothing in SupportBox, and something in each build broken on purpose."""

from importlib import import_module
from shutil import which

import pytest

from bench.torture.drive import Run, Tally, play
from bench.torture.names import NAMES
from bench.torture.shop import Shop
from tests.servers import leave_out

RUNS: dict[str, Run] = {name: import_module(f"bench.torture.{name}").RUN for name in NAMES}


@pytest.mark.parametrize("name", RUNS)
def test_nothing_is_lost_doubled_or_hidden(shop: Shop, name: str) -> None:
    run = RUNS[name]
    tally = short(run, shop, "")
    assert tally.wrong == []
    assert tally.counts[run.goal[0]] > 0
    assert {name: worst for name, worst in tally.worst.items() if worst > run.most.get(name, worst)} == {}


@pytest.mark.parametrize(("name", "broken"), [(run.name, broken) for run in RUNS.values() for broken in run.catches])
def test_run_catches_the_build_that_is_broken_on_purpose(shop: Shop, name: str, broken: str) -> None:
    assert short(RUNS[name], shop, broken).wrong != []


def short(run: Run, shop: Shop, broken: str) -> Tally:
    for tool in run.needs:
        if not which(tool):
            leave_out(f"{tool} is not installed")
    try:
        return play(run, shop, 1, broken, True)
    except PermissionError as error:
        leave_out(str(error))
