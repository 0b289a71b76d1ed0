"""Contacts are compared in one form, whatever way people write them."""

import pytest

from supportbox.errors import Refused
from supportbox.people.business import Business
from supportbox.people.contact_value import normalise, region_of, shown
from supportbox.people.folding import fold


@pytest.mark.parametrize(
    ("kind", "typed", "region", "kept"),
    [
        ("email", " Cleo@Example.ORG ", "FR", "cleo@example.org"),
        ("phone", "06 12 34 56 78", "FR", "+33612345678"),
        ("phone", "06.12.34.56.78", "FR", "+33612345678"),
        ("phone", "+33 (0)6 12 34 56 78", "GB", "+33612345678"),
        ("phone", "0033 6 12 34 56 78", "FR", "+33612345678"),
        ("phone", "020 7946 0123", "GB", "+442079460123"),
        ("sms", "+1 (202) 555-0123", "FR", "+12025550123"),
        ("whatsapp", "33612345678", "FR", "+33612345678"),
        ("telegram", "@CleoC", "FR", "@cleoc"),
        ("chat", " v-17 ", "FR", "v-17"),
    ],
)
def test_one_form_for_all_ways_to_write_it(kind: str, typed: str, region: str, kept: str) -> None:
    assert normalise(kind, typed, region=region) == kept
    assert normalise(kind, kept, region="US") == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        *(("email", text) for text in ("", "cleo", "@example.org", "cleo@", "a b@example.org", "a@b@c", "x" * 300)),
        *(("phone", text) for text in ("", "cleo", "12", "06 12", "1" * 40, "+999 1234567", "call me")),
        ("chat", "a\x00b"),
        ("telegram", "  "),
    ],
)
def test_nonsense_gets_one_sentence(kind: str, typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        normalise(kind, typed)
    assert str(refusal.value).endswith(".") and "%(" not in str(refusal.value)


def test_numbers_are_read_as_in_the_country_of_the_business() -> None:
    assert region_of(Business(timezone="Europe/Brussels")) == "BE"
    assert region_of(Business(timezone="Europe/Brussels", country="LU")) == "LU"
    assert region_of(Business(timezone="UTC", language="en")) == "GB"
    assert region_of(Business(timezone="Etc/UTC", language="fr")) == "FR"


def test_numbers_are_shown_in_groups_and_abroad_with_their_country() -> None:
    assert shown("phone", "+33612345678", region="FR") == "06 12 34 56 78"
    assert shown("phone", "+33612345678", region="GB") == "+33 6 12 34 56 78"
    assert shown("phone", "not a number", region="GB") == "not a number"
    assert shown("email", "cleo@example.org") == "cleo@example.org"


def test_folding_forgets_case_and_accents() -> None:
    assert fold("  Amélie  Œuvray ") == fold("AMELIE oeuvray") == "amelie oeuvray"
