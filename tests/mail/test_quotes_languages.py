"""The headers that mail programs put over a quotation, in the languages of the people who write to a help desk."""

import pytest

from supportbox.mail.quotes import split_text

ATTRIBUTIONS = [
    "On Tue, 6 Jan 2026 at 09:14, Desk <desk@example.org> wrote:",
    "On Jan 6, 2026, at 9:14 AM, Desk <desk@example.org> wrote:",
    'On Tuesday, January 6, 2026 9:14 AM, "Desk" <desk@example.org> wrote:',
    "On Tuesday, 6 January 2026 at 9:14, Desk <desk@example.org> wrote:",
    "On 06/01/2026 09:14, desk@example.org wrote:",
    "---- On Tue, 06 Jan 2026 09:14:00 +0100 Desk <desk@example.org> wrote ----",
    "Le mar. 6 janv. 2026 à 09:14, Desk <desk@example.org> a écrit :",
    "Le 6 janv. 2026 à 09:14, Desk <desk@example.org> a écrit\N{NO-BREAK SPACE}:",
    "Le mardi 6 janvier 2026 à 09:14:22 UTC+1, Desk <desk@example.org> a écrit :",
    "Am Di., 6. Jan. 2026 um 09:14 Uhr schrieb Desk <desk@example.org>:",
    "Am 06.01.2026 um 09:14 schrieb desk@example.org:",
    "Am Dienstag, 6. Januar 2026, 09:14:22 MEZ hat Desk <desk@example.org> Folgendes geschrieben:",
    "El mar, 6 ene 2026 a las 9:14, Desk (<desk@example.org>) escribió:",
    "El 6 ene 2026, a las 9:14, Desk <desk@example.org> escribió:",
    "Il giorno mar 6 gen 2026 alle ore 09:14 Desk <desk@example.org> ha scritto:",
    "Il 06/01/2026 09:14, desk@example.org ha scritto:",
    "Em ter., 6 de jan. de 2026 às 09:14, Desk <desk@example.org> escreveu:",
    "A terça, 6/01/2026, 09:14, Desk <desk@example.org> escreveu:",
    "No dia 6 de jan. de 2026, às 09:14, Desk <desk@example.org> escreveu:",
    "Op di 6 jan 2026 om 09:14 schreef Desk <desk@example.org>:",
    "Op 6 jan. 2026 om 09:14 heeft Desk <desk@example.org> het volgende geschreven:",
    "Den tis 6 jan. 2026 kl 09:14 skrev Desk <desk@example.org>:",
    "6 jan. 2026 kl. 09:14 skrev Desk <desk@example.org>:",
    "Den tirs. 6. jan. 2026 kl. 09.14 skrev Desk <desk@example.org>:",
    "tir. 6. jan. 2026 kl. 09:14 skrev Desk <desk@example.org>:",
    "På 6. januar 2026 på 09:14:22, Desk (desk@example.org) skrev:",
    "ti 6. tammik. 2026 klo 9.14 Desk (desk@example.org) kirjoitti:",
    "Desk <desk@example.org> kirjoitti 6.1.2026 kello 9.14:",
    "wt., 6 sty 2026 o 09:14 Desk <desk@example.org> napisał(a):",
    "W dniu 6.01.2026 o 09:14, Desk pisze:",
    "Dnia 6 stycznia 2026 09:14 Desk <desk@example.org> napisał(a):",
    "út 6. 1. 2026 v 9:14 odesílatel Desk <desk@example.org> napsal:",
    "Dne 6. 1. 2026 v 9:14 Desk <desk@example.org> napsal(a):",
    "вт, 6 янв. 2026 г. в 09:14, Desk <desk@example.org>:",
    "6 января 2026 г., в 09:14, Desk <desk@example.org> написал(а):",
    'Вторник, 6 января 2026, 09:14 +03:00 от "Desk" <desk@example.org>:',
    "06.01.2026, 09:14, \"Desk\" <desk@example.org>:",
    "вт, 6 січ. 2026 р. о 09:14 Desk <desk@example.org> пише:",
    "Desk <desk@example.org>, 6 Oca 2026 Sal, 09:14 tarihinde şunu yazdı:",
    "6 Oca 2026 tarihinde 09:14 saatinde, Desk <desk@example.org> şunları yazdı:",
    "2026年1月6日(火) 9:14 Desk <desk@example.org>:",
    "2026/01/06 9:14、Desk <desk@example.org>のメール:",
    "Desk <desk@example.org> 于2026年1月6日周二 09:14写道：",
    "在 2026年1月6日，上午9:14，Desk <desk@example.org> 写道：",
    "Desk <desk@example.org> 於 2026年1月6日 週二 上午9:14寫道：",
    "2026년 1월 6일 (화) 오전 9:14, Desk <desk@example.org>님이 작성:",
    "2026. 1. 6. 오전 9:14, Desk <desk@example.org> 작성:",
    "Vào Th 3, 6 thg 1, 2026 vào lúc 09:14 Desk <desk@example.org> đã viết:",
    "Pada Sel, 6 Jan 2026 pukul 09.14 Desk <desk@example.org> menulis:",
    "Desk <desk@example.org> ezt írta (időpont: 2026. jan. 6., K, 9:14):",
    "În mar., 6 ian. 2026 la 09:14, Desk <desk@example.org> a scris:",
    "Στις Τρί 6 Ιαν 2026 στις 9:14 π.μ., ο χρήστης Desk <desk@example.org> έγραψε:",
]  # fmt: skip

BLOCKS = [
    ("From", "Sent", "To", "Subject"),
    ("De", "Envoyé", "À", "Objet"),
    ("Von", "Gesendet", "An", "Betreff"),
    ("De", "Enviado", "Para", "Asunto"),
    ("Da", "Inviato", "A", "Oggetto"),
    ("De", "Enviada em", "Para", "Assunto"),
    ("Van", "Verzonden", "Aan", "Onderwerp"),
    ("Från", "Skickat", "Till", "Ämne"),
    ("Fra", "Sendt", "Til", "Emne"),
    ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    ("Od", "Wysłano", "Do", "Temat"),
    ("Od", "Odesláno", "Komu", "Předmět"),
    ("От", "Отправлено", "Кому", "Тема"),
    ("Kimden", "Gönderildi", "Kime", "Konu"),
    ("差出人", "送信日時", "宛先", "件名"),
    ("发件人", "发送时间", "收件人", "主题"),
    ("寄件者", "寄件日期", "收件者", "主旨"),
    ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
]

TITLES = [
    "-----Original Message-----", "-----Message d'origine-----", "-----Ursprüngliche Nachricht-----",
    "-----Mensaje original-----", "-----Messaggio originale-----", "-----Mensagem original-----",
    "-----Oorspronkelijk bericht-----", "-----Ursprungligt meddelande-----", "-----Oprindelig meddelelse-----",
    "-----Opprinnelig melding-----", "-----Alkuperäinen viesti-----", "-----Wiadomość oryginalna-----",
    "-----Původní zpráva-----", "-----Исходное сообщение-----", "-----Özgün İleti-----", "-----元のメッセージ-----",
    "-----原始邮件-----", "------------------ 原始邮件 ------------------", "-----원본 메시지-----",
]  # fmt: skip

SENT_FROM = [
    "Sent from my iPhone", "Sent from my Galaxy", "Sent from Outlook for Android", "Get Outlook for iOS<https://example.org/x>",
    "Sent from Yahoo Mail on Android", "Sent with Proton Mail secure email.", "Envoyé de mon iPhone",
    "Envoyé depuis mon téléphone Android", "Télécharger Outlook pour iOS", "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App", "Outlook für Android herunterladen", "Enviado desde mi iPhone",
    "Obtener Outlook para iOS", "Inviato da iPhone", "Scarica Outlook per Android", "Enviado do meu iPhone",
    "Obter o Outlook para iOS", "Verstuurd vanaf mijn iPhone", "Download Outlook voor iOS", "Skickat från min iPhone",
    "Sendt fra min iPhone", "Hent Outlook til iOS", "Lähetetty iPhonesta", "Wysłane z iPhone’a", "Odesláno z iPhonu",
    "Отправлено с iPhone", "iPhone'umdan gönderildi", "iPhoneから送信", "发自我的 iPhone", "發自我的iPhone",
    "나의 iPhone에서 보냄",
]  # fmt: skip

CLOSINGS = [
    "Cordialement", "Mit freundlichen Grüßen", "Un saludo", "Cordiali saluti", "Atenciosamente",
    "Met vriendelijke groet", "Med vänlig hälsning", "Venlig hilsen", "Ystävällisin terveisin", "Z poważaniem",
    "S pozdravem", "С уважением", "Saygılarımla",
]  # fmt: skip


@pytest.mark.parametrize("header", ATTRIBUTIONS)
def test_an_attribution_goes_with_its_quotation(header: str) -> None:
    visible, quoted = split_text(f"The lamp is broken.\n\n{header}\n\n> Which lamp?\n> Desk\n")
    assert visible == "The lamp is broken."
    assert header.strip() in quoted


@pytest.mark.parametrize("header", [header for header in ATTRIBUTIONS if "@" in header])
def test_an_attribution_needs_no_marks_below(header: str) -> None:
    visible, quoted = split_text(f"The lamp is broken.\n\n{header}\n\nWhich lamp?\nDesk\n")
    assert (visible, quoted.endswith("Which lamp?\nDesk")) == ("The lamp is broken.", True)


@pytest.mark.parametrize("header", [header for header in ATTRIBUTIONS if " <desk" in header])
def test_an_attribution_may_be_wrapped_at_the_address(header: str) -> None:
    wrapped = header.replace(" <desk", " <\ndesk")
    assert split_text(f"The lamp is broken.\n\n{wrapped}\n\n> Which lamp?\n")[0] == "The lamp is broken."


@pytest.mark.parametrize("labels", BLOCKS, ids="-".join)
@pytest.mark.parametrize("form", ["{}: {}", "*{}:* {}", "{} : {}", "{}：{}"])
def test_a_header_block_opens_a_quotation(labels: tuple[str, str, str, str], form: str) -> None:
    values = ("Desk <desk@example.org>", "06.01.2026 09:14", "Ann <ann@example.net>", "Your lamp")
    block = "\n".join(form.format(label, value) for label, value in zip(labels, values, strict=True))
    visible, quoted = split_text(f"The lamp is broken.\n\n{block}\n\nWhich lamp?\n")
    assert visible == "The lamp is broken."
    assert quoted.endswith("Which lamp?")


@pytest.mark.parametrize("title", TITLES)
def test_a_title_between_dashes_opens_a_quotation(title: str) -> None:
    assert split_text(f"The lamp is broken.\n\n{title}\n\nWhich lamp?\n")[0] == "The lamp is broken."


@pytest.mark.parametrize("line", SENT_FROM)
def test_what_a_phone_adds_is_folded_and_words_below_it_are_not(line: str) -> None:
    assert split_text(f"The lamp is broken.\n\n{line}\n") == ("The lamp is broken.", line)
    assert split_text(f"The lamp is broken.\n\n{line}\n\nAnd the chair too.")[0].endswith("And the chair too.")


@pytest.mark.parametrize("closing", CLOSINGS)
def test_a_closing_and_a_name_are_folded(closing: str) -> None:
    assert (
        split_text(f"The lamp is broken.\n\n{closing},\nAnn Example\n+33 1 23 45 67 89\n")[0] == "The lamp is broken."
    )
    story = f"The lamp is broken.\n\n{closing}\nAnn, who waits for an answer from all of you\n"
    assert split_text(story)[0] == story.strip()
