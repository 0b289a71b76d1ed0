"""Machines that answer every letter at once and do not say that they are machines: they fall silent soon."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.ticket import Ticket
from supportbox.mail.letter import Letter
from tests.mailroom import Mailroom, letter

ROBOT = "Robot <robot@evil.example>"
MINUTES = 10


@dataclass(frozen=True)
class Answer:
    """What the robot writes when it gets a letter; `number` counts its letters."""

    subject: Callable[[Letter, int], str]
    text: Callable[[Letter, int], str] = lambda got, number: "I am away."
    has_ids: bool = False

    def to(self, got: Letter, number: int) -> bytes:
        ids = {"In_Reply_To": got.message_id, "References": got.message_id} if self.has_ids else {}
        back = got.reply_to or got.sender
        assert back
        return letter(ROBOT, self.subject(got, number), self.text(got, number), to=back.email, **ids)


def quoting(got: Letter, number: int) -> str:
    return f"I am away ({number}).\n\n" + "\n".join(f"> {line}" for line in got.text.splitlines())


ONE_TICKET = {
    "with ids": Answer(lambda got, number: f"Re: {got.subject}", has_ids=True),
    "with ids, other subjects": Answer(lambda got, number: f"Greetings {number}", has_ids=True),
    "with the reference": Answer(lambda got, number: f"Re: {got.subject}"),
    "in German": Answer(lambda got, number: f"AW: {got.subject}", quoting),
    "the first subject again": Answer(lambda got, number: "Re: I am a robot"),
    "to the reply address, other subjects": Answer(lambda got, number: f"Greetings {number}"),
}
FEW_TICKETS = {
    "other subjects": Answer(lambda got, number: f"Greetings {number}"),
    "other subjects and words": Answer(lambda got, number: f"Greetings {number}", lambda got, number: f"Away {number}"),
    "one subject": Answer(lambda got, number: "Gone fishing"),
    "a reference that it makes up": Answer(lambda got, number: f"Re: [SB-{number + 40}]"),
}


def minutes_of(mailroom: Mailroom, answer: Answer, now: datetime) -> tuple[int, int]:
    """Ten minutes of answering at once; returns how many letters the robot got, and how many tickets there are."""
    mailroom.take(letter(ROBOT, "I am a robot", "Hello"), now)
    got, written = 0, 1
    for second in range(0, MINUTES * 60, 2):
        at = now + timedelta(seconds=second)
        for receiver, paper in mailroom.send_due(at):
            assert receiver == "robot@evil.example"
            got += 1
            # It writes thrice for each letter, to be sure.
            for _ in range(3):
                mailroom.take(answer.to(paper, written), at)
                written += 1
    tickets = mailroom.session.scalar(select(func.count()).select_from(Ticket)) or 0
    assert not mailroom.session.scalar(select(func.count()).where(Delivery.state == "queued"))
    assert written > 1
    return got, tickets


@pytest.mark.parametrize("kind", ONE_TICKET)
def test_a_robot_that_answers_stays_in_one_ticket(mailroom: Mailroom, now: datetime, kind: str) -> None:
    mailroom.people.support.has_plus_addresses = "reply address" in kind
    got, tickets = minutes_of(mailroom, ONE_TICKET[kind], now)
    assert (got, tickets) == (1, 1)


@pytest.mark.parametrize("kind", FEW_TICKETS)
def test_a_robot_that_answers_nothing_in_particular_falls_silent(mailroom: Mailroom, now: datetime, kind: str) -> None:
    got, _ = minutes_of(mailroom, FEW_TICKETS[kind], now)
    assert got <= 3


def test_robots_of_many_names_are_stopped_by_the_minute(mailroom: Mailroom, now: datetime) -> None:
    for number in range(200):
        mailroom.take(letter(f"robot{number}@evil.example", "Hello"), now + timedelta(seconds=number / 4))
    assert len(mailroom.send_due(now + timedelta(minutes=1))) == 60
