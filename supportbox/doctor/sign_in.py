"""Lights of sign-ins: which account a mailbox is connected to, and what of it ends when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.email.url import read_url
from supportbox.doctor.light import Colour, Light, span
from supportbox.inbox.mailbox import Mailbox

WARN_SECRET = timedelta(days=30)
WARN_SIGN_IN = timedelta(days=3)
# A token that ended is renewed at the next poll; when it was not, nobody polls.
WORN = timedelta(minutes=10)
# Their client secrets end, two years at most after they were made.
ENDING_SECRETS = ("Microsoft",)


@dataclass(frozen=True, slots=True)
class Ending:
    """What of a sign-in ends, and when; `at` is None for a client secret whose end nobody has noted."""

    kind: Literal["token", "sign-in", "secret"]
    colour: Colour
    at: datetime | None


def account(box: Mailbox) -> str:
    """The user name at the provider."""
    return read_url(box.imap_url, "IMAP").user if box.imap_url else box.address


def endings(box: Mailbox, *, now: datetime) -> list[Ending]:
    """What is known of a connected mailbox; nothing of one with passwords."""
    if not box.oauth_sealed:
        return []
    found = []
    if box.oauth_until:
        found.append(Ending("token", "amber" if now > box.oauth_until + WORN else "green", box.oauth_until))
    if box.oauth_sign_in_until:
        found.append(Ending("sign-in", _colour(box.oauth_sign_in_until, WARN_SIGN_IN, now), box.oauth_sign_in_until))
    if box.oauth_secret_until:
        found.append(Ending("secret", _colour(box.oauth_secret_until, WARN_SECRET, now), box.oauth_secret_until))
    elif box.oauth_provider in ENDING_SECRETS:
        found.append(Ending("secret", "amber", None))
    return found


def lights(session: Session, *, now: datetime) -> list[Light]:
    """One for each connected mailbox, and one for each thing that ends soon."""
    boxes = session.scalars(
        select(Mailbox).where(Mailbox.is_active, Mailbox.oauth_sealed != "").order_by(Mailbox.id)
    ).all()
    return [light for box in boxes for light in _of(box, endings(box, now=now), now)]


def _of(box: Mailbox, found: Sequence[Ending], now: datetime) -> list[Light]:
    told = [_told(box, ending, now) for ending in found if ending.colour != "green"]
    if box.oauth_fault:
        return told  # the mailbox's own light says that somebody has to sign in
    sentence = f"{box.address} is signed in with {box.oauth_provider} as {account(box)}."
    if box.oauth_until:
        sentence += f" Its token is good until {box.oauth_until:%Y-%m-%d %H:%M} UTC and is renewed by itself."
    return [*told, *([] if any(one.name.startswith("token") for one in told) else [_green(box, sentence)])]


def _green(box: Mailbox, sentence: str) -> Light:
    return Light(f"sign-in {box.address}", "green", sentence)


def _told(box: Mailbox, ending: Ending, now: datetime) -> Light:
    provider, name = box.oauth_provider, f"{ending.kind} {box.address}"
    page = "the date stands under Mailbox health in the settings"
    if ending.at is None:
        sentence = f"Nobody has noted when {provider}'s client secret for {box.address} ends: on that day mail stops."
        return Light(name, ending.colour, sentence, f"Look it up where it was made; {page}.")
    ends = f"ended {span(now - ending.at)} ago" if now >= ending.at else f"ends in {span(ending.at - now)}"
    if ending.kind == "secret":
        fix = f"Make a new one at {provider}, sign in with it, and note its end: {page}."
        return Light(name, ending.colour, f"The client secret for {box.address} {ends}.", fix)
    if ending.kind == "sign-in":
        return Light(name, ending.colour, f"The sign-in of {box.address} {ends}.", "Sign in again in its settings.")
    sentence = f"The access token of {box.address} {ends} and was not renewed."
    return Light(name, ending.colour, sentence, "A worker renews it at its next poll: supportbox work --once")


def _colour(at: datetime, warn: timedelta, now: datetime) -> Colour:
    if now >= at:
        return "red"
    return "amber" if at - now <= warn else "green"
