"""A customer's link opens one request; another one's, an ended, an old and an invented one open nothing anywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supportbox import clock
from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.request_link import LASTS, make_request_token
from supportbox.store import db, transaction
from tests.conftest import NOW, add_people
from tests.security import test_rights as rights
from tests.web.desk import letter

# The one that mails a new link to where the request came from: its answer is the same for every link.
SAME_FOR_ALL = "POST /r/<token>/renewal"
LINKED = sorted(address for address in rights.RIGHTS if "/r/<token>" in address and address != SAME_FOR_ALL)
# What each address asks for when the link is good.
GIVEN = {"message": "One more thing.", "verdict": "3", "code": "000000"}
CLEOS, DOTS = "1" * 32, "2" * 32


@pytest.fixture
def app(settings: Settings) -> Flask:
    """Cleo's request comes first, then Dot's; each has a file."""
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction() as session:
        add_people(session)
    for sender, token in (("cleo@example.org", CLEOS), ("dot@example.net", DOTS)):
        number = letter(app, now=NOW, sender=sender)
        with app.app_context(), transaction() as session:
            message = session.scalars(select(Message.id).where(Message.ticket_id == number)).one()
            file = {"filename": "a.txt", "content_type": "text/plain", "size": 2, "sha256": ""}
            session.add(Attachment(message_id=message, token=token, **file))
        path = settings.files / token[:2] / token
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"hi")
    return app


def cleos(app: Flask) -> int:
    """The number of Cleo's request; Dot's is the next."""
    with app.app_context():
        return db.session.scalars(select(Ticket.id).order_by(Ticket.id)).all()[0]


def token(app: Flask, number: int = 0, *, age: timedelta = timedelta(), epoch: int = 0, key: bytes = b"") -> str:
    key = key or app.extensions["settings"].key("request-link")
    return make_request_token(key, number or cleos(app), now=clock.now() - age, epoch=epoch)


def ask(client: FlaskClient, address: str, token: str, file: str = CLEOS) -> int:
    method, _, rule = address.partition(" ")
    path = rule.replace("<token>", token).replace("<file>", file)
    return client.open(path, method=method, data=GIVEN if method == "POST" else None, buffered=True).status_code


def test_ones_own_link_opens_its_addresses(app: Flask) -> None:
    assert len(LINKED) >= 7
    for address in LINKED:
        assert ask(app.test_client(), address, token(app)) in (200, 303, 422), address


@pytest.mark.parametrize("who", ["anonymous", "customer"])
@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda app: token(app).replace(f"{cleos(app)}.", f"{cleos(app) + 1}.", 1), id="another number"),
        pytest.param(lambda app: token(app, age=LASTS + timedelta(seconds=1)), id="old"),
        pytest.param(lambda app: token(app, epoch=1), id="of an ending to come"),
        pytest.param(lambda app: token(app, key=b"another desk's"), id="another desk's"),
        pytest.param(lambda app: token(app, 999_999), id="no ticket"),
        pytest.param(lambda app: token(app)[:-1], id="cut"),
        pytest.param(lambda app: token(app) + "=", id="padded"),
        pytest.param(lambda app: token(app) + "%00", id="a NUL"),
        pytest.param(lambda app: "%20", id="blank"),
        pytest.param(lambda app: "None", id="None"),
        pytest.param(lambda app: f"{cleos(app)}..", id="no signature"),
    ],
)
def test_any_other_link_opens_nothing(who: str, forge: Callable[[Flask], str], app: Flask) -> None:
    client = app.test_client()
    if who == "customer":
        cookie = rights._cookie(app, "customer")
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    forged, before = forge(app), _counted(app)
    assert {address: ask(client, address, forged) for address in LINKED} == dict.fromkeys(LINKED, 404)
    assert _counted(app) == before


def test_an_ended_link_opens_nothing(app: Flask) -> None:
    old = token(app)
    with app.app_context(), transaction() as session:
        session.scalars(select(Ticket).order_by(Ticket.id)).all()[0].link_epoch += 1
    assert {ask(app.test_client(), address, old) for address in LINKED} == {404}


def test_ones_own_link_leads_to_no_file_of_anybody_else(app: Flask) -> None:
    address = "GET /r/<token>/files/<file>"
    assert ask(app.test_client(), address, token(app), CLEOS) == 200
    for file in (DOTS, "", "%2e%2e", f"../{DOTS[:2]}/{DOTS}", CLEOS + "%00", CLEOS[:-1]):
        assert ask(app.test_client(), address, token(app), file) == 404, file


def test_looking_by_a_link_changes_nothing(app: Flask) -> None:
    """A mail scanner opens every link of a letter, HEAD and GET, and more than once."""
    before = _counted(app)
    for method in ("GET", "HEAD", "GET"):
        for more in ("", "?rate=3", "?lang=fr"):
            assert app.test_client().open(f"/r/{token(app)}{more}", method=method).status_code == 200
    assert _counted(app) == before


def _counted(app: Flask) -> list[tuple[object, ...]]:
    with app.app_context():
        return [tuple(row) for model in (Ticket, Message) for row in db.session.execute(select(model.__table__))]
