"""Calls written after each provider's public documentation, two or more a kind: what they mean here."""

import json
from pathlib import Path

import pytest

from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from tests.channels.conftest import Desk, cases

ROOT = Path(__file__).parent
KINDS = [case.KIND for case in cases() if case.KIND not in ("voice", "chat")]  # those are called step by step


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_two(kind: str) -> None:
    assert len(list((ROOT / kind).glob("*.json"))) >= 2


def test_each_means_what_it_says(desk: Desk) -> None:
    expected = []
    for path in sorted((ROOT / desk.case.KIND).glob("*.json")):
        example = json.loads(path.read_text("utf-8"))
        call = desk.case.signed(desk.hook_url, example["said"], at=desk.now)
        assert call
        assert desk.call(call).status_code == 200, path.name
        if example["means"]:
            expected.append(example["means"])
    desk.work()
    got = {message.text: message for message in desk.all(Message)}
    assert set(got) == {means["text"] for means in expected}
    for means in expected:
        message = got[means["text"]]
        assert message.sender_value == means["sender"]
        assert message.sender_name == means.get("name", message.sender_name)
        assert not message.facts.get("defects")
    assert {intake.state for intake in desk.all(Intake)} <= {"done"}
