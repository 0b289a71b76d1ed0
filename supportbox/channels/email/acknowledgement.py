"""The words of an acknowledgement: the mailbox's own where it has some, else the usual ones, in one language."""

from supportbox.channels.translations import catalogue

# Nothing that the sender of a letter chose may stand in it: it would be carried to any address that they forged.
FIELDS = ("{{ticket.reference}}", "{{mailbox.name}}", "{{mailbox.address}}")
LONGEST = 4000


def acknowledgement_text(own: str, language: str, name: str, address: str, reference: str) -> str:
    """Markdown as it leaves; the fields are put in as they are, nothing in them is looked at again."""
    if not own.strip():
        return usual_text(language, name or address)
    values = dict(zip(FIELDS, (reference, name or address, address), strict=True))
    pieces, rest = [], own
    while rest:
        at, field = min(((rest.find(one), one) for one in FIELDS if one in rest), default=(-1, ""))
        if at < 0:
            break
        pieces += [rest[:at], values[field]]
        rest = rest[at + len(field) :]
    return "".join([*pieces, rest]).strip()


def usual_text(language: str, name: str) -> str:
    """What a mailbox says that nobody gave words of its own."""
    _ = catalogue(language).gettext
    lines = (
        _("Hello,"),
        _("Thank you for writing to %(name)s. Your request has arrived, and we will answer it as soon as we can."),
        _("If you want to add something, simply answer this message."),
    )
    return "\n\n".join(lines) % {"name": name}
