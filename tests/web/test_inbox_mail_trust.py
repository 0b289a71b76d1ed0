"""The page of mail servers that are believed and of senders who are blocked or trusted."""

from datetime import datetime

from flask import Flask

from supportbox.people.business import load_business
from supportbox.people.trust import is_blocked
from supportbox.store import db
from tests.web.desk import Browser, form_fields, letter

PAGE = "/settings/mail-trust"


def servers(app: Flask) -> tuple[str, ...]:
    with app.app_context():
        return load_business(db.session()).authserv_ids


def test_servers_are_kept_one_a_line_and_nonsense_is_refused(app: Flask, ada: Browser) -> None:
    assert ada.post(PAGE, PAGE, servers="MX.shop.example\n\n mail-1.host.example\nmx.shop.example").status_code == 303
    assert servers(app) == ("mx.shop.example", "mail-1.host.example")
    assert ">mx.shop.example\nmail-1.host.example</textarea>" in ada.get(PAGE)
    for wrong in ("mx.<b>", "a;b", "\n".join(f"mx{i}.example" for i in range(11))):
        answer = ada.post(PAGE, PAGE, servers=wrong)
        assert answer.status_code == 422
        assert "At most ten names" in answer.text
    assert servers(app) == ("mx.shop.example", "mail-1.host.example")
    ada.post(PAGE, PAGE, servers="")
    assert servers(app) == ()


def test_rules_are_added_listed_and_forgotten(app: Flask, ada: Browser, now: datetime) -> None:
    assert "Nobody is blocked or trusted yet." in ada.get(PAGE)
    assert ada.post(PAGE, f"{PAGE}/rules", value="@Spam.example", rule="blocked").status_code == 303
    number = letter(app, now=now, sender="x@spam.example")
    assert "Its sender was blocked." in ada.get(f"/inbox/tickets/SB-{number}")
    shown = ada.get(PAGE)
    assert "@spam.example</span>" in shown
    refused = ada.post(PAGE, f"{PAGE}/rules", value="<nobody>", rule="trusted")
    assert refused.status_code == 400
    assert 'value="&lt;nobody&gt;"' in refused.text
    form = form_fields(shown, f"{PAGE}/rules/deletion")
    assert form["value"] == "@spam.example"
    assert ada.client.post(f"{PAGE}/rules/deletion", data=form).status_code == 303
    with app.app_context():
        assert is_blocked(db.session(), "x@spam.example") is None
