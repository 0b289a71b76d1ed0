"""A customer's contacts with their proof, and the fields that a business adds."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, NotFound, Refused
from supportbox.people import contacts
from supportbox.people.contact import Contact
from supportbox.people.contact_claim import LASTS, TRIES, claim_digits, make_claim, redeem_claim
from supportbox.people.customer import Customer
from supportbox.people.customer_field import fill_fields, keep_field, list_fields, remove_field
from supportbox.people.find import find_contact, find_or_make_contact
from tests.conftest import People

KEY = b"k" * 32


def never(contact_id: int) -> bool:
    return False


def test_a_number_typed_in_two_ways_is_one_contact(session: Session, people: People, now: datetime) -> None:
    first = contacts.add_contact(session, people.cleo, "phone", "06 12 34 56 78", region="FR", now=now)
    again = contacts.add_contact(session, people.cleo, "phone", "+33612345678", region="GB", now=now)
    assert first.id == again.id
    found = find_contact(session, "phone", "06 12 34 56 78")
    assert found and found.customer_id == people.cleo.id


def test_what_is_anothers_is_not_taken(session: Session, people: People, now: datetime) -> None:
    with pytest.raises(Conflict, match="another customer"):
        contacts.add_contact(session, people.cleo, "email", "DOT@example.net", region="FR", now=now)


def test_a_corrected_contact_has_to_be_proven_again(session: Session, people: People, now: datetime) -> None:
    contact = contacts.add_contact(session, people.cleo, "email", "cleo@exmaple.org", region="FR", now=now, how="code")
    assert contact.verified_how == "code"
    contacts.change_contact(session, contact, "cleo2@example.org", region="FR", is_used=never)
    assert (contact.value, contact.verified_at, contact.verified_how) == ("cleo2@example.org", None, None)


def test_a_contact_that_wrote_stays(session: Session, people: People, now: datetime) -> None:
    contact = contacts.list_contacts(session, people.cleo)[0]
    for change in (
        lambda: contacts.remove_contact(session, contact, is_used=lambda number: number == contact.id),
        lambda: contacts.change_contact(session, contact, "a@b.example", region="FR", is_used=lambda _: True),
    ):
        with pytest.raises(Conflict, match="Messages came from there"):
            change()
    contacts.remove_contact(session, contact, is_used=never)
    assert contacts.list_contacts(session, people.cleo) == []


def test_a_contact_of_another_customer_is_not_found(session: Session, people: People) -> None:
    theirs = contacts.list_contacts(session, people.dot)[0]
    with pytest.raises(NotFound):
        contacts.get_contact(session, people.cleo.id, theirs.id)


def test_who_writes_without_a_proper_address_is_taken_in_all_the_same(session: Session, now: datetime) -> None:
    known = find_or_make_contact(session, "email", " Odd One ", name="Odd", language="", now=now)
    assert find_contact(session, "email", "Odd One") == known


def test_the_search_key_follows_the_name(session: Session, now: datetime) -> None:
    find_or_make_contact(session, "email", "a@b.example", name="", language="", now=now)
    find_or_make_contact(session, "email", "a@b.example", name="Amélie Roy", language="fr", now=now)
    assert session.scalars(select(Customer.search_key)).all() == ["amelie roy"]


def test_fields_hold_what_they_are_for(session: Session, people: People) -> None:
    number = keep_field(session, None, name="Customer number", kind="number")
    since = keep_field(session, None, name="Since", kind="date")
    size = keep_field(session, None, name="Size", kind="choice", choices="S\nM\n\nL")
    given = {str(number.id): "1 234,5", str(since.id): "2026-03-01", str(size.id): "M", "999": "nobody asked"}
    fill_fields(session, people.cleo, given)
    assert people.cleo.fields == {str(number.id): 1234.5, str(since.id): "2026-03-01", str(size.id): "M"}
    for field, wrong in ((number, "many"), (number, "nan"), (since, "1 March"), (size, "XL")):
        with pytest.raises(Refused):
            fill_fields(session, people.cleo, {str(field.id): wrong})
    fill_fields(session, people.cleo, {str(size.id): " "})
    assert str(size.id) not in people.cleo.fields
    remove_field(session, since.id)
    fill_fields(session, people.cleo, {})
    assert people.cleo.fields == {str(number.id): 1234.5}


def test_fields_have_names_of_their_own(session: Session) -> None:
    keep_field(session, None, name="Size", kind="text")
    with pytest.raises(Conflict):
        keep_field(session, None, name=" Size ", kind="text")
    for name, kind, choices in (("", "text", ""), ("X", "blob", ""), ("X", "choice", "one")):
        with pytest.raises(Refused):
            keep_field(session, None, name=name, kind=kind, choices=choices)
    for n in range(11):
        keep_field(session, None, name=str(n), kind="text")
    with pytest.raises(Refused, match="twelve"):
        keep_field(session, None, name="one more", kind="text")
    assert len(list_fields(session)) == 12


def test_a_code_works_once_for_ten_minutes_and_five_tries(session: Session, people: People, now: datetime) -> None:
    contact = session.scalars(select(Contact).where(Contact.customer_id == people.cleo.id)).one()

    def fresh() -> str:
        claim = make_claim(session, ticket_id=7, purpose="others", kind="email", value=contact.value, now=now)
        return claim_digits(KEY, claim)

    def redeem(ticket_id: int, text: str, *, now: datetime, purpose: str = "others") -> str | None:
        claim = redeem_claim(session, KEY, ticket_id, purpose, text, now=now)
        return claim.value if claim else None

    digits = fresh()
    assert len(digits) == 6 and digits.isdigit()
    assert redeem(8, digits, now=now) is None, "another ticket's page"
    assert redeem(7, digits, now=now, purpose="safe") is None, "asked for something else"
    assert redeem(7, f" {digits[:3]} {digits[3:]} ", now=now) == contact.value
    assert redeem(7, digits, now=now) is None, "used"
    assert redeem(7, fresh(), now=now + LASTS + timedelta(seconds=1)) is None, "over"
    old, new = fresh(), fresh()
    wrong = f"{(int(new) + 1) % 1_000_000:06}"
    assert old == new or redeem(7, old, now=now) is None, "the newer one counts"
    for _ in range(TRIES - 1):
        assert redeem(7, wrong, now=now) is None
    assert redeem(7, new, now=now) is None, "five tries are used up"
