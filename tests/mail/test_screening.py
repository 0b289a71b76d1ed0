"""Which letters are for people, and why the others are not."""

import pytest

from supportbox.mail import authentication, tokens
from supportbox.mail.letter import Verdict
from supportbox.mail.parse import parse
from supportbox.mail.screen import may_be_answered, screen

KEY = b"k" * 32
OWN = frozenset(("support@demo.example",))


def judged(headers: str, body: str = "Hello, please help me with my order.") -> Verdict:
    return screen(
        parse(f"From: Cleo <cleo@example.org>\nTo: support@demo.example\n{headers}\n\n{body}".encode()),
        own_addresses=OWN,
    )


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Subject: My order", "deliver"),
        ("Subject: Re: My order\nAuto-Submitted: no", "deliver"),
        ("Subject: x\nAuto-Submitted: auto-generated", "auto-reply"),
        ("Subject: x\nAuto-Submitted: auto-replied (vacation)", "auto-reply"),
        ("Subject: x\nX-Autoreply: yes", "auto-reply"),
        ("Subject: x\nPrecedence: auto_reply", "auto-reply"),
        ("Subject: x\nPrecedence: bulk", "bulk"),
        ("Subject: x\nList-Id: <news.shop.example>", "bulk"),
        ("Subject: x\nList-Id: <support.demo.example>\nPrecedence: list", "deliver"),
        ("Subject: x\nX-Spam-Flag: YES", "spam"),
        ("Subject: x\nX-Spam-Flag: NO\nX-Spam-Level: *******", "deliver"),
        ("Subject: x\nX-Spam-Level: *******", "spam"),
        ("Subject: x\nX-Auto-Response-Suppress: All", "deliver"),
        ("Subject: Please confirm your message", "auto-reply"),
        ("Subject: complaint about message from 192.0.2.1", "bulk"),
    ],
)
def test_headers_that_say_what_a_letter_is(headers: str, kind: str) -> None:
    verdict = judged(headers)
    assert verdict.kind == kind
    assert verdict.reason.endswith(".")


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office",
        "Automatic reply: order",
        "Automatische Antwort: x",
        "Réponse automatique : x",
        "Respuesta automática: x",
        "Risposta automatica: x",
        "Resposta automática: x",
        "Automatisch antwoord: x",
        "Autosvar: x",
        "自動応答: x",
        "自动回复: x",
    ],
)
def test_subjects_of_automatic_replies(subject: str) -> None:
    assert judged(f"Subject: {subject}").kind == "auto-reply"


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office message does not work",
        "Vacation bookings",
        "Automatic reply does not switch off",
        "Undelivered parcel",
        "Fwd: Undelivered Mail Returned to Sender",
        "Mail delivery failed yesterday",
        "Delivery problem",
        "Autonomous car",
    ],
)
def test_people_who_write_about_such_things_are_heard(subject: str) -> None:
    assert judged(f"Subject: {subject}", "We got: 550 5.1.1 user unknown. Why?").kind == "deliver"


@pytest.mark.parametrize(
    ("status", "diagnostic", "permanent"),
    [
        ("5.1.1", "550 5.1.1 user unknown", True),
        ("5.1.2", "550 Host unknown", True),
        ("5.2.2", "552 5.2.2 mailbox full", False),
        ("5.7.1", "550 5.7.1 blocked by spam list", False),
        ("4.4.7", "delivery time expired", False),
        ("5.7.26", "550 5.7.26 SPF and DKIM failed", False),
        ("5.0.0", "550 No such user here", True),
    ],
)
def test_hard_and_soft_bounces(status: str, diagnostic: str, permanent: bool) -> None:
    report = f"Final-Recipient: rfc822; dot@example.org\nAction: failed\nStatus: {status}\n"
    report += f"Diagnostic-Code: smtp; {diagnostic}\n"
    headers = "Return-Path: <>\nSubject: failure notice\n"
    headers += "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
    body = f"--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{report}\n--b\n"
    body += "Content-Type: message/rfc822\n\nMessage-ID: <first@demo.example>\n\nhi\n--b--"
    verdict = judged(headers, body)
    assert verdict.kind == "bounce" and verdict.bounce is not None
    assert (verdict.bounce.recipient, verdict.bounce.original_message_id) == ("dot@example.org", "<first@demo.example>")
    assert verdict.bounce.permanent is permanent
    assert judged(headers, body.replace("failed", "delivered")).kind == "auto-reply"


def test_only_our_own_signed_letters_are_loops() -> None:
    mine = tokens.message_id(KEY, 1042, 7, "demo.example")
    letter = parse(f"From: support@demo.example\nX-SupportBox-Loop: {mine}\n\nour words".encode())
    forged = parse(b"X-SupportBox-Loop: <sb.1042.7.aaaaaaaaaaaaaaaaaaaaaaaaaa@demo.example>\n\nour words")
    sent = {7: letter.body_hash}
    assert screen(letter, key=KEY, sent=lambda delivery, digest: sent.get(delivery) == digest).kind == "own-loop"
    assert screen(letter, key=KEY, sent=lambda delivery, digest: False).kind == "deliver"
    assert screen(letter, key=b"other").kind == "deliver"
    assert screen(forged, key=KEY).kind == "deliver"


@pytest.mark.parametrize(
    ("headers", "answered"),
    [
        ("From: cleo@example.org", True),
        ("From: no-reply@shop.example", False),
        ("From: support@demo.example", False),
        ("From: cleo@example.org\nReply-To: support@demo.example", False),
        ("From: cleo@example.org\nReturn-Path: <>", False),
        ("From: cleo@example.org\nX-Auto-Response-Suppress: OOF, AutoReply", False),
        ("From: cleo@example.org\nX-Auto-Response-Suppress: DR", True),
        ("From: nobody at all", False),
    ],
)
def test_who_may_get_an_automatic_answer(headers: str, answered: bool) -> None:
    letter = parse(f"{headers}\n\nhi".encode())
    assert may_be_answered(letter, screen(letter, own_addresses=OWN), OWN) is answered


def test_only_our_own_server_is_believed_about_the_sender() -> None:
    servers = frozenset(("mx.demo.example",))
    ours = "Authentication-Results: MX.demo.example 1; dmarc=fail (p=none; x) header.from=example.org; "
    ours += "spf=pass; dkim=pass header.d=example.org"
    forged = "Authentication-Results: mx.demo.example; dmarc=pass"
    other = "Authentication-Results: elsewhere.example; dmarc=pass"
    read = authentication.read(parse(f"{other}\n{ours}\n{forged}\nFrom: a@example.org\n\nhi".encode()), servers)
    assert (read.dmarc, read.spf, read.dkim, read.dkim_domains) == ("fail", "pass", "pass", ("example.org",))
    assert not authentication.read(parse(f"{other}\n\nhi".encode()), servers).is_known
    assert not authentication.read(parse(f"{forged}\n\nhi".encode()), frozenset()).is_known


def test_nobody_is_verified_who_writes_under_two_names() -> None:
    headers = "Authentication-Results: mx.demo.example; dmarc=pass\nFrom: a@example.org\nFrom: b@evil.test"
    letter = parse(f"{headers}\n\nhi".encode())
    assert authentication.read(letter, frozenset(("mx.demo.example",))).dmarc == "fail"


def test_what_a_bounce_says_can_be_stored_and_shown() -> None:
    headers = "Return-Path: <>\nSubject: failure notice\nContent-Type: multipart/report; boundary=b"
    report = "Final-Recipient: rfc822; dot@example.org\nAction: failed\nDiagnostic-Code: smtp; 550 no\0 such\x1b user\n"
    original = "Message-ID: <a\0b@demo.example>\n"
    body = f"--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n{report}\n"
    body += f"--b\nContent-Type: message/rfc822\n\n{original}\n--b--"
    bounce = judged(headers, body).bounce
    assert bounce is not None
    assert (bounce.diagnostic, bounce.original_message_id) == ("550 no such user", "<ab@demo.example>")
