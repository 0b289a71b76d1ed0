"""The addresses of the widget. Nobody is signed in here: the token in a header proves who writes, never a cookie."""

from flask import Blueprint, Response, g, request

from supportbox import clock
from supportbox.web.access import Viewer
from supportbox.web.forged import csrf
from supportbox.web.here import here
from supportbox.web.widget import attached, calls, claims, identify, letters, options, panel, script, talk

bp = Blueprint("widget", __name__)
csrf.exempt(bp)  # no session is read: a forged form would have to know the visitor's own token
options.install()

for address, show in (
    ("/widget.js", script.loader),
    ("/widget/panel", panel.show),
    ("/widget/panel.css", panel.style),
    ("/widget/articles", panel.articles),
    ("/widget/talk", talk.poll),
    ("/widget/files/<token>", attached.show),
    ("/widget/requests", claims.requests),
    ("/widget/confirm/<token>", claims.show),
):
    bp.get(address, endpoint=f"{show.__module__.rpartition('.')[2]}_{show.__name__}")(show)

for address, change in (
    ("/widget/talk", talk.say),
    ("/widget/person", talk.ask_for_person),
    ("/widget/address", claims.claim),
    ("/widget/confirm/<token>", claims.confirm),
    ("/widget/identity", identify.vouch),
    ("/widget/letters", letters.leave),
    ("/widget/calls", calls.ask),
):
    bp.post(address, endpoint=f"{change.__module__.rpartition('.')[2]}_{change.__name__}")(change)


@bp.after_app_request
def _note_agent(response: Response) -> Response:
    """Whoever has a page of the desk open can answer; their browser asks for news now and then."""
    found = g.get("viewer")
    if isinstance(found, Viewer) and request.blueprint == "inbox" and found.can_reply:
        if found.is_away:
            here().agent_left(found.id)
        else:
            here().agent_came(found.id, found.name, clock.now())
    return response
