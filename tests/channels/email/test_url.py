"""Addresses of mail servers: what is read from them, and one sentence for each mistake."""

import pytest

from supportbox.channels.email.url import read_url
from supportbox.errors import Refused


@pytest.mark.parametrize(
    ("text", "host", "port", "security", "user", "password", "folder"),
    [
        ("imaps://ann:hush@mail.example.org", "mail.example.org", 993, "tls", "ann", "hush", "INBOX"),
        ("imap+starttls://ann:hush@Mail.Example.org/", "mail.example.org", 143, "starttls", "ann", "hush", "INBOX"),
        ("imap://ann:hush@127.0.0.1:10143/Support", "127.0.0.1", 10143, "plain", "ann", "hush", "Support"),
        ("imap://ann:hush@localhost", "localhost", 143, "plain", "ann", "hush", "INBOX"),
        ("imap://ann:hush@[::1]:1143/A/B%20C", "::1", 1143, "plain", "ann", "hush", "A/B C"),
        ("imaps://ann%40example.org:p%40%3A%2F%23%25@m.example/Hilfe%20%C3%BC", "m.example", 993, "tls",
         "ann@example.org", "p@:/#%", "Hilfe ü"),
        ("imaps://ann@example.org:p@ss@m.example:1", "m.example", 1, "tls", "ann@example.org", "p@ss", "INBOX"),
    ],
)  # fmt: skip
def test_imap_addresses(
    text: str, host: str, port: int, security: str, user: str, password: str, folder: str
) -> None:  # fmt: skip
    url = read_url(text, "IMAP")
    assert (url.host, url.port, url.security, url.user, url.password, url.folder) == (
        host, port, security, user, password, folder,
    )  # fmt: skip
    again = read_url(str(url), "IMAP").with_password(password)
    assert again == url and password not in f"{url} {url!r}"


@pytest.mark.parametrize(
    ("text", "port", "security", "user"),
    [
        ("smtps://ann:hush@mail.example.org", 465, "tls", "ann"),
        ("smtp+starttls://ann:hush@mail.example.org/", 587, "starttls", "ann"),
        ("smtp://127.0.0.1", 25, "plain", ""),
        ("smtp://[::1]:2525", 2525, "plain", ""),
    ],
)
def test_smtp_addresses(text: str, port: int, security: str, user: str) -> None:
    url = read_url(text, "SMTP")
    assert (url.port, url.security, url.user) == (port, security, user)
    assert read_url(str(url), "SMTP").with_password(url.password) == url


@pytest.mark.parametrize(
    ("protocol", "text", "sentence"),
    [
        ("IMAP", "", "is missing"),
        ("IMAP", "mail.example.org", "must begin with one of imaps://"),
        ("IMAP", "https://ann:hush@mail.example.org", "must begin with"),
        ("IMAP", "smtps://ann:hush@mail.example.org", "must begin with"),
        ("SMTP", "imaps://ann:hush@mail.example.org", "must begin with one of smtps://"),
        ("IMAP", "imaps://mail.example.org", "names no user"),
        ("IMAP", "imaps://ann:hush@", "names no server"),
        ("IMAP", "imaps://ann:hu/sh@mail.example.org", "write @ as %40"),
        ("IMAP", "imaps://ann:hu#sh@mail.example.org", "# as %23"),
        ("IMAP", "imaps://ann:hu?sh@mail.example.org", "? as %3F"),
        ("IMAP", "imaps://ann:hu%sh@mail.example.org", "write %25"),
        ("IMAP", "imaps://ann:hu sh@mail.example.org", "write %20"),
        ("IMAP", "imaps://ann:hush%0D%0A@mail.example.org", "a line break"),
        ("IMAP", "imaps://ann:hush@mail.example.org/A%00", "a line break"),
        ("IMAP", "imaps://ann:hush@mail.example.org:99999", "no number from 1 to 65535"),
        ("IMAP", "imaps://ann:hush@mail.example.org:imap", "no number from 1 to 65535"),
        ("IMAP", "imaps://ann:hush@mail.example.org:", "cannot be read"),
        ("IMAP", "imaps://ann:hush@[::1", "cannot be read"),
        ("IMAP", "imap://ann:hush@mail.example.org", "in clear: use imaps:// or imap+starttls://"),
        ("SMTP", "smtp://ann:hush@192.0.2.7", "in clear: use smtps:// or smtp+starttls://"),
        ("IMAP", "imap://ann:hush@127.0.0.1.example.org", "in clear"),
        ("SMTP", "smtps://ann:hush@mail.example.org/Sent", "ends after the port"),
    ],
)  # fmt: skip
def test_mistakes(protocol: str, text: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        read_url(text, protocol)  # type: ignore[arg-type]  # a parametrised literal
    said = str(caught.value)
    assert sentence in said and "hush" not in said and "\n" not in said
