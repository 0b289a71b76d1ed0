"""The form in which a way to reach somebody is kept: lower-case addresses, phone numbers in E.164, bare names."""

import re

from supportbox.errors import Refused
from supportbox.people.business import Business

NUMBERS = ("phone", "sms", "whatsapp")
KINDS = ("email", "phone", "sms", "whatsapp", "telegram", "messenger", "instagram", "chat", "account", "webhook")
LONGEST = 254
# Where neither a country nor a time zone says where the business is.
_COUNTRY_OF_LANGUAGE = {"fr": "FR", "en": "GB"}
# What comes by mail is taken as it is, so that this only has to see that it can be an address at all.
_ADDRESS = re.compile(r"[^\s@]{1,128}@[^\s@]{1,253}")


def normalise(kind: str, value: str, *, region: str = "FR") -> str:
    """The value as it is stored and compared. Refuses what cannot be one; `region` reads numbers without a country."""
    value = " ".join(value.split())
    if not value or not value.isprintable() or len(value) > LONGEST:
        raise Refused("Write the address or the number to keep.")
    if kind == "email":
        return _address(value)
    if kind in NUMBERS:
        return _number(f"+{value}" if kind == "whatsapp" and value.isdigit() and value[0] != "0" else value, region)
    if kind == "telegram":
        return value.lower() if value.startswith("@") else value
    return value


def region_of(business: Business) -> str:
    """The country whose numbers are written without its code."""
    from babel.core import get_global  # 2 MB that only a typed number needs

    territory: str = get_global("zone_territories").get(business.timezone, "")
    known = len(territory) == 2 and territory not in ("ZZ", "001")
    return business.country or (territory if known else _COUNTRY_OF_LANGUAGE.get(business.language, "FR"))


def shown(kind: str, value: str, *, region: str = "FR") -> str:
    """The value as people write it: a number of this country without its code, in groups."""
    if kind not in NUMBERS:
        return value
    import phonenumbers as numbers

    try:
        number = numbers.parse(value, None)
    except numbers.NumberParseException:
        return value
    is_here = numbers.region_code_for_number(number) == region
    form = numbers.PhoneNumberFormat.NATIONAL if is_here else numbers.PhoneNumberFormat.INTERNATIONAL
    return str(numbers.format_number(number, form))


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise Refused("%(value)s is not an e-mail address such as cleo@example.org.", value=value)
    return value.lower()


def _number(value: str, region: str) -> str:
    import phonenumbers as numbers  # its tables are read for the countries that are asked for, at the first number

    wrong = Refused("%(value)s is not a phone number such as 06 12 34 56 78 or +44 20 7946 0123.", value=value)
    try:
        number = numbers.parse(value, region)
    except numbers.NumberParseException as error:
        raise wrong from error
    # A range that opened after our tables were made is believed with its country's code.
    has_code = value.startswith(("+", "00"))
    if not (numbers.is_valid_number(number) or (has_code and numbers.is_possible_number(number))):
        raise wrong
    return str(numbers.format_number(number, numbers.PhoneNumberFormat.E164))
