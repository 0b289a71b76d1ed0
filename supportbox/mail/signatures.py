"""Recognises what stands below the words of a letter: signatures, lines that a phone adds, list footers, disclaimers."""

from typing import Final

SIGNATURE_MARKS: Final = frozenset(("--", "-- ", "—", "–", "––", "——", "--\xa0"))
MOST_SIGNATURE_LINES: Final = 30
_MOST_SENT_FROM = 90

# What a phone or a mail program adds begins so; the rest must then be short and name a thing, not tell a story.
_SENT_STARTS: Final = (
    "sent from", "sent via", "sent with", "sent by my", "get outlook for", "download outlook for", "sent using",
    "envoyé de", "envoyé depuis", "envoyé à partir d", "envoyé avec", "envoyé via", "envoye de", "obtenez outlook pour",
    "télécharger outlook pour", "téléchargez outlook pour", "provenance : courrier", "provenance :",
    "gesendet von", "gesendet mit", "gesendet über", "gesendet aus", "von meinem", "von meiner", "von outlook für",
    "outlook für", "holen sie sich outlook", "diese nachricht wurde von meinem", "vom handy gesendet",
    "enviado desde", "enviado con", "enviado mediante", "obtener outlook para", "descargar outlook para",
    "inviato da", "inviato dal", "inviato con", "ottieni outlook per", "scarica outlook per",
    "enviado do", "enviado de", "enviado a partir d", "enviado por", "enviado via", "enviado pelo", "enviada do",
    "obtenha o outlook para", "obter o outlook para",
    "verzonden vanaf", "verzonden met", "verzonden vanuit", "verstuurd vanaf", "verstuurd met", "verstuurd vanuit",
    "outlook voor", "download outlook voor",
    "skickat från", "skickat med", "hämta outlook för", "skaffa outlook för",
    "sendt fra", "sendt med", "sendt via", "hent outlook til", "få outlook for", "få outlook til",
    "lähetetty", "hanki outlook",
    "wysłane z", "wysłano z", "pobierz aplikację outlook", "pobierz program outlook",
    "odesláno z", "odoslané z", "získejte outlook", "získat outlook", "poslané z",
    "отправлено с", "отправлено из", "послано с", "получить outlook для", "скачать outlook для", "надіслано з",
    "gönderen:", "outlook for", "küldve:", "trimis de pe", "στάλθηκε από",
    "发自", "發自", "从我的", "從我的", "傳送自", "来自我的", "获取 outlook", "取得 outlook", "下载 outlook",
    "나의 ", "내 ",
)  # fmt: skip
_SENT_ENDS: Final = (
    "gesendet", "gesendet.", "geschickt", "から送信", "から送信されました", "から送信しました", "を入手",
    "gönderildi", "gönderildi.", "için outlook'u edinin", "보냄", "보냈습니다", "에서 보냄", "发送", "發送", "傳送", "içinden gönderildi",
)  # fmt: skip
_DEVICES: Final = (
    "iphone", "ipad", "ipod", "android", "samsung", "galaxy", "huawei", "xiaomi", "redmi", "oneplus", "pixel", "nokia",
    "blackberry", "windows", "outlook", "gmail", "yahoo", "proton", "mail", "htc", "sony", "xperia", "lg", "motorola",
    "moto", "phone", "mobile", "mobil", "handy", "smartphone", "tablet", "device", "verizon", "t-mobile", "at&t",
    "orange", "vodafone", "telekom", "wiko", "oppo", "honor", "nexus", "lenovo", "asus", "app", "mac", "post",
    "téléphone", "telefon", "telefono", "teléfono", "móvil", "celular", "telemóvel", "telefoon", "mobiel", "appareil",
    "gerät", "dispositivo", "cellulare", "puhelim", "телефон", "смартфон", "планшет", "устройств", "tinyletter",
    "spark", "thunderbird", "k-9", "fairphone", "airmail", "zimbra", "treo", "palm", "symbian", "手机", "手機", "spike",
    "携帯", "スマホ", "휴대폰", "스마트폰", "tel.", "bouygues", "free", "sfr",
)  # fmt: skip

# The first two letters of each, in lower case: most lines are turned away by them alone.
SENT_HEADS: Final = frozenset(start[:2] for start in _SENT_STARTS)

_DISCLAIMER_WORDS: Final = (
    "confidential", "privileged", "intended recipient", "intended solely", "intended only", "addressee", "disclos",
    "unauthorised", "unauthorized", "received this", "notify the sender", "in error", "strictly prohibited", "viruses",
    "confidentiel", "destinataire", "par erreur", "à l'attention exclusive", "interdite",
    "vertraulich", "empfänger", "irrtümlich", "unbefugt", "rechtlich geschützt",
    "confidencial", "destinatario", "por error", "prohibid", "destinatário", "por engano",
    "riservat", "per errore", "vietat", "vertrouwelijk", "geadresseerde", "ten onrechte", "konfidentiell", "fortrolig",
    "mottagare", "modtager", "mottaker", "luottamuksellinen", "vastaanottaj", "poufn", "adresat", "důvěrn",
    "конфиденциальн", "получател", "gizli", "機密", "機密性", "保密", "机密", "기밀",
)  # fmt: skip


def is_sent_from(line: str) -> bool:
    """Whether a stripped line is what a phone or a mail program adds on its own ("Sent from my iPhone")."""
    if len(line) > 200:
        return False
    low = line.lower().strip("*_-–— ")
    if not low.startswith(_SENT_STARTS) and not low.endswith(_SENT_ENDS):
        return False
    link = low.find("<")
    words = low[:link] if link > 0 else low
    if len(words) > _MOST_SENT_FROM or words.count(" ") > 9 or ", " in words:
        return False
    return any(device in words for device in _DEVICES) or link > 0


def is_list_footer(stripped: list[str], at: int) -> bool:
    """Whether a rule of underscores opens the footer that a mailing list adds."""
    return at + 1 < len(stripped) and "mailing list" in stripped[at + 1][:200].lower()


def disclaimer_start(stripped: list[str], folded: bytearray, stop: int) -> int:
    """Where the closing legal paragraphs of the first `stop` lines begin; `stop` when there are none."""
    found = end = stop
    for _ in range(4):
        while end and not stripped[end - 1]:
            end -= 1
        first = end
        while first and stripped[first - 1] and not folded[first - 1] and end - first < 30:
            first -= 1
        if not _is_disclaimer(stripped[first:end]):
            return found
        found = end = first
    return found


def _is_disclaimer(lines: list[str]) -> bool:
    text = " ".join(lines)[:4000].lower()
    return len(text) >= 100 and sum(word in text for word in _DISCLAIMER_WORDS) >= 3
