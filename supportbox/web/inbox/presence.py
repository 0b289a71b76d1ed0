"""Who else has a ticket before them: told by each page of itself every few seconds, and shown in the others' heads."""

from collections.abc import Sequence

from flask import Response, request

from supportbox import clock
from supportbox.inbox.presence import KINDS, Present, leave, mark, present_at
from supportbox.web.access import get_viewer
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.gate import visible_ticket
from supportbox.web.reading import reading, writing
from supportbox.web.tagged import tagged


def beat(number: int) -> Response:
    """This page is still open: what its agent does there, or that it shuts. Answers who else is there; 304 when
    that is what the page knows already."""
    viewer, now, ticket = get_viewer(), clock.now(), visible_ticket(number)
    what = request.form.get("what", "")
    with writing() as session:
        if what in KINDS:
            mark(session, number, viewer.id, what, now=now)
        else:
            leave(session, number, viewer.id)
    others = company(present_at(reading(), number, now), viewer.id)
    return tagged({"others": others, "version": ticket.version})


def company(there: Sequence[Present], me: int) -> list[str]:
    """A sentence for each colleague at the ticket; who answers comes first."""
    return [
        _("%(name)s is replying", name=one.name)
        if one.what == "replying"
        else _("%(name)s is looking too", name=one.name)
        for one in there
        if one.agent_id != me
    ]
