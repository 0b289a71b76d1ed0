"""Letters that say that a letter of ours could not be delivered: which, to whom, and whether for good."""

import re
from dataclasses import dataclass

from supportbox.mail import failure_words
from supportbox.mail.clean_text import body_text, header_text
from supportbox.mail.letter import Bounce, Letter

_DAEMON = re.compile(
    r"mailer-?_?daemon|post[-_]?master|mail-?daemon|mdaemon|mail-?deliver|mailsystem|mail-system|maildelivery|^mta\d*$|^bounces?$"
    r"|^microsoftexchange[0-9a-f]{20,}|delivery-?(?:subsystem|status|failure)|^dsn\b|non-?delivery",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail (?:delivery|transfer) (?:sub-?)?(?:system|service|agent)|mailer[- ]daemon|postmaster|mail administrator|"
    r"system administrator|internet mail delivery|delivery (?:subsystem|status)",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"no[-_.]?reply|do[-_.]?not[-_.]?reply", re.IGNORECASE)
_SAYS_SO, _GIVES_ERROR = "its subject says so", "it gives a server's error"
_ONLY_WORDS = {_SAYS_SO, _GIVES_ERROR}
_REPORTS = {"message/delivery-status", "message/global-delivery-status"}
_ORIGINALS = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/partial"}
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{2,40}):[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)", re.MULTILINE)
_ADDRESS = re.compile(r"[\w.+=/'&!#$%*-]{1,100}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_MESSAGE_ID = re.compile(r"^[> \t]{0,20}message-id:\s{0,20}(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_SERVICE_NOTICE = re.compile(r'\s*\{\s*"notificationType"\s*:\s*"Bounce"')
_LOOKED_AT = 64 * 1024
_ACTION = re.compile(r"[a-z]+")
_FAILED = {"failed", "failure", "fail", "delayed", "expired"}


@dataclass(frozen=True, slots=True)
class _Evidence:
    report: dict[str, str]
    has_report: bool
    text: str


def bounce_in(letter: Letter) -> tuple[Bounce, str] | None:
    """The bounce and why it is taken for one, when at least two signs agree."""
    reports = [_report_fields(file.content) for file in letter.enclosures if file.content_type in _REPORTS]
    fields = next((one for one in reports if "final-recipient" in one), reports[0] if reports else {})
    action = _ACTION.match(fields.get("action", "").lower())
    if action is not None and action.group() not in _FAILED:
        return None
    evidence = _Evidence(fields, bool(reports), letter.text[:_LOOKED_AT])
    signs = _signs(letter, evidence)
    if _SERVICE_NOTICE.match(letter.text):
        return _described(letter, evidence), "It is a bounce: a mail service says so in its own notice."
    if len(signs) < 2 or _is_from_a_person(letter, signs):
        return None
    return _described(letter, evidence), "It is a bounce: " + ", ".join(signs) + "."


def _signs(letter: Letter, evidence: _Evidence) -> list[str]:
    signs: list[str] = []
    if evidence.has_report or "report-type=delivery-status" in letter.header("content-type").replace('"', "").lower():
        signs.append("it holds a delivery report")
    if letter.header("return-path").strip() == "<>":
        signs.append("its return path is empty")
    sender = letter.sender
    if _is_daemon(letter):
        signs.append("a mail server wrote it" if sender else "nobody is named as its sender")
    if letter.header("x-failed-recipients"):
        signs.append("it names a failed recipient")
    if failure_words.in_subject(letter.subject):
        signs.append(_SAYS_SO)
    # The costliest look comes last, and only where it can make a second sign.
    if evidence.report.get("status") or signs and failure_words.in_text(evidence.text):
        signs.append(_GIVES_ERROR)
    return signs


def _is_daemon(letter: Letter) -> bool:
    raw = letter.header("from")
    if letter.sender is None:
        return "<>" in raw or bool(_DAEMON.search(raw) or _DAEMON_NAME.search(raw))
    named = (letter.sender.email.rpartition("@")[0], letter.sender.name)
    return any(_DAEMON.search(one) or _DAEMON_NAME.search(one) for one in named)


def _is_from_a_person(letter: Letter, signs: list[str]) -> bool:
    """Somebody who asks about a bounce has its words, but writes by name and encloses no failed letter."""
    if not set(signs) <= _ONLY_WORDS:
        return False
    if letter.in_reply_to or letter.references or letter.header("user-agent"):
        return True
    encloses = any(file.content_type in _ORIGINALS for file in letter.enclosures)
    return not encloses and not (letter.sender and _NOBODY.match(letter.sender.email))


def _report_fields(content: bytes) -> dict[str, str]:
    """The fields of the first recipient in a delivery report, and the message's own below them."""
    text = _text(content)
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(text):
        name = name.lower()
        if name == "final-recipient" and name in fields:
            break
        fields.setdefault(name, " ".join(value.split()))
    return fields


def _text(content: bytes) -> str:
    return body_text(content[:_LOOKED_AT].decode("utf-8", "replace"))


def _described(letter: Letter, evidence: _Evidence) -> Bounce:
    report = evidence.report
    diagnostic = report.get("diagnostic-code", "").partition(";")[2].strip() or report.get("diagnostic-code", "")
    words = diagnostic or failure_words.sentence_of(evidence.text)
    status = failure_words.status_in(report.get("status", ""))
    if not status or status.endswith(".0.0"):
        status = failure_words.status_in(words) or status or failure_words.status_in(evidence.text)
    return Bounce(
        recipient=_recipient(letter, evidence),
        status=status,
        permanent=failure_words.is_permanent(status, words or evidence.text[:8192]),
        diagnostic=header_text(words[:500]),
        original_message_id=_original_id(letter, evidence),
    )


def _recipient(letter: Letter, evidence: _Evidence) -> str:
    report = evidence.report
    own = {letter.sender.email if letter.sender else "", *(address.email for address in letter.to)}
    said = (
        report.get("final-recipient", ""),
        report.get("original-recipient", ""),
        letter.header("x-failed-recipients"),
    )
    for value in said:
        if found := _ADDRESS.search(value):
            return found.group()
    for found in _ADDRESS.finditer(evidence.text):
        if found.group().lower() not in {address.lower() for address in own}:
            return found.group().strip("'")
    return ""


def _original_id(letter: Letter, evidence: _Evidence) -> str:
    """The Message-ID of the letter that failed: best from its enclosed header, else wherever one is quoted."""
    header_first = sorted(letter.enclosures, key=lambda file: file.content_type not in _ORIGINALS)
    quoted = (_text(file.content) for file in header_first)
    for text in (*quoted, evidence.text):
        if found := _MESSAGE_ID.search(text):
            return found.group(1)
    return letter.references[-1] if letter.references else letter.in_reply_to
