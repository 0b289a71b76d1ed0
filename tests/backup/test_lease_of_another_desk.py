"""A backup made while a worker runs holds its lease: the restored desk begins all the same."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from supportbox import clock, config, migrations, store
from supportbox.app import create_core
from supportbox.backup import back_up, restore
from supportbox.inbox.lease import Lease
from supportbox.work import Worker


def test_restored_desk_waits_for_nobody(tmp_path: Path, now: datetime) -> None:
    instance, other = tmp_path / "desk", tmp_path / "restored"
    instance.mkdir()
    config.make_secret(instance)
    settings = config.load({}, instance=instance)
    engine = create_engine(settings.database_url)
    store.make_durable(engine)
    migrations.upgrade(engine)
    with Session(engine) as session, session.begin():
        session.add(Lease(name="worker", holder="elsewhere/1", until=clock.now() + timedelta(minutes=1)))
    engine.dispose()
    back_up(settings, instance / "supportbox.db", tmp_path / "file", now=now)
    restore(tmp_path / "file", other, newest=migrations.HEAD)
    app = create_core(config.load({}, instance=other))
    with app.app_context():
        assert Worker(app).run_once(patience=0).faults == {}
        store.db.engine.dispose()
