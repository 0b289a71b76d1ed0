"""An agent's own second factor: set up with an app, recovery codes shown once, switched off with the password."""

from functools import partial

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.vault import seal, unseal
from supportbox.errors import Refused
from supportbox.people.agent import Agent
from supportbox.people.recovery import count_codes, make_codes
from supportbox.people.standing import drop_second_factor
from supportbox.people.totp import app_address, is_secret, make_secret, matching_step
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in, current_settings, get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.noting import note_here
from supportbox.web.own_password import check_own_password
from supportbox.web.reading import business, writing

bp = Blueprint("second_factor", __name__, url_prefix="/settings/me/second-factor")
bp.before_request(ask_to_sign_in)
_draw = partial(render, "second_factor.html", problem="", codes=(), is_needed=False)


@bp.get("")
def form() -> str:
    """How to set it up; or that it is in use, and how many recovery codes are left."""
    me = get_viewer()
    if me.has_second_factor:
        return _draw(is_on=True, left=count_codes(db.session(), me.id), is_off_now=False)
    return _set_up(make_secret(), is_off_now="off" in request.args)


@bp.post("")
def switch_on() -> ResponseReturnValue:
    """From now on the app's code is asked for; the recovery codes are on this one page only."""
    sealed = request.form.get("sealed", "")
    secret = unseal(current_settings(), sealed)
    try:
        if not is_secret(secret):
            raise Refused("This form is not whole. Begin again.")
        with writing() as session:
            me = get_viewer().agent(session)
            if me.totp_sealed:
                raise Refused("Your second factor is in use already.")
            step = matching_step(secret, request.form.get("code", ""), after=0, now=clock.now())
            if step is None:
                raise Refused("This code is not right. Look at your app again: a new one comes every half minute.")
            me.totp_sealed, me.totp_step = seal(current_settings(), secret), step
            codes = make_codes(session, me.id, key=current_settings().key("recovery"))
            note_here(session, "second_factor_on")
    except Refused as error:
        return _set_up(secret if is_secret(secret) else make_secret(), problem=explain(error)), error.status
    return _draw(is_on=True, left=len(codes), codes=codes, is_off_now=False)


@bp.post("/codes")
def renew_codes() -> ResponseReturnValue:
    """Ten new recovery codes; the old ones open nothing any more."""
    try:
        check_own_password(request.form.get("password", ""))
        with writing() as session:
            me = _get_me(session)
            codes = make_codes(session, me.id, key=current_settings().key("recovery"))
            note_here(session, "recovery_codes_made")
    except Refused as error:
        return _again(error)
    return _draw(is_on=True, left=len(codes), codes=codes, is_off_now=False)


@bp.post("/deletion")
def switch_off() -> ResponseReturnValue:
    """The password alone is enough again."""
    try:
        check_own_password(request.form.get("password", ""))
        with writing() as session:
            drop_second_factor(session, _get_me(session))
            note_here(session, "second_factor_off")
    except Refused as error:
        return _again(error)
    return redirect("/settings/me/second-factor?off", 303)


def _get_me(session: Session) -> Agent:
    me = get_viewer().agent(session)
    if not me.totp_sealed:
        raise Refused("Your second factor is not in use.")
    return me


def _again(error: Refused) -> ResponseReturnValue:
    me = get_viewer()
    if not me.has_second_factor:
        return redirect("/settings/me/second-factor", 303)
    left = count_codes(db.session(), me.id)
    return _draw(is_on=True, left=left, is_off_now=False, problem=explain(error)), error.status


def _set_up(secret: str, *, problem: str = "", is_off_now: bool = False) -> str:
    me = get_viewer()
    address = app_address(secret, account=me.email, issuer=business().name)
    return _draw(
        is_on=False,
        left=0,
        is_off_now=is_off_now,
        problem=problem,
        is_needed=business().needs_second_factor,
        sealed=seal(current_settings(), secret),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        address=address,
        picture=_picture(address),
    )


def _picture(address: str) -> Markup:
    """The QR code as a drawing in the page. Its words are ours, and it holds nothing but rectangles."""
    # Loaded on use: few pages draw one.
    import segno

    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr"))  # noqa: S704 - segno's own drawing
