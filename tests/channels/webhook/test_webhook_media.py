"""Files that a program of the owner's brings along with a message."""

import base64

import pytest

from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Attachment, Message
from tests.channels.case import PICTURE
from tests.channels.conftest import Desk, cases

webhook = pytest.mark.parametrize("desk", [c for c in cases() if c.KIND == "webhook"], indirect=True, ids=["webhook"])


@webhook
def test_files_come_in_the_call_itself(desk: Desk) -> None:
    content = base64.b64encode(PICTURE).decode()
    files = [
        {"name": "../../lid.gif", "type": "image/gif; x=1", "content": content},
        {"name": "cup.gif", "type": "image/gif", "content": content},
        {"name": "bad.gif", "type": "image/gif", "content": "no base64!"},
        {"name": "none.gif"},
        "nonsense",
    ]
    assert _call(desk, files) == 200
    desk.work()
    (message,) = desk.all(Message)
    assert [(file.filename, file.content_type, file.size) for file in desk.all(Attachment)] == [
        ("lid.gif", "image/gif", len(PICTURE)),
        ("cup.gif", "image/gif", len(PICTURE)),
    ]
    assert message.facts["defects"] == [
        f"A file was left out ({name}): its content is no base64." for name in ("bad.gif", "none.gif", "file")
    ]


@webhook
@pytest.mark.parametrize("files", [None, {}, "x", 3])
def test_what_is_no_list_of_files_is_none(desk: Desk, files: object) -> None:
    assert _call(desk, files) == 200
    desk.work()
    assert [message.text for message in desk.all(Message)] == ["Look."]
    assert not desk.all(Attachment)


@webhook
def test_a_call_that_is_too_large_is_refused_before_it_is_read(desk: Desk) -> None:
    assert _call(desk, [{"name": "film.mp4", "content": "A" * 27_000_000}]) == 413
    assert not desk.all(Intake)


def _call(desk: Desk, files: object) -> int:
    said = {"id": "m1", "from": desk.case.CLEO, "text": "Look.", "files": files}
    call = desk.case.signed(desk.hook_url, said, at=desk.now)
    assert call
    return desk.call(call).status_code
