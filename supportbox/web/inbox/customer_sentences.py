"""What happened to a ticket through its customer, in sentences: merged, parted, rated, erased."""

from collections.abc import Mapping
from typing import Any

from supportbox.web.i18n import gettext as _


def customer_sentence(kind: str, who: str, data: Mapping[str, Any]) -> str:
    """One line of the timeline; "" for anything else."""
    name = data.get("name") or "…"
    if kind == "customer_merged" and not who:
        return _("It is proven: whoever wrote as %(name)s is this customer", name=name)
    if kind == "customer_merged":
        return _("%(who)s merged %(name)s into this customer", who=who, name=name)
    if kind == "customer_unmerged":
        return _("%(who)s parted %(name)s from this customer", who=who, name=name)
    plain = {
        "person_asked": _("The visitor asked for a person"),
        "machine_answered": _("The machine offered articles"),
        "rated": _("The customer rated it"),
        "erased": _("Its words were erased"),
        "participant_erased": _("Somebody who took part was erased"),
    }
    return plain.get(kind, "")
