"""Files that customers send, and everything that can be wrong with them: the words stay, and one sentence says what
became of the file."""

import pytest

from supportbox.channels.fetching import fetch, is_public, keys_for
from supportbox.errors import Refused
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Attachment, Message
from tests.channels.case import PICTURE, StandIn
from tests.channels.conftest import Desk, cases

CARRYING = [case for case in cases() if case.photo("") is not None]
SEVERAL = [case for case in cases() if case.photos("") is not None]
TYPED = [case for case in cases() if case.KIND in ("sms", "whatsapp")]  # they say beforehand what they will send
carrying = pytest.mark.parametrize("desk", CARRYING, indirect=True, ids=lambda case: case.KIND)
PLENTY = 31_000_000  # more than any of them hands over, and than we keep


def test_five_kinds_carry_pictures_and_three_carry_several() -> None:
    assert {case.KIND for case in CARRYING} == {"sms", "whatsapp", "messenger", "instagram", "telegram"}
    assert {case.KIND for case in SEVERAL} == {"sms", "messenger", "instagram"}


@carrying
def test_a_media_that_is_told_to_be_too_large_is_not_even_begun(desk: Desk) -> None:
    desk.stand_in.picture_headers = {"Content-Length": str(PLENTY)}
    assert "31.0 MB" in _left_out(desk)


@carrying
def test_a_media_without_an_end_is_taken_up_to_the_limit_and_no_further(desk: Desk) -> None:
    desk.stand_in.floods = True
    said = _left_out(desk)
    assert "> 2" in said
    assert 20_000_000 < desk.stand_in.flooded < 40_000_000  # the rest of it lay in the buffers on the way


@carrying
def test_a_media_that_breaks_off_is_not_kept_in_part(desk: Desk) -> None:
    desk.stand_in.picture_headers = {"Content-Length": str(len(PICTURE) + 9)}
    assert "did not answer" in _left_out(desk)


@carrying
@pytest.mark.parametrize(("status", "words"), [(404, "has it no more"), (401, "our key")])
def test_a_media_that_is_over_or_refused_is_said_to_be(desk: Desk, status: int, words: str) -> None:
    desk.stand_in.picture = (status, b"no")
    assert words in _left_out(desk)


@pytest.mark.parametrize("desk", TYPED, indirect=True, ids=lambda case: case.KIND)
def test_a_page_in_place_of_a_media_is_not_kept_as_one(desk: Desk) -> None:
    desk.stand_in.picture_headers = {"Content-Type": "text/html; charset=utf-8"}
    assert "a page in its place" in _left_out(desk)


@carrying
def test_a_provider_that_stumbles_once_is_asked_for_the_media_again(desk: Desk) -> None:
    desk.stand_in.statuses = [503]
    message = _send(desk)
    assert [file.size for file in desk.all(Attachment)] == [len(PICTURE)]
    assert not message.facts.get("defects")


@carrying
def test_a_media_is_followed_to_where_its_provider_has_it(desk: Desk) -> None:
    """Twilio answers with the address of its store."""
    desk.stand_in.picture, desk.stand_in.picture_headers = (307, b""), {"Location": "/stored"}
    desk.stand_in.stored["/stored"] = (200, "")
    message = _send(desk)
    assert [file.size for file in desk.all(Attachment)] == [len(PICTURE)]
    assert not message.facts.get("defects")


@carrying
def test_no_redirect_leads_into_our_own_network(desk: Desk) -> None:
    elsewhere = StandIn(desk.case)
    elsewhere.stored["/secret"] = (200, "")
    with elsewhere.running():
        desk.stand_in.picture, desk.stand_in.picture_headers = (307, b""), {"Location": f"{elsewhere.url}/secret"}
        assert "its address is not one of" in _left_out(desk)
    assert elsewhere.asked == []


@carrying
def test_a_media_that_leads_in_circles_ends(desk: Desk) -> None:
    desk.stand_in.picture, desk.stand_in.picture_headers = (302, b""), {"Location": "/stored"}
    desk.stand_in.stored["/stored"] = (302, "/stored")
    assert "status 302" in _left_out(desk)
    assert 2 <= len([asked for asked in desk.stand_in.asked if asked.path == "/stored"]) <= 4


@pytest.mark.parametrize("desk", SEVERAL, indirect=True, ids=lambda case: case.KIND)
def test_several_files_in_one_message_are_all_kept_in_it(desk: Desk) -> None:
    call = desk.case.signed(desk.hook_url, desk.case.photos(desk.stand_in.url), at=desk.now)
    assert call
    assert desk.call(call).status_code == 200
    desk.work()
    (message,) = desk.all(Message)
    assert [(file.message_id, file.size) for file in desk.all(Attachment)] == [(message.id, len(PICTURE))] * 3
    assert not message.facts.get("defects")


def test_our_key_goes_to_its_own_service_only() -> None:
    key = {"Authorization": "Bearer x"}
    assert keys_for(key, "https://api.example/a", "https://api.example:443/b") == key
    for other in (
        "http://api.example/b",
        "https://cdn.example/b",
        "https://api.example:8443/b",
        "https://x@cdn.example",
    ):
        assert keys_for(key, "https://api.example/a", other) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1",
                                  "0.0.0.0", "224.0.0.1", "100.64.0.1", "localhost", "2130706433"])  # fmt: skip
def test_our_own_network_is_not_the_world(host: str) -> None:
    assert not is_public(host, 443)


@pytest.mark.parametrize("place", ["file:///etc/hostname", "http://93.184.215.14/a", "ftp://93.184.215.14/a",
                                   "https://127.0.0.1:8443/a", "https://[::1]/a", "gif", ""])  # fmt: skip
def test_a_file_is_fetched_over_https_from_the_world_or_not_at_all(place: str) -> None:
    with pytest.raises(Refused, match="nowhere else"):
        fetch(place, home="https://api.example", headers=None, most=100)


def test_the_world_is() -> None:
    assert is_public("93.184.215.14", 443)
    assert is_public("2606:2800:21f:cb07::1", 443)


def _send(desk: Desk) -> Message:
    call = desk.case.signed(desk.hook_url, desk.case.photo(desk.stand_in.url), at=desk.now)
    assert call
    assert desk.call(call).status_code == 200
    desk.work()
    return desk.all(Message)[-1]


def _left_out(desk: Desk) -> str:
    """The sentence about the file of a message whose words are kept."""
    message = _send(desk)
    assert message.text == "Look."
    assert not desk.all(Attachment)
    assert {intake.state for intake in desk.all(Intake)} == {"done"}
    (said,) = message.facts["defects"]
    assert said.startswith("A file ")
    return str(said)
