"""The words and numbers by which mail servers say that a delivery failed, and whether it failed for good."""

import re

_SUBJECT = re.compile(
    r"undeliver|delivery (?:status notification|notification|failure|failed|has failed|problem|error|delayed|report|incomplete|final)"
    r"|(?:mail|message|delivery|e-?mail|send|sending)\b.{0,40}\bfail|failure (?:notice|delivery|notification)|fail(?:ed|ure) (?:mail|to deliver)"
    r"|returned (?:mail|e?-?mail|message|to sender)|return(?:ing|ed) (?:your )?(?:mail|message)|mail (?:delivery|system error|error|returned)"
    r"|non-?delivery|not (?:be )?(?:delivered|sent)|could ?n[o']t (?:be )?(?:send|deliver)|can ?not (?:send|be delivered)|unable to deliver"
    r"|delayed mail|message (?:delayed|blocked|rejected|bounced|undeliver)|rejected:|(?:mail|message) (?:status )?(?:report|warning)|mail quota|mailbox (?:is )?full"
    r"|user unknown|bounced? (?:mail|message)|^\W*(?:nondeliverable|bounce\b|dsn\b|delivery report|mdaemon\b|warning: (?:message|could))"
    r"|unzustellbar|nicht zugestellt|zustell(?:ung|fehler)|unzustellbarkeit|fehlgeschlagen|non remis|échec|non distribu|n'a pas pu être"
    r"|no se (?:puede|pudo|ha podido) entregar|no entregado|no se entregó|não (?:foi )?(?:possível |pode ser )?entreg|falha na entrega"
    r"|impossibile (?:consegnare|recapitare)|mancato recapito|mancata consegna|onbestelbaar|niet bezorgd|niet afgeleverd|kunde inte|kunne ikke"
    r"|nie ?dostarcz|недостав|не (?:было |может быть |удалось )?доставл|не доставлено|недоставленн"
    r"|配信(?:できません|不能|エラー|失敗)|送信(?:できません|エラー|失敗)|届け|未達|エラーメール|メール送信|配送|エラー(?:メール|通知)|退信|退回|投递失败|无法(?:投递|送达)|반송|전송 실패",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"^\s*(?:re|aw|fwd?|wg|tr|rv|i|sv|vs|antw)\s*:", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([45]\.[0-9]{1,2}\.[0-9]{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?<![\d.-])([45][0-5]\d)(?=[ \-#:]\s{0,3}[\w<#(\"'\[])")
_ERROR = re.compile(
    r"(?<![\d.])[45]\.\d{1,2}\.\d{1,3}(?![\d.])|(?<![\d.,$€£])\b(?:4[2-5]|5[0-5])\d[ -]{1,2}[#(<A-Za-z'\"]"
    r"|user (?:is )?unknown|unknown user|no such (?:user|mailbox|address|recipient)|host (?:not found|unknown)|mailbox (?:is )?(?:full|unavailable|not found|disabled)"
    r"|(?:quota|storage) (?:is )?(?:exceeded|full)|over ?quota|exceeded (?:storage|quota)|permanent (?:fatal )?errors?|fatal errors?|delivery to the following|could not be delivered"
    r"|can ?not be delivered|was not delivered|unable to deliver|undeliverable|delivery (?:has )?failed|not (?:be )?reach(?:ed|able)"
    r"|(?:did not|failed to|couldn't|can't|not) (?:reach|find|accept|deliver)|returned to (?:sender|you)|does(?:n't| not) (?:exist|have)|status: [45]\.\d|relay(?:ing)? (?:denied|not)"
    r"|action: failed|reason: |rejected|recipient(?:'s)? address|配信|送信|存在し|宛先|投递|不存在|无法(?:发送|送达)|nicht (?:zugestellt|gefunden)|pas pu être",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"(?:mailbox|mail ?box|quota|storage|account|inbox|maildir)\b.{0,60}?\b(?:full|exceed|over|limit|exhaust|quota)|over ?quota|quota exceed|exceeded.{0,30}(?:quota|storage|limit)"
    r"|full mailbox|insufficient (?:system )?(?:storage|disk|space)|not enough (?:storage|space)|容量|out of storage",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"user (?:is )?(?:unknown|not found|does(?:n't| not) exist|invalid|doesn)|unknown (?:user|local|recipient|mailbox|address|account|rcpt)|no such (?:user|mailbox|recipient|address|account|person|local|id|domain|e-?mail)"
    r"|(?:recipient|address|mailbox|account|user|e-?mail)[^.\n]{0,80}?(?:does(?: not|n't) exist|not (?:be )?found|unknown|not exist|no longer|isn't (?:in|here)|not (?:a )?(?:valid|known|listed|recognized|recognised|have)|invalid|undeliverable address)"
    r"|(?:does(?: not|n't)|did ?n[o']t) (?:have|match|like|find)[^.\n]{0,60}?(?:account|user|mailbox|recipient|address)|invalid (?:recipient|mailbox|address|user|rcpt|final)|bad (?:destination|address)"
    r"|(?:host|domain)[^.\n]{0,60}?(?:not found|unknown|does(?: not|n't) exist|not exist|isn't|invalid)|(?:host|domain) (?:is )?(?:unknown|not found)|unknown (?:host|domain)|nxdomain|name (?:or service|server)? ?not (?:known|found)|no mx|unroutable|unrout(?:e)?able"
    r"|could(?:n't| not) (?:be )?(?:find|found)|has moved|has changed|no longer (?:valid|in use|active|exists|available|employed|work)|not (?:our|a local|local|a valid)|no mailbox (?:here|by|found)|is not (?:a )?(?:known|valid|active|accepting)"
    r"|nullmx|null mx|does not accept (?:any )?(?:mail|e-?mail)|address (?:rejected\\.?$|error|unknown)|domain is not reachable|recipnotfound|recipientnotfound|resolver\.adr|not listed in|no account by that name|宛先.{0,20}(?:存在|見つかり|不明)|不存在|inconnu|unbekannt|desconocid|sconosciut",
    re.IGNORECASE,
)
_ABOUT_US = re.compile(
    r"\bsender\b|mail from|black ?list|block ?list|dnsbl|\brbl\b|reputation|\bspf\b|dkim|dmarc|authenticat|\bptr\b|reverse dns|"
    r"banned|bl\?ip=|access denied|relay(?:ing)? (?:denied|not)|spam|virus|(?:is|are|been) listed|malformed or unexpected",
    re.IGNORECASE,
)
_CERTAIN = re.compile(
    r"user unknown|unknown user|no such user|user (?:is )?not found|does(?:n't| not) exist|invalid recipient|not listed in",
    re.IGNORECASE,
)
_OTHER_FIELD = re.compile(r"[ \t]{0,20}(?:message-id|received|date|from|to|subject|references):", re.IGNORECASE)
_SENTENCE = 300
_GONE_STATUS = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.0.1", "5.4.4"}
_ABOUT_US_STATUS = {"5.1.7", "5.1.8", "5.2.1", "5.2.2", "5.2.3", "5.3.0", "5.3.2", "5.3.4"}


def in_subject(subject: str) -> bool:
    """Whether a subject says that something could not be delivered, in the mail server's own words."""
    return _FORWARDED.match(subject) is None and _SUBJECT.search(subject[:300]) is not None


def in_text(text: str) -> bool:
    """Whether a text quotes a mail server's error."""
    return _ERROR.search(text) is not None


def status_in(text: str) -> str:
    """The first enhanced status code in a text, or ""."""
    found = _STATUS.search(text)
    return found.group(1) if found else ""


def sentence_of(text: str) -> str:
    """The lines of a text that give the error, or ""."""
    for pattern in (_STATUS, _CODE, _GONE, _FULL, _ERROR):
        for found in pattern.finditer(text):
            start = text.rfind("\n", 0, found.start()) + 1
            if not _OTHER_FIELD.match(text, start):
                paragraph = text.find("\n\n", found.end())
                end = paragraph if paragraph >= 0 else len(text)
                return " ".join(text[start : min(end, found.end() + _SENTENCE)].split())
    return ""


def is_permanent(status: str, words: str) -> bool:
    """Whether the address itself is bad: unknown, moved, or of a host that takes no mail."""
    if _ABOUT_US.search(words) or _FULL.search(words):
        return False
    if _CERTAIN.search(words):
        return True
    if status.startswith(("4", "5.7.")) or status in _ABOUT_US_STATUS:
        return status.startswith("4") and "no mx" in words.lower()
    return status in _GONE_STATUS or _GONE.search(words) is not None
