"""Trying a mailbox: six stages when all is well, and one fault at a time, each known for what it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from supportbox import clock
from supportbox.channels.email.presets import Server
from supportbox.channels.email.stages import NAMES, Servers, Step, try_out
from supportbox.demo.sandbox import Sandbox
from supportbox.mail import tokens
from supportbox.mail.parse import parse
from tests.channels.email.broken_servers import FAULTS, encrypted
from tests.dovecot import DovecotMailbox
from tests.servers import PASSWORD

ADDRESS = "support@demo.example"
KEY = b"k" * 32
# Where each fault shows.
AT = {
    "dns": "server", "port": "server", "name": "secure", "expired": "secure", "starttls": "secure",
    "password": "signed_in", "app-password": "signed_in", "no-sending": "send",
}  # fmt: skip


def servers(imap: Server, smtp: Server, password: str, user: str = ADDRESS, *, app: bool = False) -> Servers:
    return Servers(ADDRESS, imap.url("IMAP", user, password), smtp.url("SMTP", user, password), app)


def run(screen: Servers, patience: float = 10.0) -> list[Step]:
    return list(try_out(screen, KEY, clock.now, patience=patience))


def plain(sandbox: Sandbox, *, app: bool = False, password: str = PASSWORD) -> Servers:
    imap, smtp = (Server("127.0.0.1", port, "plain") for port in (sandbox.imap_port, sandbox.smtp_port))
    return servers(imap, smtp, password, app=app)


def test_all_six_when_all_is_well(sandbox: Sandbox) -> None:
    sandbox.append(ADDRESS, b"Subject: old\r\n\r\nwords\r\n")
    steps = run(plain(sandbox))
    assert [(step.name, step.is_good, step.kind) for step in steps] == [
        (name, True, "plain" if name == "secure" else "") for name in NAMES
    ]
    assert steps[3].values == {"folder": "INBOX", "count": 1, "recent": 1}
    # The letter of the test is gone again, the other is where it was.
    assert [b"Subject: old" in raw for raw in sandbox.inbox(ADDRESS)] == [True]


def test_with_encryption_the_end_of_the_certificate_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with encrypted(tmp_path, monkeypatch) as screen:
        secure = run(servers(*screen))[1]
    until = secure.values["until"]
    assert isinstance(until, int) and 29 < (until - clock.now().timestamp()) / 86400 < 31


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_known_for_what_it_is(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FAULTS[fault](tmp_path, monkeypatch) as screen:
        steps = run(servers(*screen))
    last = steps[-1]
    assert (last.name, last.is_good, last.kind) == (AT[fault], False, fault)
    assert all(step.is_good for step in steps[:-1])
    assert last.technical and screen[2] not in last.technical


def test_a_refused_password_means_another_thing_where_programs_need_their_own(sandbox: Sandbox) -> None:
    assert run(plain(sandbox, app=True, password="wrong"))[-1].kind == "app-password"


def test_a_letter_that_does_not_come_back_is_a_warning(sandbox: Sandbox) -> None:
    screen = plain(sandbox)
    sandbox.on_data = lambda sender, receivers, raw: "250 Taken, and never seen again"
    last = run(screen, patience=0.2)[-1]
    assert (last.name, last.is_good, last.is_warning, last.kind) == ("receive", True, True, "late")


def test_the_letter_bears_an_id_of_ours_and_of_no_delivery(sandbox: Sandbox) -> None:
    run(plain(sandbox), patience=0)
    [sent] = sandbox.sent(ADDRESS)
    read = tokens.read_message_id(KEY, parse(sent).message_id)
    assert read is not None and read[1] == 0


@pytest.fixture
def dovecot_screen(dovecot: DovecotMailbox, sandbox: Sandbox) -> Iterator[Servers]:
    """Letters go out by the sandbox and come in at Dovecot."""
    address = f"{dovecot.user}@shop.example"
    sandbox.on_data = lambda sender, receivers, raw: dovecot.deliver(raw)
    imap = Server("127.0.0.1", dovecot.port, "plain").url("IMAP", dovecot.user, dovecot.password)
    smtp = Server("127.0.0.1", sandbox.smtp_port, "plain").url("SMTP", "")
    yield Servers(address, imap, smtp)


def test_a_real_dovecot_lets_it_out_and_in_and_keeps_nothing(dovecot: DovecotMailbox, dovecot_screen: Servers) -> None:
    dovecot.deliver(b"Subject: old\r\n\r\nwords\r\n")
    steps = run(dovecot_screen)
    assert [step.name for step in steps if step.is_good and not step.is_warning] == list(NAMES)
    assert [one.raw.splitlines()[0] for one in dovecot.messages()] == [b"Subject: old"]
