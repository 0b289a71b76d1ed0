"""The private Dovecot of the tests does what its methods promise."""

import ssl

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from tests.dovecot import DovecotMailbox

pytestmark = pytest.mark.service


def connect(dovecot: DovecotMailbox) -> IMAPClient:
    client = IMAPClient(dovecot.host, dovecot.port, ssl=False, timeout=10)
    client.login(dovecot.user, dovecot.password)
    return client


def test_letters_delivered_are_found_in_order_and_flags_lie_in_the_maildir(dovecot: DovecotMailbox) -> None:
    for number in range(12):
        dovecot.deliver(b"Subject: %d\r\n\r\n" % number)
    dovecot.deliver(b"Subject: read\r\n\r\n", flags="S")
    with connect(dovecot) as client:
        client.select_folder("INBOX")
        subjects = {uid: found[b"BODY[]"] for uid, found in client.fetch(client.search(), ["BODY.PEEK[]"]).items()}
        assert client.search("UNSEEN") == list(range(1, 13))
        client.add_flags([2], [rb"\Seen"])
    assert subjects == {**{n + 1: b"Subject: %d\r\n\r\n" % n for n in range(12)}, 13: b"Subject: read\r\n\r\n"}
    assert [letter.flags for letter in dovecot.messages()] == ["", "S", *[""] * 10, "S"]


def test_every_test_begins_with_an_empty_mailbox_and_other_folders_can_be_filled(dovecot: DovecotMailbox) -> None:
    dovecot.deliver(b"Subject: filed\r\n\r\n", folder="Orders")
    with connect(dovecot) as client:
        assert client.select_folder("INBOX")[b"EXISTS"] == 0
        assert client.select_folder("Orders")[b"EXISTS"] == 1
    assert [letter.raw for letter in dovecot.messages("Orders")] == [b"Subject: filed\r\n\r\n"]


def test_a_new_uidvalidity_renumbers_and_a_restart_does_not(dovecot: DovecotMailbox) -> None:
    dovecot.deliver(b"Subject: one\r\n\r\n")
    dovecot.set_uidvalidity(4_000_000_001)
    for again in (dovecot.restart, dovecot.stop):
        with connect(dovecot) as client:
            assert client.select_folder("INBOX")[b"UIDVALIDITY"] == 4_000_000_001
            assert client.search() == [1]
        again()


def test_a_kick_cuts_the_users_connections(dovecot: DovecotMailbox) -> None:
    client = connect(dovecot)
    client.select_folder("INBOX")
    dovecot.kick()
    with pytest.raises((IMAPClient.AbortError, OSError)):
        client.noop()
    client.shutdown()


def test_it_speaks_tls_and_refuses_wrong_passwords_at_once(dovecot: DovecotMailbox) -> None:
    trusting = ssl.create_default_context(cafile=str(dovecot.certificate))
    with IMAPClient(dovecot.host, dovecot.tls_port, ssl_context=trusting, timeout=10) as client:
        with pytest.raises(LoginError):
            client.login(dovecot.user, "guess")
        client.login(dovecot.user, dovecot.password)
