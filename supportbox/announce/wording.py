"""What a notice says, in the language of the agent who reads it: on a page, in a letter, in a corner of the screen."""

from collections.abc import Callable

Translate = Callable[[str], str]


def headline(_: Translate, kind: str, what: str, *, actor: str, customer: str) -> str:
    """One short sentence without a full stop. `what` is the event's own kind; the desk itself has no `actor`."""
    who = actor or customer or _("Somebody")
    match kind:
        case "new":
            sentence = _("New ticket from %(who)s")
            who = customer or who
        case "mine" | "followed" | "unassigned":
            sentence = _("%(who)s has answered")
            who = customer or who
        case "assigned":
            sentence = _("%(who)s gave you a ticket") if actor else _("A ticket was given to you")
        case "colleague":
            sentence = _("%(who)s wrote a note") if what == "noted" else _("%(who)s replied to the customer")
        case "mentioned":
            sentence = _("%(who)s calls you in a note")
        case "failed":
            sentence = _("An answer did not arrive")
        case "callback":
            sentence = _("%(who)s waits for a call")
            who = customer or who
        case _:
            sentence = _("A ticket is back from its snooze")
    return sentence % {"who": who} if "%(who)s" in sentence else sentence
