"""An erasure whose process is killed, as by a power cut, is finished by doing it again."""

import signal
import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import text

from supportbox import migrations
from supportbox.config import Settings
from supportbox.store import db, transaction
from tests.conftest import add_people
from tests.privacy.desk_of_cleo import HERS, KEPT, figures, fill, found_in

# The command itself; after some statements its process kills itself, with no chance to tidy up.
KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
left = int(sys.argv[1])

@event.listens_for(Engine, "before_cursor_execute")
def count(*given):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

from supportbox.cli import group
group(["customer", "erase", "cleo@example.org", "--yes"])
"""


@pytest.mark.parametrize("statements", [40, 90])
def test_killed_anywhere_it_is_finished_by_the_same_command(statements: int, core: Flask, settings: Settings) -> None:
    with transaction() as session:
        fill(session, settings, add_people(session))
        # The command looks for the version of the tables.
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrations.HEAD})
    before = figures(db.session())
    db.session.commit()
    environ = {"SUPPORTBOX_INSTANCE": str(settings.instance), "SUPPORTBOX_SECRET_KEY": settings.secret_key}
    first = subprocess.run([sys.executable, "-c", KILLED, str(statements)], env=environ, capture_output=True)
    assert first.returncode == -signal.SIGKILL, first.stderr
    assert found_in(settings, HERS) != {}, "it was killed before its end"
    again = subprocess.run([sys.executable, "-c", KILLED, "1000000"], env=environ, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert found_in(settings, HERS) == {} and set(found_in(settings, KEPT)) == set(KEPT)
    assert figures(db.session()) == before
