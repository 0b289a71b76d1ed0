"""The first run, step 4: colleagues are invited, by letter where there is a mailbox, else by links to hand over."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Refused
from supportbox.people.invitation import invite
from supportbox.web.access import get_viewer
from supportbox.web.frame import page_language, render
from supportbox.web.i18n import explain
from supportbox.web.invitations import invitation_link, send_invitation
from supportbox.web.reading import writing
from supportbox.web.setup import checklist
from supportbox.web.setup.progress import finish

MOST = 10


def form() -> ResponseReturnValue:
    return _draw("")


def save() -> ResponseReturnValue:
    """Invite all who were named, or nobody; then on to the inbox, by way of the links that must be handed over."""
    typed = request.form.get("addresses", "")[:4000]
    addresses = list(dict.fromkeys(typed.replace(",", " ").replace(";", " ").split()))
    if len(addresses) > MOST:
        return _draw(typed, problem=explain(Refused("At most ten at once: more can follow later.")))
    links: list[tuple[str, str]] = []
    language = page_language()
    try:
        with writing() as session:
            me = get_viewer().agent(session)
            for address in addresses:
                invitation, token = invite(session, address, role="agent", language=language, by=me, now=clock.now())
                if not send_invitation(session, invitation, token, me.name):
                    links.append((invitation.email, invitation_link(token)))
    except Refused as refused:
        return _draw(typed, problem=explain(refused)), refused.status
    if links:
        return _draw("", links=links)
    return end()


def end() -> ResponseReturnValue:
    """The first run is over; what is left to do stands above the inbox."""
    with writing() as session:
        finish(session)
        checklist.begin(session)
    checklist.forget()
    return redirect("/inbox/", 303)


def _draw(typed: str, *, problem: str = "", links: list[tuple[str, str]] | None = None) -> str:
    return render("setup_people.html", addresses=typed, problem=problem, links=links or [], number=4)
