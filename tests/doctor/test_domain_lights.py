"""The doctor tells of SPF, DKIM and DMARC with the record to add, once a domain, and knows our key from our letters."""

import json
import os
import subprocess
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from supportbox.channels.email.resolving import Dns
from supportbox.config import Settings
from supportbox.doctor import domains
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import db, transaction
from tests.conftest import NOW
from tests.nameserver import NameServer


def add(session: Session, *addresses: str) -> None:
    session.add_all(Mailbox(address=one, smtp_url="smtps://u@smtp.gmail.com:465", created_at=NOW) for one in addresses)
    session.flush()


def test_each_domain_is_told_once_with_the_record_to_add(core: Flask, settings: Settings) -> None:
    with transaction() as session:
        add(session, "support@shop.test", "sales@shop.test", "ada@other.test")
    with NameServer({"shop.test": [], "other.test": ["v=spf1 include:_spf.google.com -all"]}) as server:
        lights = domains.lights(db.session(), settings, Dns(server.place))
    assert [light.name for light in lights] == [
        "spf shop.test", "dkim shop.test", "dmarc shop.test", "spf other.test", "dkim other.test", "dmarc other.test",
    ]  # fmt: skip
    assert lights[0].colour == "red" and 'shop.test TXT "v=spf1 include:_spf.google.com ~all"' in lights[0].fix
    assert lights[3].colour == "green"


def test_the_key_is_known_from_a_letter_of_ours_that_came_back(core: Flask, settings: Settings) -> None:
    raw = b"DKIM-Signature: v=1; d=shop.test; s=odd2026; b=AA\r\nFrom: support@shop.test\r\n\r\nHello\r\n"
    settings.raw.mkdir(exist_ok=True)
    (settings.raw / "1.eml").write_bytes(raw)
    with transaction() as session:
        add(session, "support@shop.test")
        values = {"mailbox_id": 1, "uidvalidity": 1, "sha256": "", "size": 9, "received_at": NOW, "kept_at": NOW}
        session.add(Intake(uid=1, path="1.eml", state="own", **values))
        session.add(Intake(uid=2, path="gone.eml", state="own", **values))
    with NameServer({"shop.test": [], "odd2026._domainkey.shop.test": ["v=DKIM1; p=AAAA"]}) as server:
        lights = domains.lights(db.session(), settings, Dns(server.place))
    assert "signed for shop.test with the key odd2026" in lights[1].sentence and lights[1].colour == "green"


def test_what_is_kept_is_what_was_said(core: Flask, settings: Settings) -> None:
    with transaction() as session:
        add(session, "support@shop.test")
    with NameServer({"shop.test": []}) as server:
        found = domains.ask(db.session(), settings, Dns(server.place))
    with transaction() as session:
        domains.keep(session, found, now=NOW)
    with transaction() as session:
        box = session.get_one(Mailbox, 1, populate_existing=True)
        assert domains.kept(box) == found[0][1] and box.domain_checked_at == NOW


def test_the_command_asks_the_server_that_it_is_told_of(core: Flask, settings: Settings) -> None:
    with transaction() as session:
        add(session, "support@shop.test")
        session.connection().exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        session.connection().exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    with NameServer({"shop.test": ["v=spf1 mx -all"]}) as server:
        told = json.loads(doctor(settings.instance, "--dns", server.place, "--json"))
        shown = doctor(settings.instance, "--dns", server.place)
    colours = {light["name"]: light["colour"] for light in told["lights"]}
    assert colours["spf shop.test"] == "amber" and colours["dmarc shop.test"] == "amber"
    assert '_dmarc.shop.test TXT "v=DMARC1; p=none"' in shown


def doctor(instance: Path, *more: str) -> str:
    environ = {"PATH": os.environ["PATH"], "SUPPORTBOX_INSTANCE": str(instance)}
    command = [sys.executable, "-m", "supportbox", "doctor", *more]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60).stdout
