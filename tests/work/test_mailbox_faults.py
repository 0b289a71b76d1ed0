"""Each fault of a mail server gets one plain sentence, and loses nothing."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from supportbox import clock, store
from supportbox.channels import vault
from supportbox.channels.channel import Stage
from supportbox.channels.email.accounts import add_mailbox
from supportbox.channels.kinds import open_channel
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.store import transaction
from tests.certificates import make_certificate
from tests.dovecot import DovecotMailbox
from tests.servers import PASSWORD, USERS
from tests.work.conftest import SUPPORT, Desk, letter


def sentence(desk: Desk) -> str:
    """What a round says of the only mailbox; the same must stand in the database."""
    faults = desk.once().faults
    mailbox = desk.one(Mailbox)
    assert mailbox.polled_at is not None and mailbox.good_poll_at is None
    assert list(faults.values()) == [mailbox.last_error]
    assert "\n" not in mailbox.last_error and PASSWORD not in mailbox.last_error
    return mailbox.last_error


def point(desk: Desk, scheme: str, host: str, port: int) -> None:
    desk.change_mailbox(imap_url=f"{scheme}://support%40demo.example@{host}:{port}/")


def test_wrong_password(desk: Desk, sandbox: Sandbox) -> None:
    desk.change_mailbox(imap_sealed=vault.seal(desk.settings, "wrong"))
    assert "127.0.0.1 refuses the user name or the password of support@demo.example" in sentence(desk)


def test_folder_that_is_not_there(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    dovecot_desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{dovecot.port}/Support")
    assert sentence(dovecot_desk) == f"There is no folder Support that {dovecot.user} may open."


def test_port_nobody_listens_on(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    point(desk, "imap", "127.0.0.1", port)
    said = sentence(desk)
    assert said == f"Nobody listens on 127.0.0.1 port {port}. Check the port, or whether the server runs."


def test_name_that_nobody_has(desk: Desk) -> None:
    point(desk, "imaps", "mail.invalid", 993)
    assert sentence(desk).startswith("There is no server named mail.invalid.")


def test_certificate_of_nobody(desk: Desk, dovecot: DovecotMailbox) -> None:
    point(desk, "imaps", "127.0.0.1", dovecot.tls_port)
    said = sentence(desk)
    assert said == (
        f"The certificate of 127.0.0.1 port {dovecot.tls_port} is signed by nobody but itself, "
        "so the password was not sent."
    )


@pytest.mark.parametrize(
    ("host", "expired", "words"), [("127.0.0.1", True, "has expired"), ("mail.example", False, "is for another")]
)
def test_certificate_trusted_but_wrong(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, expired: bool, words: str
) -> None:  # fmt: skip
    certificate, key = make_certificate(tmp_path, host, expired=expired)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    with Sandbox(USERS, tls=tls) as secured:
        point(desk, "imaps", "127.0.0.1", secured.imap_port)
        assert words in sentence(desk)


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_encrypted_mail_arrives(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    certificate, key = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    with Sandbox(USERS, tls=tls, starttls=scheme != "imaps") as secured:
        point(desk, scheme, "127.0.0.1", secured.imap_port)
        out = "smtps" if scheme == "imaps" else "smtp+starttls"
        sealed = vault.seal(desk.settings, PASSWORD)
        url = f"{out}://support%40demo.example@127.0.0.1:{secured.smtp_port}"
        desk.change_mailbox(smtp_url=url, smtp_sealed=sealed)
        secured.append(SUPPORT, letter())
        assert desk.once().faults == {}
        assert len(secured.inbox("cleo@demo.example")) == 1


def test_server_without_encryption(desk: Desk, sandbox: Sandbox) -> None:
    point(desk, "imap+starttls", "127.0.0.1", sandbox.imap_port)
    assert sentence(desk) == f"127.0.0.1 port {sandbox.imap_port} offers no encryption (STARTTLS). Try imaps://"
    point(desk, "imaps", "127.0.0.1", sandbox.imap_port)
    assert "does not speak TLS from the start" in sentence(desk)


def test_server_that_wants_encryption_is_never_told_the_password(desk: Desk) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_refuse_plain, args=(listening, heard), daemon=True)
        thread.start()
        point(desk, "imap", "127.0.0.1", listening.getsockname()[1])
        assert sentence(desk) == "127.0.0.1 lets nobody log in without encryption: use imap+starttls:// or imaps://"
        thread.join(10)
    assert heard and PASSWORD.encode() not in b"".join(heard)


def _refuse_plain(listening: socket.socket, heard: list[bytes]) -> None:
    """One IMAP session with a server that offers no login before STARTTLS."""
    line, _ = listening.accept()
    with line, line.makefile("rwb") as talk:
        talk.write(b"* OK hello\r\n")
        talk.flush()
        for said in talk:
            heard.append(said)
            tag = said.split()[0]
            talk.write(b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n" + tag + b" OK done\r\n")
            talk.flush()


@contextmanager
def talker(*lines: bytes) -> Iterator[int]:
    """A server that greets with these bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def talk() -> None:
            try:
                while True:
                    line, _ = listening.accept()
                    with line:
                        for said in lines:
                            line.sendall(said)
            except OSError:
                return

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "ended the connection"),
        ([b"* BYE too many of you\r\n"], "too many of you"),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], "SSH-2.0"),
        ([b"\x00\xff\xfe garbage\r\n" * 20], "port"),
        ([b"* OK hello\r\n", b"* CAPABILITY IMAP4rev1\r\nAAAA0 OK\r\n* BYE\r\n"], "port"),
    ],
)
def test_server_that_talks_nonsense(desk: Desk, lines: list[bytes], words: str) -> None:
    with talker(*lines) as port:
        point(desk, "imap", "127.0.0.1", port)
        assert words in sentence(desk)


def test_stored_password_of_another_key(desk: Desk) -> None:
    desk.change_mailbox(imap_sealed="gAAAAABnothing")
    assert "sealed with another secret key" in sentence(desk)


def test_one_broken_mailbox_does_not_hold_up_another(desk: Desk, sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with transaction() as session:
            add_mailbox(
                session,
                desk.settings,
                "sales@demo.example",
                imap_url=f"imap://sales:x@127.0.0.1:{silent.getsockname()[1]}",
                smtp_url="smtp://127.0.0.1",
                now=clock.now(),
            )
        worker = desk.worker()
        worker.start()
        try:
            sandbox.append(SUPPORT, letter())
            _until_tickets(desk, 1)
        finally:
            worker.stop(patience=0.1)


def _until_tickets(desk: Desk, count: int) -> None:
    _until(lambda: len(desk.all(Ticket)) == count)


def _until(is_so: object) -> None:
    deadline = time.monotonic() + 15
    while not is_so():  # type: ignore[operator]  # a lambda of this module
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def test_every_stage_is_told(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter())
    assert [one.sentence for one in _stages(desk)] == [
        f"IMAP: 127.0.0.1 port {sandbox.imap_port} answers, unencrypted, on this machine.",
        "IMAP: support@demo.example is logged in.",
        "IMAP: the folder INBOX is open and holds 1 letters.",
        f"SMTP: 127.0.0.1 port {sandbox.smtp_port} answers, unencrypted, on this machine.",
        f"SMTP: it takes letters from {SUPPORT}.",
    ]
    assert sandbox.flags(SUPPORT) == [frozenset()] and desk.all(Message) == []


def test_stages_stop_at_the_first_fault(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    dovecot_desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{dovecot.port}/Nowhere")
    stages = _stages(dovecot_desk)
    assert [one.is_good for one in stages] == [True, True, False]
    assert stages[-1].sentence == f"IMAP: There is no folder Nowhere that {dovecot.user} may open."


def _stages(desk: Desk) -> list[Stage]:
    mailbox = store.db.session.scalars(select(Mailbox)).one()
    store.db.session.commit()
    channel = open_channel(desk.settings, mailbox)
    try:
        return list(channel.check())
    finally:
        channel.close()
