"""Passwords of mail servers lie sealed in the database."""

from dataclasses import replace

import pytest

from supportbox.channels import vault
from supportbox.config import Settings
from supportbox.errors import Refused


def test_seal_and_unseal(settings: Settings) -> None:
    sealed = vault.seal(settings, "pä:ss/word")
    assert "word" not in sealed and vault.unseal(settings, sealed) == "pä:ss/word"
    assert sealed != vault.seal(settings, "pä:ss/word")


def test_nothing_stays_nothing(settings: Settings) -> None:
    assert vault.seal(settings, "") == "" and vault.unseal(settings, "") == ""


def test_another_key_opens_nothing(settings: Settings) -> None:
    sealed = vault.seal(settings, "secret")
    with pytest.raises(Refused, match="sealed with another secret key"):
        vault.unseal(replace(settings, secret_key="another"), sealed)
