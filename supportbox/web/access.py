"""Who may see what: the agent behind a request, the doors that need one, forged forms turned away."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import ParamSpec
from urllib.parse import quote

from flask import Flask, Response, after_this_request, current_app, g, redirect, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import String, bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.config import Settings
from supportbox.errors import Forbidden
from supportbox.people.agent import Agent
from supportbox.people.agent_session import LASTS, STALE, AgentSession, begin_session, end_session, note_seen
from supportbox.people.team import hidden_mailboxes
from supportbox.people.token import hash_token
from supportbox.web.forged import csrf
from supportbox.web.reading import business, reading, writing

P = ParamSpec("P")

# What stays open to an agent who has yet to set up the second factor that everybody needs.
_OWN = ("me", "second_factor", "sessions")
_AGENT = (
    select(
        Agent.id,
        Agent.email,
        Agent.name,
        Agent.role,
        Agent.language,
        Agent.theme,
        Agent.timezone,
        Agent.has_keys_off,
        Agent.is_away,
        (Agent.totp_sealed != "").label("has_second_factor"),
        AgentSession.id.label("session_id"),
        AgentSession.seen_at,
        bindparam("token", type_=String).label("token"),
    )
    .join(AgentSession, AgentSession.agent_id == Agent.id)
    .where(
        AgentSession.token_hash == bindparam("hash"),
        AgentSession.created_at > bindparam("since"),
        Agent.is_active.is_(True),
    )
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The agent who looks at a page, read without the ORM."""

    id: int
    email: str
    name: str
    role: str
    language: str
    theme: str
    timezone: str
    has_keys_off: bool
    is_away: bool
    has_second_factor: bool
    session_id: int
    seen_at: datetime
    token: str = field(repr=False)
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the session cookie keeps; worthless once the session's row is gone."""
        return self.token

    @property
    def can_reply(self) -> bool:
        return self.role != "light"

    @property
    def can_manage(self) -> bool:
        return self.role in ("owner", "admin")

    @property
    def hidden_mailboxes(self) -> frozenset[int]:
        """The mailboxes whose tickets this agent may not know of; asked once a request."""
        if "hidden_mailboxes" not in g:
            g.hidden_mailboxes = hidden_mailboxes(reading(), self.id, self.role)
        found: frozenset[int] = g.hidden_mailboxes
        return found

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    def agent(self, session: Session) -> Agent:
        """The agent as a model, for a verb that needs one."""
        return session.get_one(Agent, self.id)


class _Sessions(SecureCookieSessionInterface):
    """Static files neither read nor set a session, so that every cache may keep them."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def install(app: Flask, *, is_https: bool) -> None:
    """Sessions, logins and the protection of forms."""
    app.config.update(
        # Cookies do not tell ports apart: the demo and a real desk on one machine must not share theirs.
        SESSION_COOKIE_NAME=f"supportbox-{sha256(app.config['SECRET_KEY']).hexdigest()[:6]}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LASTS,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = _Sessions()
    manager = LoginManager(app)
    manager.session_protection = None  # an agent's phone changes its address all day
    manager.user_loader(_load)
    csrf.init_app(app)


def _load(token: str) -> Viewer | None:
    hashed = hash_token(token)
    if hashed is None:
        return None
    now = clock.now()
    row = reading().execute(_AGENT, {"token": token, "hash": hashed, "since": now - LASTS}).first()
    found = Viewer(**row._mapping) if row else None
    if found and now - found.seen_at > STALE:
        _note_seen_afterwards(found)
    return found


def _note_seen_afterwards(seen: Viewer) -> None:
    """Once the answer has left: nobody waits for it, and a page never fails for it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy to the checker
    place = request.remote_addr or ""

    def note() -> None:
        with app.app_context(), suppress(OperationalError), writing() as session:
            note_seen(session, seen.session_id, seen.id, address=place, now=clock.now())

    @after_this_request
    def later(response: Response) -> Response:
        response.call_on_close(note)
        return response


def current_settings() -> Settings:
    """What this installation was told from outside."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def viewer() -> Viewer | None:
    """The agent behind this request, if one is signed in."""
    if "viewer" not in g:
        user = current_user._get_current_object() if "_user_id" in session else None
        g.viewer = user if isinstance(user, Viewer) else None
    found: Viewer | None = g.viewer
    return found


def get_viewer() -> Viewer:
    """The agent behind this request, on pages that only agents reach."""
    found = viewer()
    if found is None:
        raise Forbidden("Please sign in first.")
    return found


def sign_in(agent: Agent) -> None:
    """Begin a fresh session for this agent: nothing of the one before stays."""
    sign_out()
    place, device = request.remote_addr or "", request.headers.get("User-Agent", "")
    with writing() as db:
        token = begin_session(db, agent.id, address=place, user_agent=device, now=clock.now())
    session.permanent = True
    begun = _load(token)
    if begun is None:
        raise Forbidden("Please sign in first.")
    login_user(begun)


def sign_out() -> None:
    """End this session here and on the server."""
    if token := session.get("_user_id"):
        with writing() as db:
            end_session(db, str(token))
    logout_user()
    session.clear()
    for kept in ("viewer", "hidden_mailboxes"):
        g.pop(kept, None)


def ask_to_sign_in() -> ResponseReturnValue | None:
    """For `before_request` of a blueprint that is for agents only."""
    if here := viewer():
        is_held = business().needs_second_factor and not here.has_second_factor and request.blueprint not in _OWN
        return redirect("/settings/me/second-factor?needed", 303) if is_held else None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect("/login" + (f"?next={quote(wanted, safe='/')}" if wanted not in ("", "/inbox/") else ""), 303)


def ask_to_be_manager() -> ResponseReturnValue | None:
    """The same for owners and admins only."""
    if answer := ask_to_sign_in():
        return answer
    check_manager()
    return None


def check_manager() -> None:
    """Refuses everybody but owners and admins."""
    if not get_viewer().can_manage:
        raise Forbidden("Only owners and admins can do this.")


def managers_only(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A page for owners and admins."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        check_manager()
        return view(*args, **kwargs)

    return guarded


def safe_next(address: str) -> str:
    """An address on this site to go to after signing in; the inbox for anything else."""
    is_ours = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if is_ours and address.isprintable() else "/inbox/"
