"""What a search did not understand, said in a sentence each."""

from supportbox.search.ticket_query import OPERATORS, ORDERS, STATES, TicketQuery
from supportbox.web.i18n import gettext as _


def hints_of(query: TicketQuery) -> list[str]:
    """One sentence for each hint; the search went on without what they name."""
    return [_sentence(hint.kind, hint.about[:60]) for hint in query.hints[:3]]


def _sentence(kind: str, about: str) -> str:
    if kind == "long":
        return _("This is too long to be searched for: at most 500 characters. A few words will do.")
    if kind == "state":
        return _("is:%(about)s is not known. There are: %(known)s.", about=about, known=", ".join(STATES))
    if kind == "has":
        return _("has:%(about)s is not known. There are has:attachment and has:note.", about=about)
    if kind == "order":
        return _("order:%(about)s is not known. There are: %(known)s.", about=about, known=", ".join(ORDERS))
    if kind == "date":
        return _("%(about)s was left out: a day is written like 2026-03-01, or 7d for seven days ago.", about=about)
    known = ", ".join(f"{name}:" for name in OPERATORS)
    return _("%(about)s is no operator, and was looked for as a word. There are: %(known)s.", about=about, known=known)
