"""The ticket's page: everything said and done in it, and what an agent can do there without scripts."""

from datetime import datetime

from flask import Flask

from tests.web.desk import Browser, letter


def test_a_reply_waits_for_its_undo_and_comes_back(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    ticket = f"/inbox/tickets/SB-{number}"
    answer = ada.post(ticket, f"{ticket}/replies", text="It left <today>.", then="waiting")
    assert answer.status_code == 303
    page = ada.get(ticket)
    assert "It left &lt;today&gt;." in page
    undo = next(part.split('"')[0] for part in page.split('action="') if "/replies/" in part[:60])
    back = ada.post(ticket, undo)
    assert back.status_code == 200
    assert ">It left &lt;today&gt;.</textarea>" in back.text
    assert "never sent" in back.text
