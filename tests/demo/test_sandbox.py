"""The sandbox behaves as a real mail server does, and misbehaves when told to."""

import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from supportbox.demo.postman import Drop
from supportbox.demo.sandbox import HOST, Sandbox
from tests.certificates import make_certificate
from tests.servers import PASSWORD, USERS

SUPPORT, CLEO, DOT = "support@demo.example", "cleo@demo.example", "dot@demo.example"
LETTER = b"From: cleo@demo.example\r\nSubject: Teapot\r\n\r\nThe lid is br\xc3\xb6ken.\r\n.\r\n..two dots\r\n"


def send(sandbox: Sandbox, to: str | list[str], letter: bytes = LETTER, sender: str = CLEO) -> None:
    with smtplib.SMTP(HOST, sandbox.smtp_port, timeout=10) as smtp:
        smtp.sendmail(sender, to, letter)


def imap(sandbox: Sandbox, email: str = SUPPORT) -> IMAPClient:
    client = IMAPClient(HOST, sandbox.imap_port, ssl=False, timeout=10)
    client.login(email, PASSWORD)
    return client


def bodies(client: IMAPClient) -> dict[int, bytes]:
    client.select_folder("INBOX")
    return {uid: found[b"BODY[]"] for uid, found in client.fetch(client.search(), ["BODY.PEEK[]"]).items()}


def test_a_letter_sent_by_smtp_lands_in_the_inbox_byte_for_byte_under_a_servers_headers(sandbox: Sandbox) -> None:
    send(sandbox, SUPPORT)
    with imap(sandbox) as client:
        [(uid, raw)] = bodies(client).items()
    stamp, _, rest = raw.partition(b"From:")
    assert b"From:" + rest == LETTER
    assert stamp.startswith(
        b"Return-Path: <cleo@demo.example>\r\nDelivered-To: support@demo.example\r\nReceived: from "
    )
    assert sandbox.inbox(SUPPORT) == [raw]
    assert uid > 0


def test_uids_grow_and_survive_a_new_connection(sandbox: Sandbox) -> None:
    for number in range(3):
        sandbox.append(SUPPORT, b"Subject: %d\r\n\r\n" % number)
    with imap(sandbox) as client:
        validity = client.select_folder("INBOX")[b"UIDVALIDITY"]
        first = bodies(client)
    sandbox.append(SUPPORT, b"Subject: 3\r\n\r\n")
    with imap(sandbox) as client:
        assert client.select_folder("INBOX")[b"UIDVALIDITY"] == validity
        second = bodies(client)
    assert list(second)[:3] == list(first) == sorted(first)
    assert list(second.values()) == sandbox.inbox(SUPPORT)
    assert max(second) > max(first)


def test_flags_set_over_imap_are_kept_and_peeking_sets_none(sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, LETTER)
    sandbox.append(SUPPORT, LETTER, flags=[r"\Seen"])
    with imap(sandbox) as client:
        uids = list(bodies(client))
        assert client.search("UNSEEN") == uids[:1]
        client.add_flags(uids[:1], [rb"\Flagged"])
    assert sandbox.flags(SUPPORT) == [frozenset({r"\Flagged"}), frozenset({r"\Seen"})]


def test_the_internal_date_is_the_one_given(sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, LETTER, at=datetime(2026, 1, 5, tzinfo=UTC))
    sandbox.append(SUPPORT, LETTER, at=datetime(2026, 3, 5, tzinfo=UTC))
    with imap(sandbox) as client:
        uids = list(bodies(client))
        assert client.search(["SINCE", datetime(2026, 2, 1, tzinfo=UTC)]) == uids[1:]


def test_plus_addresses_reach_the_base_user_and_strangers_at_home_are_refused(sandbox: Sandbox) -> None:
    send(sandbox, "Support+SB-1042.x@demo.example")
    [raw] = sandbox.inbox(SUPPORT)
    assert b"\r\nDelivered-To: Support+SB-1042.x@demo.example\r\n" in raw
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sandbox, "nobody@demo.example")
    assert refused.value.recipients["nobody@demo.example"][0] == 550


def test_letters_to_other_domains_are_kept_as_outside(sandbox: Sandbox) -> None:
    send(sandbox, [DOT, "amelie@mail.example"], sender="")
    [letter] = sandbox.outside
    assert (letter.sender, letter.recipient) == ("", "amelie@mail.example")
    assert letter.raw.startswith(b"Return-Path: <>\r\n")
    assert len(sandbox.inbox(DOT)) == 1


def test_many_senders_and_readers_at_once_lose_nothing(sandbox: Sandbox) -> None:
    def write(number: int) -> None:
        send(sandbox, SUPPORT, b"Subject: %d\r\n\r\n%s" % (number, b"filler\r\n" * 700))

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(write, range(60)))
        seen = list(pool.map(lambda _: read(sandbox), range(8)))
    assert all(sorted(numbers) == list(range(60)) for numbers in seen)


def read(sandbox: Sandbox) -> list[int]:
    with imap(sandbox) as client:
        return [int(raw.partition(b"Subject: ")[2].partition(b"\r\n")[0]) for raw in bodies(client).values()]


def test_a_wrong_password_is_refused_by_both(sandbox: Sandbox) -> None:
    with IMAPClient(HOST, sandbox.imap_port, ssl=False) as client, pytest.raises(LoginError):
        client.login(SUPPORT, "guess")
    with smtplib.SMTP(HOST, sandbox.smtp_port) as smtp, pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login(SUPPORT, "guess")


def test_who_must_log_in_sends_only_as_themselves() -> None:
    with Sandbox(USERS, must_log_in=[SUPPORT]) as sandbox:
        with smtplib.SMTP(HOST, sandbox.smtp_port) as smtp:
            with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
                smtp.sendmail(SUPPORT, CLEO, LETTER)
            smtp.login(DOT, PASSWORD)
            with pytest.raises(smtplib.SMTPSenderRefused, match="553"):
                smtp.sendmail(SUPPORT, CLEO, LETTER)
        with smtplib.SMTP(HOST, sandbox.smtp_port) as smtp:
            smtp.login(SUPPORT, PASSWORD)
            smtp.sendmail(SUPPORT, CLEO, LETTER)
        assert len(sandbox.inbox(CLEO)) == 1


def test_told_to_refuse_it_answers_as_told(sandbox: Sandbox) -> None:
    sandbox.on_rcpt = lambda address: "450 4.2.0 Try later" if address == CLEO else None
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sandbox, CLEO)
    assert refused.value.recipients[CLEO] == (450, b"4.2.0 Try later")
    sandbox.on_data = lambda sender, recipients, raw: "554 5.7.1 Spam" if b"Teapot" in raw else None
    with pytest.raises(smtplib.SMTPDataError) as spam:
        send(sandbox, DOT)
    assert spam.value.smtp_code == 554
    send(sandbox, DOT, b"Subject: Cup\r\n\r\n")
    assert [len(sandbox.inbox(email)) for email in (CLEO, DOT)] == [0, 1]


@pytest.mark.parametrize(("drop", "arrived"), [(Drop.BEFORE_STORING, 0), (Drop.AFTER_STORING, 1)])
def test_told_to_drop_the_line_it_gives_no_answer_to_the_letter(sandbox: Sandbox, drop: Drop, arrived: int) -> None:
    sandbox.on_data = lambda sender, recipients, raw: drop
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(sandbox, CLEO)
    assert len(sandbox.inbox(CLEO)) == arrived
    sandbox.on_data = None
    send(sandbox, CLEO)
    assert len(sandbox.inbox(CLEO)) == arrived + 1


def test_a_hook_that_blocks_stalls_its_own_connection_alone(sandbox: Sandbox) -> None:
    release = threading.Event()

    def stall(address: str) -> str | None:
        if address == CLEO:
            release.wait(10)
        return None

    sandbox.on_rcpt = stall
    with ThreadPoolExecutor(1) as pool:
        stalled = pool.submit(send, sandbox, CLEO)
        send(sandbox, DOT)
        assert (len(sandbox.inbox(DOT)), len(sandbox.inbox(CLEO))) == (1, 0)
        release.set()
        stalled.result(10)
    assert len(sandbox.inbox(CLEO)) == 1


def test_down_cuts_and_refuses_connections_and_up_brings_letters_and_ports_back(sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, LETTER)
    ports = (sandbox.imap_port, sandbox.smtp_port)
    client = imap(sandbox)
    sandbox.down()
    with pytest.raises((IMAPClient.AbortError, OSError)):
        client.noop()
    client.shutdown()
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, port), timeout=2)
    sandbox.up()
    assert (sandbox.imap_port, sandbox.smtp_port) == ports
    assert read_count(sandbox) == 1


def read_count(sandbox: Sandbox) -> int:
    with imap(sandbox) as client:
        return len(bodies(client))


def test_renumbering_keeps_letters_and_flags_under_a_new_uidvalidity(sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, LETTER, flags=[r"\Seen"])
    with imap(sandbox) as client:
        before = client.select_folder("INBOX")[b"UIDVALIDITY"]
    sandbox.renumber(SUPPORT)
    with imap(sandbox) as client:
        assert client.select_folder("INBOX")[b"UIDVALIDITY"] != before
    assert (sandbox.inbox(SUPPORT), sandbox.flags(SUPPORT)) == ([LETTER], [frozenset({r"\Seen"})])


@pytest.mark.parametrize("starttls", [False, True])
def test_it_speaks_tls_with_the_certificate_given(tmp_path: Path, starttls: bool) -> None:
    certificate, key = make_certificate(tmp_path)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with Sandbox(USERS, tls=server_side, starttls=starttls) as sandbox:
        speak = smtplib.SMTP if starttls else smtplib.SMTP_SSL
        with speak(HOST, sandbox.smtp_port, **({} if starttls else {"context": trusting})) as smtp:
            if starttls:
                smtp.starttls(context=trusting)
            smtp.login(CLEO, PASSWORD)
            smtp.sendmail(CLEO, SUPPORT, LETTER)
        client = IMAPClient(HOST, sandbox.imap_port, ssl=not starttls, ssl_context=None if starttls else trusting)
        with client:
            if starttls:
                client.starttls(trusting)
            client.login(SUPPORT, PASSWORD)
            assert len(bodies(client)) == 1
        assert sandbox.faults == []


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with socket.create_server((HOST, 0)) as taken, Sandbox(USERS, imap_port=taken.getsockname()[1]) as sandbox:
        assert sandbox.imap_port != taken.getsockname()[1]
        assert read_count(sandbox) == 0


def test_it_starts_and_stops_within_a_second_and_leaves_no_thread() -> None:
    started = time.perf_counter()
    sandbox = Sandbox(USERS).start()
    client = imap(sandbox)
    sandbox.stop()
    sandbox.stop()
    assert time.perf_counter() - started < 1
    client.shutdown()
    assert "sandbox" not in {thread.name for thread in threading.enumerate() if not thread.daemon}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, sandbox.imap_port), timeout=2)


@pytest.mark.parametrize("missing", ["pymap", "aiosmtpd"])
def test_without_its_libraries_it_says_what_to_install(missing: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from supportbox.demo.sandbox import Sandbox\nfrom supportbox.errors import Refused\n"
        "try: Sandbox([]).start()\nexcept Refused as refused: print(refused)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "The sandbox mail server is not installed. Type: pip install 'supportbox[demo]'\n"
