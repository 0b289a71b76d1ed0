"""A channel's form: drawn from the fields that its kind declares; what was typed, each problem beside its field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from supportbox.channels import vault
from supportbox.channels.gateway import Gateway
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.contact_value import NUMBERS, normalise, region_of
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business
from supportbox.web.settings.channels_words import address_shown

LONGEST = 500
_CALLED = "tel:"


@dataclass(slots=True)
class ChannelForm:
    """The values as typed; secrets are in here for as long as the request takes, and in no page."""

    kind: type[Gateway]
    address: str = ""
    language: str = "en"
    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def check(self, known_secrets: Mapping[str, str]) -> None:
        """Note what is missing or cannot be; a secret that is kept already may stay empty."""
        self.address = self._address()
        for one in self.kind.FIELDS:
            typed = self.values[one.name]
            if one.is_required and not typed and not (one.is_secret and known_secrets.get(one.name)):
                self.problems[one.name] = _("Fill this in: the channel does not work without it.")
            elif one.name in ("api", "url") and typed and not typed.startswith(("https://", "http://")):
                self.problems[one.name] = _("An address begins with https://.")
            elif one.is_secret and one.name == "secret" and typed and len(typed) < 16:
                self.problems[one.name] = _("Take at least 16 characters: whoever guesses it can write here.")

    def _address(self) -> str:
        if not self.address:
            self.problems["address"] = _("Write under which address or number customers reach you here.")
        elif self.kind.KIND in NUMBERS or self.kind.CONTACT in NUMBERS:
            kind, typed = "whatsapp" if self.kind.KIND == "whatsapp" else "phone", self.address.removeprefix(_CALLED)
            try:
                number = normalise(kind, typed, region=region_of(business()))
            except Refused as refused:
                self.problems["address"] = explain(refused)
            else:
                # One number may take texts, calls and WhatsApp: three mailboxes, each with an address of its own.
                return {"whatsapp": number.lstrip("+"), "voice": _CALLED + number}.get(self.kind.KIND, number)
        return self.address

    def write(self, box: Mailbox, settings: Settings) -> None:
        """Put it into the mailbox, secrets sealed."""
        secrets = {one.name for one in self.kind.FIELDS if one.is_secret}
        known = secrets_of(box, settings)
        given = {name: self.values[name] or known.get(name, "") for name in secrets}
        box.address, box.language = self.address, self.language
        box.name = named(self.kind, box)
        box.options = {name: value for name, value in self.values.items() if name not in secrets and value}
        box.options_sealed = vault.seal(settings, json.dumps(given))


def named(kind: type[Gateway], box: Mailbox) -> str:
    """What lists of mailboxes call it, beside those of mail."""
    return box.address if kind.KIND == "webhook" else f"{kind.NAME} {address_shown(box)}"


def secrets_of(box: Mailbox, settings: Settings) -> dict[str, str]:
    """What is kept sealed of a mailbox."""
    opened = vault.unseal(settings, box.options_sealed)
    known: dict[str, str] = json.loads(opened) if opened else {}
    return known


def read_form(kind: type[Gateway], given: Mapping[str, str]) -> ChannelForm:
    """What the browser sent; nothing in it is long or spread over lines."""
    values = {one.name: given.get(one.name, "").strip()[:LONGEST] for one in kind.FIELDS}
    values = {name: value if value.isprintable() else "" for name, value in values.items()}
    language = given.get("mailbox_language", "")
    address = " ".join(given.get("mailbox_address", "").split())[:120]
    return ChannelForm(kind, address, language if language in LANGUAGES else business().language, values)


def empty_form(kind: type[Gateway]) -> ChannelForm:
    return ChannelForm(kind, language=business().language, values={one.name: one.default for one in kind.FIELDS})


def form_of(kind: type[Gateway], box: Mailbox) -> ChannelForm:
    """The form as it is shown again, without secrets."""
    values = {one.name: "" if one.is_secret else box.options.get(one.name, one.default) for one in kind.FIELDS}
    return ChannelForm(kind, address_shown(box), box.language, values)
