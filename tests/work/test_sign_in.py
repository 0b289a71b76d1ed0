"""Mailboxes at Microsoft and Google: tokens instead of passwords, renewed in time and by one alone, and when somebody
has taken the permission back, one sentence and silence."""

import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from supportbox import clock, store
from supportbox.channels.email import grants, oauth
from supportbox.channels.email.accounts import add_mailbox
from supportbox.channels.email.faults import Fault
from supportbox.errors import Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.ticket import Ticket
from supportbox.store import transaction
from tests import dovecot as dovecots
from tests.channels.email.provider import CLIENT, LIFE, REDIRECT, TokenServer
from tests.servers import leave_out
from tests.work.conftest import SUPPORT, Desk, letter

USER = "support@office.example"


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    server = TokenServer(USER)
    yield server
    server.close()


def sign_in(tokens: TokenServer, now: datetime) -> oauth.Grant:
    begun = oauth.begin_sign_in(tokens.provider, CLIENT, REDIRECT, USER)
    code, state = tokens.agree(begun)
    assert state == begun.state
    return oauth.redeem_code(tokens.provider, CLIENT, code, REDIRECT, begun.verifier, now=now)


def test_code_works_once_and_only_with_its_verifier(tokens: TokenServer, now: datetime) -> None:
    begun = oauth.begin_sign_in(tokens.provider, CLIENT, REDIRECT, USER)
    code, _ = tokens.agree(begun)
    with pytest.raises(oauth.SignInOver):
        oauth.redeem_code(tokens.provider, CLIENT, code, REDIRECT, "another", now=now)
    code, _ = tokens.agree(begun)
    grant = oauth.redeem_code(tokens.provider, CLIENT, code, REDIRECT, begun.verifier, now=now)
    assert (grant.renew_at, grant.ends_at) == (now + timedelta(seconds=2880), now + timedelta(seconds=LIFE))
    assert grant.access_token not in repr(grant) and CLIENT.client_secret not in repr(grant)
    assert oauth.Grant.from_text(grant.to_text()) == grant
    with pytest.raises(oauth.SignInOver):
        oauth.redeem_code(tokens.provider, CLIENT, code, REDIRECT, begun.verifier, now=now)


def test_wrong_client_secret_is_said(tokens: TokenServer, now: datetime) -> None:
    begun = oauth.begin_sign_in(tokens.provider, CLIENT, REDIRECT, USER)
    code, _ = tokens.agree(begun)
    with pytest.raises(oauth.SignInOver, match="client secret"):
        oauth.redeem_code(tokens.provider, oauth.Client("x", "y"), code, REDIRECT, begun.verifier, now=now)


def test_secrets_go_over_https_only_and_follow_nobody(tokens: TokenServer, now: datetime) -> None:
    grant = sign_in(tokens, now)
    away = oauth.Grant.from_text(grant.to_text().replace(tokens.url, "http://login.example"))
    with pytest.raises(Refused, match="https://"):
        oauth.renew(away, now=now)
    tokens.fails = 302
    with pytest.raises(Fault, match="status 302"):
        oauth.renew(grant, now=now)


def test_servers_of_the_known_providers() -> None:
    imap, smtp = oauth.PROVIDERS["google"].server_urls("ada+x@shop.example")
    assert imap == "imaps://ada%2Bx%40shop.example@imap.gmail.com:993/INBOX"
    assert smtp == "smtps://ada%2Bx%40shop.example@smtp.gmail.com:465"
    assert all(one.token_url.startswith("https://") for one in oauth.PROVIDERS.values())


@pytest.fixture
def office(bare_desk: Desk, tokens: TokenServer) -> Desk:
    """A desk whose mailbox was signed in to just now; its servers are set by those tests that need them."""
    return connect(bare_desk, sign_in(tokens, clock.now()), "imap://{user}@127.0.0.1:9", "smtp://{user}@127.0.0.1:9")


def connect(desk: Desk, grant: oauth.Grant, imap: str, smtp: str) -> Desk:
    user = "support%40office.example"
    with transaction() as session:
        urls = {"imap_url": imap.format(user=user), "smtp_url": smtp.format(user=user)}
        add_mailbox(session, desk.settings, SUPPORT, **urls, grant=grant, now=clock.now())
    return desk


def token(desk: Desk, minutes: float, refused: str = "") -> str:
    store.db.session.remove()
    return grants.access_token(desk.settings, 1, clock.now() + timedelta(minutes=minutes), refused=refused)


def test_renewed_at_four_fifths_of_its_life(office: Desk, tokens: TokenServer) -> None:
    first = token(office, 0)
    assert token(office, 47) == first and tokens.asked == ["authorization_code"]
    second = token(office, 49)
    assert second != first and tokens.asked[1:] == ["refresh_token"]
    assert token(office, 49 + 47) == second and len(tokens.asked) == 2
    # The rotated refresh token was kept, else this would be refused.
    assert token(office, 49 + 49) not in (first, second)
    tokens.is_rotating = False
    token(office, 200), token(office, 300)
    assert len(tokens.asked) == 5


def test_people_may_see_with_whom_and_until_when(office: Desk) -> None:
    box = office.one(Mailbox)
    assert box.oauth_provider == "Microsoft" and box.oauth_until and box.oauth_sign_in_until is None
    token(office, 49)
    renewed = office.one(Mailbox).oauth_until
    assert renewed and renewed > box.oauth_until


def test_a_sign_in_that_ends_is_told_and_ends_when_it_was_to_end(tokens: TokenServer, now: datetime) -> None:
    grant = replace(sign_in(tokens, now), refresh_seconds=7 * 86_400)
    assert grant.sign_in_ends_at == now + timedelta(days=7)
    assert oauth.renew(grant, now=now + timedelta(days=2)).sign_in_ends_at == now + timedelta(days=7)


def test_tokens_lie_sealed(office: Desk, tokens: TokenServer) -> None:
    secret = token(office, 0)
    raw = b"".join(path.read_bytes() for path in office.settings.instance.rglob("supportbox.db*"))
    assert secret.encode() not in raw and CLIENT.client_secret.encode() not in raw


def test_one_renews_while_the_others_wait(office: Desk, tokens: TokenServer) -> None:
    tokens.pause = 0.3
    got: list[str] = []

    def ask() -> None:
        with office.app.app_context():
            got.append(token(office, 50))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8 and len(set(got)) == 1 and tokens.asked[1:] == ["refresh_token"]


def test_provider_that_is_away_interrupts_nothing_before_the_end(office: Desk, tokens: TokenServer) -> None:
    first = token(office, 0)
    tokens.fails = 500
    assert token(office, 50) == first
    with pytest.raises(Fault, match=r"Microsoft cannot renew the sign-in now \(status 500"):
        token(office, 61)
    tokens.fails = 0
    assert token(office, 61) != first


def test_revoked_is_one_sentence_and_then_silence(office: Desk, tokens: TokenServer) -> None:
    tokens.revoke()
    said = "Microsoft no longer lets SupportBox into this mailbox. Sign in again."
    for minutes in range(60, 70):
        with pytest.raises(oauth.SignInOver, match=said):
            token(office, minutes)
    assert tokens.asked[1:] == ["refresh_token"]
    assert office.once().faults == {SUPPORT: said} and office.one(Mailbox).last_error == said
    assert len(tokens.asked) == 2
    with transaction() as session:
        grants.connect(session, office.settings, session.get_one(Mailbox, 1), sign_in(tokens, clock.now()))
    assert token(office, 1) in tokens.live


@pytest.fixture
def office_dovecot(tokens: TokenServer) -> Iterator[dovecots.Dovecot]:
    """A Dovecot that asks the provider about each token."""
    if not dovecots.version().startswith("2.3."):
        leave_out("Dovecot 2.3 is not installed: apt install dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="supportbox-dovecot-"))
    folder.chmod(0o755)
    server = dovecots.Dovecot(folder, introspect=f"{tokens.url}/introspect")
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def test_letters_come_in_by_a_token(bare_desk: Desk, tokens: TokenServer, office_dovecot: dovecots.Dovecot) -> None:
    imap = f"imap://{{user}}@127.0.0.1:{office_dovecot.port}"
    desk = connect(bare_desk, sign_in(tokens, clock.now()), imap, "smtp://127.0.0.1:9")
    desk.change_mailbox(has_acknowledgement=False)
    mailbox = office_dovecot.mailbox(USER)
    mailbox.deliver(letter())
    assert desk.once().faults == {}
    # Taken back by the server before its time: the next round gets another one, without a word.
    tokens.live.clear()
    mailbox.deliver(letter("Kettle", number=2))
    assert desk.once().faults == {}
    assert [one.subject for one in desk.all(Ticket)] == ["Teapot", "Kettle"]
    assert tokens.asked == ["authorization_code", "refresh_token"]
    tokens.revoke()
    (said,) = desk.once().faults.values()
    assert said.startswith("Microsoft no longer lets SupportBox in")


class _Sink:
    """An SMTP server that takes letters from those who have a live token."""

    def __init__(self, is_live: Callable[[str], bool]) -> None:
        self.is_live, self.letters = is_live, 0

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        import base64

        user, bearer = base64.b64decode(args[1]).decode().rstrip("\1").split("\1")
        assert user == f"user={USER}" and bearer.startswith("auth=Bearer ")
        if self.is_live(bearer.removeprefix("auth=Bearer ")):
            return AuthResult(success=True, auth_data=USER)
        assert await server.challenge_auth(b'{"status":"401"}') == b""
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 Authentication required"
        envelope.mail_from = sender
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: object, envelope: object) -> str:
        self.letters += 1
        return "250 OK"


def test_answers_leave_by_a_token(office: Desk, tokens: TokenServer) -> None:
    sink = _Sink(lambda one: one in tokens.live)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port, auth_require_tls=False)
    controller.start()
    try:
        office.change_mailbox(smtp_url=f"smtp://support%40office.example@127.0.0.1:{port}", imap_url="")
        _queue(office)
        office.once()
        assert (office.one(Delivery).last_error, office.one(Delivery).state, sink.letters) == ("", "sent", 1)
        tokens.live.clear()
        _queue(office)
        office.once()
        assert [one.state for one in office.all(Delivery)] == ["sent", "sent"]
        tokens.revoke()
        _queue(office)
        office.once()
        last = office.all(Delivery)[-1]
        assert last.state == "queued" and "no longer lets SupportBox in" in last.last_error
    finally:
        controller.stop()


def _queue(desk: Desk) -> None:
    """A ticket that nobody wrote by mail, and Ada's answer to it."""
    from supportbox.inbox.parcel import Incoming, Sender
    from supportbox.inbox.receive import receive

    with transaction() as session:
        incoming = Incoming(
            channel="form", sender=Sender("email", "cleo@example.org"), subject="Hi", text="Hello", at=clock.now()
        )
        receipt = receive(session, incoming, now=clock.now())
    assert receipt.ticket_id
    desk.answer(ticket=receipt.ticket_id)
