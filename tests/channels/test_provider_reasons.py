"""Every sentence that a channel beside mail can store with a message is known to the pages, and so translated."""

import re

import pytest
from flask import Flask

from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.web.inbox.provider_reasons import PROVIDERS
from supportbox.web.inbox.reasons import reason
from tests.web.test_inbox_reasons import PLACE, sentences

SOURCES = (
    "fetching",
    *(
        "http",
        "media",
        "meta",
        "meta_files",
        "parts",
        "rehearse",
        "sms",
        "telegram",
        "telegram_bot",
        "twilio",
        "webhook",
        "webhook_files",
    ),
    "whatsapp",
)
# Told to the provider that calls, who is no reader of ours, or what a class says of itself.
NOT_SHOWN = re.compile(
    r"^(Bearer |This is |The signature |The secret word |The verification word |A message needs |This call )"
)
# Fixes, and the words beside a field, are listed in web/settings/channels_words.py and asked for there.
FIXES = re.compile(r"^(Check |Copy |Nothing is wrong|Compare |Set SUPPORTBOX|At least |Letters and|Any word|BotFather)")


@pytest.mark.parametrize("source", SOURCES)
def test_every_sentence_is_known(source: str) -> None:
    known = {re.sub(r"%\(\w+\)s", PLACE, one) for one in PROVIDERS}
    # What a provider says comes in brackets, or does not come.
    known |= {one.replace(f" ({PLACE})", PLACE) for one in known}
    said = {one for one in sentences(f"channels/{source}.py") if not NOT_SHOWN.match(one) and not FIXES.match(one)}
    forms = [re.compile(re.escape(one).replace(re.escape(PLACE), ".+")) for one in known]
    assert [one for one in said if not any(form.fullmatch(one) for form in forms)] == []


def test_they_are_said_in_french_with_what_stood_in_them(settings: Settings) -> None:
    app: Flask = create_app(settings)
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert reason("SMS cannot be reached (Connection refused).") == "SMS est injoignable (Connection refused)."
        long = "This message has 4097 characters and Telegram takes 4096: send it in parts, or another way."
        assert reason(long).startswith("Ce message a 4097 caractères et Telegram en prend 4096")
        assert "statut 400) (No such user)" in reason("Telegram refused the message (status 400) (No such user).")
