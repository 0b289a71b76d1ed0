"""Mail servers with one fault each, for whoever tests the words that it gets."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supportbox.channels.email.presets import Server
from supportbox.demo.sandbox import HOST, Sandbox
from tests.certificates import make_certificate
from tests.servers import PASSWORD, USERS

# What the screen shows: IMAP, SMTP, the password.
Screen = tuple[Server, Server, str]
Fault = Callable[[Path, pytest.MonkeyPatch], "Iterator[Screen]"]


def _plain(sandbox: Sandbox) -> tuple[Server, Server]:
    return Server(HOST, sandbox.imap_port, "plain"), Server(HOST, sandbox.smtp_port, "plain")


def free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def well() -> Iterator[Screen]:
    with Sandbox(USERS) as sandbox:
        yield (*_plain(sandbox), PASSWORD)


@contextmanager
def dns(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Screen]:
    yield Server("mail.invalid", 993), Server(HOST, 25, "plain"), PASSWORD


@contextmanager
def port(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Screen]:
    yield Server(HOST, free_port(), "plain"), Server(HOST, 25, "plain"), PASSWORD


@contextmanager
def name(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Screen]:
    with encrypted(folder, patch, host="mail.shop.example") as (imap, smtp, password):
        yield imap, smtp, password


@contextmanager
def expired(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Screen]:
    with encrypted(folder, patch, is_expired=True) as (imap, smtp, password):
        yield imap, smtp, password


@contextmanager
def starttls(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """TLS from the first byte, on a port that begins in clear."""
    with Sandbox(USERS) as sandbox:
        yield Server(HOST, sandbox.imap_port, "tls"), Server(HOST, sandbox.smtp_port, "plain"), PASSWORD


@contextmanager
def password(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Screen]:
    with Sandbox(USERS) as sandbox:
        yield (*_plain(sandbox), "not the password")


@contextmanager
def app_password(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """A server that answers the right password as Gmail does."""
    refusal = b"NO [ALERT] Application-specific password required (Failure)"
    with talking(refusal) as number:
        yield Server(HOST, number, "plain"), Server(HOST, 25, "plain"), PASSWORD


@contextmanager
def no_sending(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Screen]:
    with Sandbox(USERS) as sandbox:
        sandbox.on_rcpt = lambda address: "550 5.7.1 Sending is not allowed for this mailbox"
        yield (*_plain(sandbox), PASSWORD)


FAULTS = {
    "dns": dns,
    "port": port,
    "name": name,
    "expired": expired,
    "starttls": starttls,
    "password": password,
    "app-password": app_password,
    "no-sending": no_sending,
}


@contextmanager
def encrypted(
    folder: Path, patch: pytest.MonkeyPatch, *, host: str = HOST, is_expired: bool = False
) -> Iterator[Screen]:
    """TLS with a certificate whose signer is trusted."""
    certificate, key = make_certificate(folder, host, expired=is_expired)
    patch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    with Sandbox(USERS, tls=tls) as secured:
        yield Server(HOST, secured.imap_port, "tls"), Server(HOST, secured.smtp_port, "tls"), PASSWORD


@contextmanager
def talking(refusal: bytes) -> Iterator[int]:
    """An IMAP server that lets nobody in, with those words."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
            for said in self.rfile:
                tag, verb = said.split()[:2]
                answer = refusal if verb.upper() == b"LOGIN" else b"OK done"
                if verb.upper() == b"CAPABILITY":
                    self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
                self.wfile.write(tag + b" " + answer + b"\r\n")
                if verb.upper() == b"LOGOUT":
                    return

    with socketserver.ThreadingTCPServer((HOST, 0), Talk) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)
