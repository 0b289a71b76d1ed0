"""Letters that we write: exactly the fields that are meant, whatever the words in them."""

import email
import email.policy
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.errors import Refused
from supportbox.mail import tokens
from supportbox.mail.compose import compose, sent_hash, trimmed
from supportbox.mail.letter import Address, Draft, Enclosure
from supportbox.mail.parse import parse
from supportbox.mail.subject import has_reply_prefix, references_in, reply_subject, subject_key

KEY = b"k" * 32
NOW = datetime(2026, 3, 1, 9, 12, tzinfo=UTC)
HUMAN = ["From", "To", "Subject", "Date", "Message-ID", "X-SupportBox-Loop", "MIME-Version", "Content-Type"]
AUTOMATIC = [*HUMAN[:-2], "Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", *HUMAN[-2:]]
NASTY = st.text(
    st.sampled_from('\r\n\0\t =?:<>@"\\,;()_é漢🎉\u202e\u2028\x85\ud800' + string.ascii_letters), max_size=120
)


def draft(**changes: object) -> Draft:
    plain: dict[str, object] = {
        "sender": Address("support@demo.example", "Demo Shop"),
        "to": Address("cleo@example.org", "Cleo"),
        "subject": "Re: Broken kettle [SB-1042]",
        "text": "Hello Cleo,\n\nwe send a new one.\n",
        "html": "<p>Hello Cleo,</p><p>we send a new one.</p>",
        "message_id": tokens.message_id(KEY, 1042, 7, "demo.example"),
        "date": NOW,
    }
    return Draft(**{**plain, **changes})  # type: ignore[arg-type]  # the test names fields of a Draft


def fields(raw: bytes) -> list[str]:
    return email.message_from_bytes(raw, policy=email.policy.compat32).keys()


def wire_is_clean(raw: bytes) -> bool:
    lines = raw.split(b"\r\n")
    return (
        raw.isascii()
        and b"\n" not in raw.replace(b"\r\n", b"")
        and b"\r" not in b"".join(lines)
        and max(map(len, lines)) <= 998
    )


@settings(max_examples=150, deadline=None)
@given(subject=NASTY, name=NASTY, words=NASTY, filename=NASTY)
def test_no_word_can_add_or_remove_a_field(subject: str, name: str, words: str, filename: str) -> None:
    files = (Enclosure(filename, filename, words.encode("utf-8", "replace"), content_id=name),)
    raw = compose(
        draft(
            subject=reply_subject(subject, "SB-1"),
            to=Address("cleo@example.org", name),
            text=words,
            html=words,
            enclosures=files,
        )
    )
    assert wire_is_clean(raw)
    assert [key.lower() for key in fields(raw)] == [key.lower() for key in HUMAN[:-1]] + ["content-type"]
    ours = parse(raw)
    theirs = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert [address.email for address in ours.to] == ["cleo@example.org"]
    assert [address.addr_spec for address in theirs["to"].addresses] == ["cleo@example.org"]
    assert ours.subject.endswith("[SB-1]") and ours.subject.startswith("Re:")
    assert " ".join(str(theirs["subject"]).split()) == " ".join(ours.subject.split())


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=400))
def test_words_arrive_as_they_were_written(text: str) -> None:
    read = parse(compose(draft(text=text, html="")))
    clean = "".join(char for char in text if char >= " " or char == "\n" or char == "\t")
    assert "".join(read.text.split()) == "".join(clean.replace("\x7f", "").split())


def test_automatic_letters_say_so_and_people_do_not() -> None:
    assert fields(compose(draft(automatic=True))) == AUTOMATIC
    assert fields(compose(draft())) == HUMAN


def test_parts_and_files() -> None:
    picture = Enclosure("shot.png", "image/png", b"PNG", inline=True, content_id="shot@x")
    files = (
        picture,
        Enclosure("Übersicht " + "ß" * 90 + ".pdf", "application/pdf", bytes(range(256))),
        Enclosure("a.eml", "message/rfc822", b"From: x"),
    )
    raw = compose(draft(html='<p><img src="cid:shot@x"></p>', enclosures=files))
    read = parse(raw)
    assert [(file.filename, file.content) for file in read.enclosures] == [
        (file.filename, file.content) for file in files
    ]
    assert (read.enclosures[0].inline, read.enclosures[0].content_id) == (True, "shot@x")
    shape = [part.get_content_type() for part in email.message_from_bytes(raw).walk()]
    assert shape == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
        "application/octet-stream",
    ]


def test_names_of_any_length_make_a_letter_that_can_be_read() -> None:
    long = "漢字" * 40_000
    read = parse(
        compose(draft(to=Address("cleo@example.org", long), enclosures=(Enclosure(f"{long}.pdf", "a/b", b"x"),)))
    )
    assert long.startswith(read.to[0].name) and len(read.to[0].name) == 200
    assert read.enclosures[0].filename.startswith("漢字") and read.enclosures[0].filename.endswith(".pdf")


def test_nothing_in_a_body_ends_the_letter_or_begins_another() -> None:
    for words in (".\nQUIT", "\n.\n", "\r.\r\nMAIL FROM:<x>", "From me", "\n.\r", "a\r\n.\r\nb", "--=_sb1_x--"):
        raw = compose(draft(text=words, html=""))
        assert wire_is_clean(raw)
        assert not any(line.startswith((b".", b"From ")) for line in raw.split(b"\r\n"))
        assert "".join(parse(raw).text.split()) == "".join(words.split())


def test_threading_fields_are_trimmed_and_checked() -> None:
    many = tuple(f"<{number}@example.org>" for number in range(200))
    raw = compose(draft(references=(*many, "no id", "<two words@x>", "<é@x>"), in_reply_to="<last@example.org>"))
    read = parse(raw)
    assert read.references == (many[0], *many[-9:], "<last@example.org>")
    assert read.in_reply_to == "<last@example.org>"
    assert trimmed(many) == (many[0], *many[-10:])
    assert "References" not in fields(compose(draft(references=("nonsense\r\nBcc: x@y.z",))))


def test_extra_fields_are_few_and_harmless() -> None:
    extra = (
        ("Bcc", "x@y.z"),
        ("To", "x@y.z"),
        ("X-Fine", "yes\r\nBcc: x@y.z"),
        ("List-Unsubscribe", "<https://demo.example/u>"),
        ("X-A: b\r\nBcc", "x"),
    )
    raw = compose(draft(extra_headers=extra))
    assert sorted(fields(raw)) == sorted([*HUMAN, "X-Fine", "List-Unsubscribe"])
    assert parse(raw).header("x-fine") == "yes Bcc: x@y.z"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c",
        "a b@example.org",
        "ü@example.org",
        "x@example.org\r\nBcc: y@z.org",
        "a@" + "ü" * 80 + ".org",
    ],
)
def test_addresses_that_cannot_be_written_to_are_refused(address: str) -> None:
    with pytest.raises(Refused):
        compose(draft(to=Address(address)))


def test_international_domains_are_written_in_ascii() -> None:
    assert b"<cleo@xn--exmple-cua.org>" in compose(draft(to=Address("cleo@exämple.org")))


def test_the_same_draft_is_the_same_letter_and_its_hash_is_known_beforehand() -> None:
    assert compose(draft()) == compose(draft())
    assert sent_hash(draft()) == parse(compose(draft()).replace(b"\r\n", b"\n")).body_hash


@pytest.mark.parametrize(
    ("subject", "answered", "key"),
    [
        ("Broken kettle", False, "broken kettle"),
        ("Re: Broken kettle", True, "broken kettle"),
        ("RE : Aw: Broken  kettle [SB-1042]", True, "broken kettle"),
        ("[SB-7] Re[2]: Broken kettle", True, "broken kettle"),
        ("回复：Broken kettle", True, "broken kettle"),
        ("Antw: SV: VS: Odp: YNT: R: Broken kettle", True, "broken kettle"),
        ("Fwd: Re: Broken kettle", False, "broken kettle"),
        ("Regarding: kettle", False, "regarding: kettle"),
        ("[PROJ-12] kettle", False, "[proj-12] kettle"),
        ("", False, ""),
    ],
)
def test_subjects(subject: str, answered: bool, key: str) -> None:
    assert (has_reply_prefix(subject), subject_key(subject)) == (answered, key)
    once = reply_subject(subject, "SB-9")
    assert once == reply_subject(once, "SB-9")
    assert subject_key(once) == key and references_in(once) == ("SB-9",)


def test_signed_ids_are_read_by_their_key_alone() -> None:
    other = b"o" * 32
    message, address = tokens.message_id(KEY, 1042, 7, "demo.example"), "support@demo.example"
    assert tokens.read_message_id(KEY, message.upper()) == (1042, 7)
    assert tokens.read_message_id(other, message) is None
    assert tokens.read_message_id(KEY, message.replace("1042", "1043")) is None
    for write, read, wanted in (
        (tokens.plus_address(KEY, address, 5), tokens.read_plus_address, 5),
        (tokens.agent_address(KEY, address, 5, 2), tokens.read_agent_address, (5, 2)),
        (tokens.envelope_address(KEY, "support+eu@demo.example", 9), tokens.read_envelope_address, 9),
    ):
        assert read(KEY, write) == wanted == read(KEY, write.upper())
        assert read(other, write) is None and read(KEY, address) is None
        readers = {tokens.read_plus_address, tokens.read_agent_address, tokens.read_envelope_address} - {read}
        assert not any(another(KEY, write) for another in readers)
        assert len(write.partition("@")[0]) <= 64
    with pytest.raises(ValueError, match="key"):
        tokens.plus_address(b"", address, 1)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_nothing_made_up_is_signed(text: str) -> None:
    assert tokens.read_message_id(KEY, text) is None
    assert tokens.read_plus_address(KEY, f"support+{text}@demo.example") is None
    assert tokens.read_envelope_address(KEY, text) is None
