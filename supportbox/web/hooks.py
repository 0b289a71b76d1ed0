"""The door for calls: proven, kept, answered at once; what they say is understood later by the worker."""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from supportbox import clock
from supportbox.channels.gateway import Gateway
from supportbox.channels.hook import Hook
from supportbox.channels.kinds import KINDS, open_channel
from supportbox.channels.knocks import keep_knocks
from supportbox.config import Settings
from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import db
from supportbox.web.forged import csrf
from supportbox.web.i18n import explain
from supportbox.web.reading import business

bp = Blueprint("hooks", __name__, url_prefix="/hooks")
csrf.exempt(bp)  # providers have no form of ours; each call proves itself
# A page that is not there answers the same, whatever was wrong: nobody learns which addresses exist.
_NOWHERE = "There is nothing here."


@bp.route("/<kind>/<token>", methods=["GET", "POST"])
def call(kind: str, token: str) -> ResponseReturnValue:
    """One call of a provider. Its address says for which mailbox, its signature says that it is the provider's."""
    settings: Settings = current_app.extensions["settings"]
    mailbox = _mailbox(kind, token)
    channel = open_channel(settings, mailbox)
    if not isinstance(channel, Gateway):
        raise NotFound(_NOWHERE)
    now = clock.now()
    try:
        if not channel.is_filled_in():
            raise Forbidden("This channel is not filled in yet.")
        answer = channel.take(_hook(channel))
    except Refused as refusal:
        return Response(explain(refusal) + "\n", status=refusal.status, mimetype="text/plain")
    if answer.knocks:
        keep_knocks(settings, mailbox.id, answer.knocks, now=now)
    return Response(answer.body, status=answer.status, content_type=answer.content_type)


def _mailbox(kind: str, token: str) -> Mailbox:
    if kind not in KINDS or not 20 <= len(token) <= 100:
        raise NotFound(_NOWHERE)
    session = db.session()
    # A paused one too: what comes is kept and waits, since not every provider would bring it a second time.
    found = session.scalar(select(Mailbox).where(Mailbox.hook_token == token, Mailbox.channel == kind))
    session.commit()
    if found is None:
        raise NotFound(_NOWHERE)
    return found


def _hook(channel: Gateway) -> Hook:
    # The address as the provider was told it: what a proxy made of it on the way here proves nothing.
    query = request.query_string.decode("ascii", "replace")
    return Hook(
        method=request.method,
        url=channel.hook_url() + (f"?{query}" if query else ""),
        query=request.args.to_dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data(cache=False),
        at=clock.now(),
        hours=business().hours,
    )
