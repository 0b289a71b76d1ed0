"""Whom the desk believes: mail servers that judge senders, and senders whom somebody blocked or trusts."""

import re

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from supportbox import clock
from supportbox.errors import Refused
from supportbox.people.business import change_business
from supportbox.people.trust import SenderRule, forget_rule, set_rule
from supportbox.web.access import ask_to_sign_in, get_viewer, managers_only
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, forget_business, reading, writing

MOST_SERVERS, MOST_SHOWN = 10, 200
_SERVER = re.compile(r"[a-z0-9][a-z0-9._-]{0,252}")
_RULES = (
    select(SenderRule.value, SenderRule.is_blocked)
    .order_by(SenderRule.created_at.desc(), SenderRule.value)
    .limit(MOST_SHOWN)
)
_COUNT = select(func.count()).select_from(SenderRule)

bp = Blueprint("mail_trust", __name__, url_prefix="/settings/mail-trust")
bp.before_request(ask_to_sign_in)


@bp.get("")
@managers_only
def form() -> ResponseReturnValue:
    """What is believed now."""
    return _draw("\n".join(business().authserv_ids))


@bp.post("")
@managers_only
def save() -> ResponseReturnValue:
    """Keep the names of the servers."""
    text = request.form.get("servers", "")[:4000]
    servers = tuple(dict.fromkeys(text.lower().split()))
    if len(servers) > MOST_SERVERS or not all(_SERVER.fullmatch(server) for server in servers):
        return _draw(text, problem=_("At most ten names, one a line, such as mx.example.org.")), 422
    with writing() as session:
        change_business(session, authserv_ids=servers)
    forget_business()
    return redirect("/settings/mail-trust?saved", 303)


@bp.post("/rules")
@managers_only
def add_rule() -> ResponseReturnValue:
    """Block or trust an address or a whole domain."""
    value, rule = request.form.get("value", "").strip()[:300], request.form.get("rule", "")
    try:
        if rule not in ("blocked", "trusted"):
            raise Refused("Choose whether to block or to trust this sender.")
        with writing() as session:
            set_rule(session, value, blocked=rule == "blocked", agent_id=get_viewer().id, now=clock.now())
    except Refused as refused:
        servers = "\n".join(business().authserv_ids)
        return _draw(servers, value=value, rule_problem=explain(refused)), refused.status
    return redirect("/settings/mail-trust?saved", 303)


@bp.post("/rules/deletion")
@managers_only
def delete_rule() -> ResponseReturnValue:
    """That sender is like any other again."""
    with writing() as session:
        forget_rule(session, request.form.get("value", ""))
    return redirect("/settings/mail-trust?saved", 303)


def _draw(servers: str, *, problem: str = "", value: str = "", rule_problem: str = "") -> str:
    rules = reading().execute(_RULES).all()
    return render(
        "inbox/mail_trust.html",
        servers=servers,
        problem=problem,
        value=value,
        rule_problem=rule_problem,
        rules=rules,
        more=(reading().execute(_COUNT).scalar() or 0) - len(rules) if len(rules) == MOST_SHOWN else 0,
        is_saved="saved" in request.args,
    )
