"""What came with letters never runs: files are saved, formatted letters are locked up."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask

from supportbox.channels.files import keep_files, path_of
from supportbox.config import Settings
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import File
from supportbox.mail.letter import Enclosure
from supportbox.store import db, transaction
from tests.web.desk import Browser, letter

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def keep(settings: Settings, filename: str, kind: str, content: bytes, **more: Any) -> File:
    return keep_files(settings.files, [Enclosure(filename, kind, content, **more)])[0]


def message_of(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Message).one().id


def test_only_plain_pictures_are_shown(app: Flask, ada: Browser, settings: Settings, now: datetime) -> None:
    files = (
        keep(settings, "été.png", "image/png", PNG),
        keep(settings, "evil.svg", "image/svg+xml", b"<svg onload=alert(1)>"),
        keep(settings, "page.html", "text/html", b"<script>alert(1)</script>"),
    )
    number = letter(app, now=now, files=files)
    page = ada.get(f"/inbox/tickets/SB-{number}")
    shown, *saved = (file.token for file in files)
    assert f"/inbox/attachments/{shown}/%C3%A9t%C3%A9.png" in page
    picture = ada.client.get(f"/inbox/attachments/{shown}/x.png", buffered=True)
    assert picture.data == PNG
    assert picture.headers["Content-Disposition"].startswith("inline")
    for token in saved:
        answer = ada.client.get(f"/inbox/attachments/{token}/x.svg", buffered=True)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_files_are_for_agents_and_named_by_token_alone(
    app: Flask, ada: Browser, settings: Settings, now: datetime
) -> None:
    file = keep(settings, "a.png", "image/png", PNG)
    letter(app, now=now, files=(file,))
    address = f"/inbox/attachments/{file.token}/a.png"
    assert app.test_client().get(address).status_code == 303
    assert ada.client.get("/inbox/attachments/..%2fsecret.key/a", buffered=True).status_code == 404
    assert ada.client.get("/inbox/attachments/unknown/a", buffered=True).status_code == 404
    (settings.files / path_of(file.token)).unlink()
    gone = ada.client.get(address, buffered=True)
    assert gone.status_code == 404
    assert "not on the disk" in gone.text


def test_a_formatted_letter_is_locked_up(app: Flask, ada: Browser, settings: Settings, now: datetime) -> None:
    inside = keep(settings, "logo.png", "image/png", PNG, inline=True, content_id="logo@x")
    html = '<p>Hello</p><img src="cid:logo@x"><img src="cid:other"><img src="https://spy.example/p.gif">'
    number = letter(app, now=now, html=html, files=(inside,))
    address = f"/inbox/tickets/SB-{number}/messages/{message_of(app)}/formatted"
    assert f'src="{address}"' in ada.get(f"/inbox/tickets/SB-{number}")
    answer = ada.client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert 'src="data:image/png;base64,' in answer.text
    assert 'src="data:,"' in answer.text
    assert "img-src data: https:;" in ada.client.get(f"{address}?pictures=1").headers["Content-Security-Policy"]
    assert ada.client.get(address.replace(f"SB-{number}", "SB-999")).status_code == 404


def test_the_original_letter_can_be_saved(app: Flask, ada: Browser, settings: Settings, now: datetime) -> None:
    settings.raw.mkdir(exist_ok=True)
    (settings.raw / "1.eml").write_bytes(b"From: cleo@example.org\r\n\r\nHi")
    with app.app_context(), transaction() as session:
        intake = Intake(
            mailbox_id=1, uidvalidity=1, uid=1, sha256="x", size=9, path="1.eml", received_at=now, kept_at=now
        )
        session.add(intake)
    number = letter(app, now=now, intake_id=1)
    answer = ada.client.get(f"/inbox/tickets/SB-{number}/messages/{message_of(app)}/original", buffered=True)
    assert answer.data.endswith(b"Hi")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_quarantine_shows_the_reason_and_tries_again(
    app: Flask, ada: Browser, settings: Settings, now: datetime
) -> None:
    assert "Every letter could be read" in ada.get("/inbox/quarantine")
    settings.raw.mkdir(exist_ok=True)
    (settings.raw / "q.eml").write_bytes(b"\0\0")
    with app.app_context(), transaction() as session:
        session.add(Intake(mailbox_id=1, uidvalidity=1, uid=1, sha256="x", size=2, path="q.eml", state="quarantined",
                           reason="It nests <too> deep.", attempts=3, received_at=now, kept_at=now))  # fmt: skip
    app.extensions.pop("counts")
    page = ada.get("/inbox/quarantine")
    assert "It nests &lt;too&gt; deep." in page
    assert ada.client.get("/inbox/intakes/1/raw", buffered=True).data == b"\0\0"
    assert ada.post("/inbox/quarantine", "/inbox/intakes/1/replay").status_code == 303
    with app.app_context():
        intake = db.session.get_one(Intake, 1)
        assert (intake.state, intake.attempts) == ("stored", 0)
    form = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
    assert ada.client.post("/inbox/intakes/1/replay", data=form).status_code == 409


def test_only_safe_pictures_of_a_bounded_size_have_a_preview(
    app: Flask, ada: Browser, settings: Settings, now: datetime
) -> None:
    files = (
        keep(settings, 'a "b".png', "image/png", PNG),
        keep(settings, "évil.svg", "image/svg+xml", b"<svg onload=alert(1)>"),
        keep(settings, "scan.tiff", "image/tiff", PNG),
        keep(settings, "logo.png", "image/png", PNG, inline=True, content_id="logo@x"),
        replace(keep(settings, "vast.png", "image/png", PNG), size=5_000_001),
    )
    page = ada.get(f"/inbox/tickets/SB-{letter(app, now=now, files=files)}")
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) == 1
    address = f"/inbox/attachments/{files[0].token}/a%20%22b%22.png"
    assert f'src="{address}" alt="a &#34;b&#34;.png"' in pictures[0]
    assert 'loading="lazy"' in pictures[0]
    assert f'<a class="preview" href="{address}" aria-label=' in page
