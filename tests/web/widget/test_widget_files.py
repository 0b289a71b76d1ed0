"""Files in the panel: sent with words or without, each once, shown to both sides, and to nobody else."""

from datetime import timedelta

from flask import Flask

from supportbox import clock
from supportbox.inbox.callback import Callback, finish
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.parcel import File
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import transaction
from tests.web.desk import Browser
from tests.web.widget.conftest import Guest, rows

PICTURE = ("lid.png", b"\x89PNG\r\n\x1a\n the broken lid")
KEY = "k1-with-a-file-in-it"


def test_a_picture_is_shown_to_the_visitor_and_to_the_agent(chat: Flask, cleo: Guest, ada: Browser) -> None:
    assert cleo.send("talk", PICTURE, ("note.txt", b"crack"), text="See my lid", key=KEY).status_code == 200
    (message,) = cleo.news()["messages"]
    picture, note = message["files"]
    assert (picture["name"], picture["picture"], note["picture"]) == ("lid.png", True, False)
    shown = cleo.file(picture["token"])
    assert (shown.data, shown.mimetype, shown.headers["Cache-Control"]) == (
        PICTURE[1],
        "image/png",
        "private, no-store",
    )
    assert cleo.file(note["token"]).mimetype == "application/octet-stream"
    page = ada.get(f"/inbox/tickets/SB-{rows(chat, Ticket)[0].id}")
    assert "lid.png" in page and "note.txt" in page


def test_a_file_alone_is_a_message_and_names_the_ticket(chat: Flask, cleo: Guest) -> None:
    assert cleo.send("talk", PICTURE, text="", key=KEY).status_code == 200
    assert rows(chat, Ticket)[0].subject == "lid.png"


def test_sent_again_with_its_files_it_is_there_once(chat: Flask, cleo: Guest) -> None:
    answers = [cleo.send("talk", PICTURE, text="See my lid", key=KEY).json for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(rows(chat, Message)) == len(rows(chat, Attachment)) == 1


def test_dot_with_a_copied_address_gets_nothing(chat: Flask, cleo: Guest, dot: Guest, ada: Browser) -> None:
    cleo.send("talk", PICTURE, text="See my lid", key=KEY)
    token = cleo.news()["messages"][0]["files"][0]["token"]
    dot.say("Show me hers")
    for stranger in (dot, Guest(chat), Guest(chat, token="")):
        assert stranger.file(token).status_code == 404
    assert chat.test_client().get(f"/widget/files/{token}").status_code == 404
    assert ada.client.get(f"/widget/files/{token}").status_code == 404  # her desk has another address for it


def test_a_file_of_an_answer_reaches_its_visitor_and_one_of_a_note_nobody(chat: Flask, cleo: Guest) -> None:
    cleo.send("talk", PICTURE, text="See my lid", key=KEY)
    files = chat.extensions["settings"].files
    with chat.app_context(), transaction() as session:
        ticket, ada = session.query(Ticket).one(), session.query(Agent).filter_by(name="Ada").one()
        for token, is_note in (("aa" * 16, False), ("bb" * 16, True)):
            (files / token[:2]).mkdir(exist_ok=True)
            (files / token[:2] / token).write_bytes(b"how to glue it")
            sent = File(token, "glue.pdf", "application/pdf", 14, "0" * 64)
            reply(session, ticket, ada, "Glue it.", now=clock.now(), is_note=is_note, files=(sent,))
    assert [one["name"] for message in cleo.news()["messages"] for one in message["files"]] == ["lid.png", "glue.pdf"]
    assert cleo.file("aa" * 16).data == b"how to glue it"
    assert cleo.file("bb" * 16).status_code == 404


def test_too_many_and_too_big_files_are_refused_in_one_sentence(chat: Flask, cleo: Guest) -> None:
    many = cleo.send("talk", *[(f"{n}.txt", b"x") for n in range(6)], text="All", key=KEY)
    assert (many.status_code, many.json) == (400, {"problem": "Send at most 5 files at once."})
    big = cleo.send("talk", ("film.mp4", b"0" * 10_000_001), text="Look", key=KEY)
    assert big.json == {"problem": "“film.mp4” is larger than 10 MB. Send a smaller one."}
    for path in ("talk", "letters"):
        huge = cleo.send(path, *[(f"{n}.mp4", b"0" * 9_000_000) for n in range(3)], text="Look", key=KEY)
        assert (huge.status_code, huge.json) == (
            413,
            {"problem": "The files are larger than 25 MB together. Send fewer, or smaller ones."},
        )
    assert rows(chat, Message) == []


def test_what_the_throttle_puts_off_keeps_no_file(chat: Flask, cleo: Guest) -> None:
    answers = [Guest(chat).send("talk", PICTURE, text="See", key=KEY).status_code for _ in range(41)]
    assert answers == [200] * 40 + [429]
    assert len(rows(chat, Attachment)) == 40
    kept = [path for path in chat.extensions["settings"].files.rglob("*") if path.is_file()]
    assert len(kept) == 40


def test_a_message_that_is_left_brings_its_files_once(chat: Flask, cleo: Guest) -> None:
    for _ in range(2):
        left = cleo.send("letters", PICTURE, text="My lid broke", email="cleo@example.org", key="once-" + "k" * 16)
        assert left.status_code == 200
    assert len(rows(chat, Ticket)) == len(rows(chat, Attachment)) == 1


def test_a_wish_to_be_called_that_is_sent_again_is_one_call_even_once_it_was_made(chat: Flask, cleo: Guest) -> None:
    wish = {"phone": "+33 6 12 34 56 78", "text": "My lid", "key": "call-" + "k" * 16}
    assert [cleo.post("calls", **wish).status_code for _ in range(2)] == [200, 200]
    with chat.app_context(), transaction() as session:
        ada = session.query(Agent).filter_by(name="Ada").one()
        finish(session, session.query(Callback).one(), "reached", by=ada, at=clock.now() + timedelta(minutes=1))
    assert cleo.post("calls", **wish).status_code == 200
    (call,) = rows(chat, Callback)
    assert call.outcome == "reached"
    assert len(rows(chat, Ticket)) == 1
    cleo.post("calls", **{**wish, "key": "call-" + "j" * 16})
    assert len(rows(chat, Callback)) == 2
