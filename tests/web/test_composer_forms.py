"""The composer's forms without scripts: drafts, files, copies, forwards, and text that no refusal loses."""

import io
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.draft import Draft
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.upload import MOST_FILES, Upload
from supportbox.people.agent import Agent
from supportbox.people.team import Team, TeamMailbox
from supportbox.store import db, transaction
from tests.web.desk import Browser, form_fields, letter, sign_in


@pytest.fixture
def number(app: Flask, now: datetime) -> int:
    return letter(app, now=now)


def at(number: int, more: str = "") -> str:
    return f"/inbox/tickets/SB-{number}{more}"


def kept(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session.execute(select(Delivery.receiver, Delivery.role, Delivery.kind).order_by(Delivery.id))
        return [(row[0], row[1], row[2]) for row in rows if row[2] != "acknowledgement"]


def messages(app: Flask, kind: str) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Message.text).where(Message.kind == kind).order_by(Message.id)))


def token(browser: Browser, number: int) -> str:
    return form_fields(browser.get(at(number)), at(number, "/replies"))["csrf_token"]


def text_in(page: str, field: str = "reply") -> str:
    found = re.search(rf'<textarea id="{field}"[^>]*>(.*?)</textarea>', page, re.S)
    assert found
    return found[1]


def keep(browser: Browser, number: int, text: str, **more: str) -> int:
    fields = {"csrf_token": token(browser, number), "mode": "reply", "text": text, **more}
    return browser.client.post(at(number, "/draft"), data=fields).status_code


def test_a_draft_is_there_again_on_any_device_and_only_for_its_agent(app: Flask, ada: Browser, number: int) -> None:
    assert keep(ada, number, "Dear Cleo, I", cc="eve@carrier.example") == 200
    page = sign_in(app).get(at(number))
    assert text_in(page) == "Dear Cleo, I"
    assert "Your draft is back, saved" in page
    assert text_in(sign_in(app, "ben@shop.example").get(at(number))) == ""


def test_a_draft_of_two_megabytes_is_refused_in_one_sentence(app: Flask, ada: Browser, number: int) -> None:
    fields = {"csrf_token": token(ada, number), "mode": "reply", "text": "é" * 1_000_001}
    answer = ada.client.post(at(number, "/draft"), data=fields)
    assert answer.status_code == 400
    assert answer.json and "2 MB" in answer.json["problem"]
    with app.app_context():
        assert db.session.scalars(select(Draft)).all() == []


def test_a_draft_that_arrives_after_the_sending_stays_away(app: Flask, ada: Browser, number: int) -> None:
    page = ada.get(at(number))
    fields = form_fields(page, at(number, "/replies"))
    keep(ada, number, "On its w", send_token=fields["send_token"])
    assert ada.client.post(at(number, "/replies"), data={**fields, "text": "On its way."}).status_code == 303
    assert keep(ada, number, "On its wa", send_token=fields["send_token"]) == 204
    assert text_in(ada.get(at(number))) == ""


def test_a_discarded_draft_can_be_brought_back(app: Flask, ada: Browser, number: int) -> None:
    keep(ada, number, "Not so.")
    fields = {"csrf_token": token(ada, number), "mode": "reply"}
    gone = ada.client.post(at(number, "/draft/deletion"), data=fields)
    page = ada.get(gone.location.partition("#")[0])
    assert text_in(page) == ""
    assert "Draft discarded." in page
    ada.client.post(at(number, "/draft/restoration"), data=fields)
    assert text_in(ada.get(at(number))) == "Not so."


def test_files_that_come_with_the_form_leave_with_the_letter(app: Flask, ada: Browser, number: int) -> None:
    fields = form_fields(ada.get(at(number)), at(number, "/replies"))
    data = {**fields, "text": "See the plan.", "files": [(io.BytesIO(b"%PDF-"), "plan.pdf", "application/pdf")]}
    assert ada.client.post(at(number, "/replies"), data=data).status_code == 303
    with app.app_context():
        (file,) = db.session.scalars(select(Attachment)).all()
        assert (file.filename, file.size) == ("plan.pdf", 5)


def test_a_refusal_keeps_text_receivers_and_files(app: Flask, ada: Browser, number: int) -> None:
    fields = form_fields(ada.get(at(number)), at(number, "/replies"))
    data = {**fields, "text": "Look: {{order.number}}", "cc": "eve@carrier.example",
            "files": [(io.BytesIO(b"hi"), "a.txt", "text/plain")]}  # fmt: skip
    answer = ada.client.post(at(number, "/replies"), data=data)
    assert answer.status_code == 400
    assert text_in(answer.text) == "Look: {{order.number}}"
    assert 'value="eve@carrier.example"' in answer.text
    assert "a.txt" in answer.text
    (upload,) = re.findall(r'name="upload" value="([0-9a-f]{32})"', answer.text)
    again = form_fields(answer.text, at(number, "/replies"))
    sent = ada.client.post(at(number, "/replies"), data={**again, "text": "Look: 7", "upload": upload})
    assert sent.status_code == 303
    assert messages(app, "agent") == ["Look: 7"]
    with app.app_context():
        assert db.session.scalars(select(Attachment.filename)).all() == ["a.txt"]


def test_two_hundred_files_get_one_sentence(app: Flask, ada: Browser, number: int) -> None:
    fields = form_fields(ada.get(at(number)), at(number, "/replies"))
    many = [(io.BytesIO(b"x"), f"{one}.txt", "text/plain") for one in range(200)]
    answer = ada.client.post(at(number, "/replies"), data={**fields, "text": "All of it.", "files": many})
    assert answer.status_code == 400
    assert f"at most {MOST_FILES} files" in answer.text
    assert text_in(answer.text) == "All of it."


def test_somebody_elses_upload_cannot_be_sent(app: Flask, ada: Browser, number: int) -> None:
    data = {"csrf_token": token(ada, number), "files": [(io.BytesIO(b"hi"), "a.txt", "text/plain")]}
    said = ada.client.post("/inbox/uploads", data=data).json
    assert said
    ben = sign_in(app, "ben@shop.example")
    ben.post(at(number), at(number, "/replies"), text="Mine.", upload=said["files"][0]["token"])
    assert ben.client.get(said["files"][0]["href"]).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Attachment)).all() == []
        assert len(db.session.scalars(select(Upload)).all()) == 1


def test_copies_go_where_the_agent_says(app: Flask, ada: Browser, number: int) -> None:
    ada.post(
        at(number),
        at(number, "/replies"),
        text="Hi.",
        cc="Eve <eve@carrier.example>, dan@x.example",
        bcc="boss@shop.example",
    )
    assert kept(app) == [
        ("cleo@example.org", "to", "reply"), ("eve@carrier.example", "cc", "reply"),
        ("dan@x.example", "cc", "reply"), ("boss@shop.example", "bcc", "reply"),
    ]  # fmt: skip
    assert 'value="eve@carrier.example, dan@x.example"' in ada.get(at(number))


def test_the_same_form_sent_by_two_tabs_leaves_once(app: Flask, ada: Browser, number: int) -> None:
    fields = form_fields(ada.get(at(number)), at(number, "/replies"))
    for text in ("Once.", "Once.", "Once again."):
        ada.client.post(at(number, "/replies"), data={**fields, "text": text})
    assert messages(app, "agent") == ["Once."]


def test_a_reply_to_a_merged_ticket_waits_in_the_one_that_it_became(
    app: Flask, ada: Browser, number: int, now: datetime
) -> None:
    other = letter(app, now=now, subject="Another")
    fields = form_fields(ada.get(at(number)), at(number, "/replies"))
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, number).merged_into_id = other
    answer = ada.client.post(at(number, "/replies"), data={**fields, "text": "Hello."})
    assert answer.status_code == 409
    assert f"SB-{other}" in answer.text
    assert text_in(answer.text) == "Hello."
    again = form_fields(answer.text, at(other, "/replies"))
    assert ada.client.post(at(other, "/replies"), data={**again, "text": "Hello."}).status_code == 303


def test_a_reply_to_a_deleted_ticket_is_kept(app: Flask, ada: Browser, number: int, now: datetime) -> None:
    fields = form_fields(ada.get(at(number)), at(number, "/replies"))
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, number).deleted_at = now
    answer = ada.client.post(at(number, "/replies"), data={**fields, "text": "Hello."})
    assert answer.status_code == 409
    assert text_in(answer.text) == "Hello."


def test_a_reply_to_a_ticket_of_another_team_is_kept_and_tells_nothing(app: Flask, number: int) -> None:
    ben = sign_in(app, "ben@shop.example")
    fields = form_fields(ben.get(at(number)), at(number, "/replies"))
    with app.app_context(), transaction() as session:
        team = Team(name="Others")
        session.add(team)
        session.flush()
        session.add(TeamMailbox(team_id=team.id, mailbox_id=1))
    answer = ben.client.post(at(number, "/replies"), data={**fields, "text": "My words."})
    assert answer.status_code == 404
    assert "My words." in answer.text
    assert "Where is my parcel" not in answer.text


def test_a_forward_takes_the_chosen_messages_and_their_files(app: Flask, ada: Browser, number: int) -> None:
    page = ada.get(at(number))
    (message,) = re.findall(r'name="message" value="(\d+)" checked', page)
    sent = ada.post(at(number), at(number, "/forwards"), text="Is it yours?", to="eve@carrier.example", message=message)
    assert sent.status_code == 303
    assert kept(app) == [("eve@carrier.example", "to", "forward")]
    (note,) = messages(app, "note")
    assert "It has not come." in note


def test_a_reply_that_is_taken_back_is_in_the_composer_with_all_that_it_had(
    app: Flask, ada: Browser, number: int
) -> None:
    fields = form_fields(ada.get(at(number)), at(number, "/replies"))
    data = {**fields, "text": "Too quick.", "cc": "eve@carrier.example", "files": [(io.BytesIO(b"hi"), "a.txt")]}
    ada.client.post(at(number, "/replies"), data=data)
    with app.app_context():
        sent = db.session.scalars(select(Message).where(Message.kind == "agent")).one()
    answer = ada.post(at(number), at(number, f"/replies/{sent.id}/delete"))
    assert text_in(answer.text) == "Too quick."
    assert 'value="eve@carrier.example"' in answer.text
    assert "a.txt" in answer.text


@pytest.mark.parametrize(
    ("after", "where"),
    [("next", "/inbox/tickets/SB-2?sent="), ("list", "/inbox/mine?sent="), ("stay", "/inbox/tickets/SB-1?in=mine#m")],
)
def test_after_sending_the_agent_goes_where_they_like(
    app: Flask, ada: Browser, number: int, after: str, where: str
) -> None:
    with app.app_context(), transaction() as session:
        session.scalars(select(Agent).where(Agent.email == "ada@shop.example")).one().after_send = after
    fields = form_fields(ada.get(at(number, "?in=mine")), at(number, "/replies?in=mine"))
    answer = ada.client.post(
        at(number, "/replies?in=mine"), data={**fields, "text": "Hi.", "next": "/inbox/tickets/SB-2"}
    )
    assert answer.location.startswith(where)


def test_the_bar_after_sending_takes_it_back(app: Flask, ada: Browser, number: int) -> None:
    fields = form_fields(ada.get(at(number)), at(number, "/replies"))
    answer = ada.client.post(at(number, "/replies"), data={**fields, "text": "Hi."})
    page = ada.get(answer.location)
    assert "Your reply to Cleo leaves in" in page
    (action,) = re.findall(r'action="(/inbox/tickets/SB-\d+/replies/\d+/delete)"', page)
    assert text_in(ada.post(answer.location, action).text) == "Hi."


def test_send_and_snooze(app: Flask, ada: Browser, number: int) -> None:
    ada.post(at(number), at(number, "/replies"), text="Hi.", then="snooze-3d")
    with app.app_context():
        ticket = db.session.get_one(Ticket, number)
        assert ticket.status == "waiting"
        assert ticket.snoozed_until and ticket.snoozed_until - ticket.updated_at == timedelta(days=3)


def test_a_light_agent_has_a_note_and_no_more(app: Flask, number: int) -> None:
    with app.app_context(), transaction() as session:
        session.scalars(select(Agent).where(Agent.email == "ben@shop.example")).one().role = "light"
    page = sign_in(app, "ben@shop.example").get(at(number))
    assert 'id="note"' in page
    assert 'id="reply"' not in page
    assert 'id="forward"' not in page
