"""What an invited person sees: one page for their name and password, and then the desk."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.vault import seal
from supportbox.errors import NotFound, Refused
from supportbox.inbox.desk_letter import has_way_out, queue_letter
from supportbox.people.invitation import Invitation, accept, find_invitation
from supportbox.store import db
from supportbox.web.access import current_settings, sign_in
from supportbox.web.frame import render, speak
from supportbox.web.i18n import LANGUAGES, catalogue, explain
from supportbox.web.noting import note_here
from supportbox.web.reading import business, writing

bp = Blueprint("invitations", __name__, url_prefix="/invitation")


@bp.get("/<token>")
def form(token: str) -> str:
    return _form(_get_invitation(token), token)


@bp.post("/<token>")
def take(token: str) -> ResponseReturnValue:
    """Become an agent."""
    invitation = _get_invitation(token)
    name = request.form.get("name", "").strip()[:100]
    try:
        with writing() as session:
            password = request.form.get("password", "")
            agent = accept(session, token, name=name, password=password, now=clock.now())
            note_here(session, "invitation_taken", by=agent.id, role=agent.role)
    except NotFound:
        raise
    except Refused as error:
        return _form(invitation, token, name=name, problem=explain(error)), error.status
    sign_in(agent)
    return redirect("/inbox/", 303)


def invitation_link(token: str) -> str:
    """Where the invited person goes: always below our own configured address."""
    return f"{current_settings().base_url}/invitation/{token}"


def send_invitation(session: Session, invitation: Invitation, token: str, inviter: str) -> bool:
    """Queue the letter with the link; False when no mailbox can send, so that the link must be handed over."""
    if not has_way_out(session):
        invitation.letter_id = None
        return False
    language = invitation.language if invitation.language in LANGUAGES else "en"
    subject, text = _words(language, business().name, inviter, invitation_link(token))
    letter = queue_letter(
        session,
        to=invitation.email,
        subject=subject,
        text=seal(current_settings(), text),
        is_sealed=True,
        language=language,
        kind="invitation",
        now=clock.now(),
    )
    invitation.letter_id = letter.id
    session.flush()
    return True


def _get_invitation(token: str) -> Invitation:
    invitation = find_invitation(db.session(), token, now=clock.now())
    if invitation is None:
        raise NotFound("This invitation is over or was used already. Ask for a new one.")
    if invitation.language in LANGUAGES:
        speak(invitation.language)
    return invitation


def _form(invitation: Invitation, token: str, *, name: str = "", problem: str = "") -> str:
    return render("invitation.html", email=invitation.email, token=token, name=name, problem=problem)


def _words(language: str, name: str, inviter: str, address: str) -> tuple[str, str]:
    _ = catalogue(language).gettext
    lines = (
        _("%(inviter)s invites you to the help desk of %(name)s.") % {"inviter": inviter, "name": name},
        _("To choose your password and begin, open this link within seven days. It works once."),
        address,
        _("If you do not know what this is about, do nothing."),
    )
    return _("Your invitation to the help desk of %(name)s") % {"name": name}, "\n\n".join(lines)
