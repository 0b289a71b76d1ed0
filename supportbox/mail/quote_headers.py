"""The words with which mail programs open a quotation, by language: data for `quote_marks`, nothing else."""

from typing import Final

# Several spellings a language: en fr de es it pt nl sv da nb fi pl cs sk ru uk tr hu ro el and more, then ja zh ko.


def spellings(words: str) -> tuple[str, ...]:
    """The words of a list that bars divide."""
    return tuple(words.split("|"))


VERBS: Final = spellings(
    "wrote|writes|sent|a écrit|a ecrit|écrivait|schrieb|schrieben|geschrieben|hat folgendes geschrieben|escribió|"
    "escribio|escribía|ha scritto|scrisse|scriveva|escreveu|escreveram|schreef|het volgende geschreven|geschreven|"
    "skrev|skrev följande|skreiv|kirjoitti|napisał(a)|napisał|napisała|pisze|napsal(a)|napsal|napsala|napísal(a)|"
    "napísal|napísala|написал(а)|написал|написала|пишет|писал|писал(а)|написав|написала(в)|пише|yazdı|şunu yazdı|"
    "yazmış|írta|ezt írta|a scris|έγραψε|đã viết|menulis|כתב|כתבה|كتب|เขียนว่า|napisao je|je napisao|napisala je|"
    "je napisala|је написао|написа|rašė|rakstīja|kirjutas|va escriure|escribiu|idatzi du|je napisal|のメール|"
    "のメッセージ|さんは書きました|が書きました|は書きました|書きました|の書き込み|写道|寫道|写到|編寫|寫|님이 작성|"
    "작성|님의 메시지|씀"
)

# What an attribution may begin with besides a figure: words before the date, or days of the week.
LEADS: Final = frozenset(
    spellings(
        "on|at|på|vào|ngày|pada|dana|ב|le|am|um|el|il|em|no|a|op|den|dnia|w|dne|dňa|в|на|于|在|於|tarihinde|data|pe|"
        "la|στις"
    )
)
DAYS: Final = frozenset(
    spellings(
        "mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lun|mar|mer|jeu|ven|"
        "sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|"
        "donnerstag|freitag|samstag|sonntag|mié|jue|vie|sáb|dom|lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
        "gio|sab|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|seg|ter|qua|qui|sex|segunda|terça|quarta|"
        "quinta|sexta|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|ma|wo|vr|za|zo|maandag|dinsdag|"
        "woensdag|donderdag|vrijdag|zaterdag|zondag|mån|tis|ons|tors|fre|lör|sön|måndag|tisdag|onsdag|torsdag|fredag|"
        "lördag|söndag|man|tir|tor|lør|søn|mandag|tirsdag|lørdag|søndag|ti|ke|to|su|maanantai|tiistai|keskiviikko|"
        "torstai|perjantai|lauantai|sunnuntai|pon|wt|śr|czw|pt|sob|niedz|poniedziałek|wtorek|środa|czwartek|piątek|"
        "sobota|niedziela|po|út|st|čt|pá|ne|pondělí|úterý|středa|čtvrtek|pátek|neděle|пн|вт|ср|чт|пт|сб|вс|"
        "понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|нд|pzt|sal|çar|per|cum|cmt|paz"
    )
)

# The labels of a pasted header block, by what they name; a word that names two things counts as the later one.
_KINDS: Final = {
    "other": spellings(
        "cc|bcc|cci|kopie|copie|copie à|copia|cópia|kopi|kopia|kopio|dw|udw|копия|копія|bilgi|másolatot kap|κοιν|"
        "抄送|副本|参조|참조|숨은 참조|reply-to|répondre à|antwort an|responder a|rispondi a|responder para|"
        "antwoord aan|svara till|svar til|vastausosoite|odpowiedź do|odpověď komu|ответить|yanıtla|返信先|回复|"
        "importance|importance de|priorität|wichtigkeit|importancia|priorité|priority|attachments|pièces jointes|"
        "anlagen|添付ファイル|附件|첨부|organization|reply to|sender"
    ),
    "to": spellings(
        "to|à|a|an|para|aan|naar|til|till|do|komu|pro|кому|для|vastaanottaja|saaja|kime|alıcı|címzett|către|προς|"
        "宛先|收件人|收件者|받는 사람|받는사람|수신|destinataire|destinatario|destinatário|empfänger|ontvanger|"
        "mottagare|modtager|mottaker|adresat|příjemce|получатель"
    ),
    "sent": spellings(
        "sent|date|envoyé|envoyé le|envoye|message du|gesendet|gesendet am|datum|enviado|enviado el|enviada|"
        "enviada em|enviado em|fecha|data|inviato|data invio|verzonden|verzonden op|skickat|skickad|datum och tid|"
        "sendt|dato|lähetetty|päivämäärä|päiväys|pvm|wysłano|wysłane|odesláno|odoslané|dátum|отправлено|дата|"
        "отправлен|надіслано|gönderildi|gönderilme|tarih|gönderme tarihi|elküldve|trimis|ημερομηνία|στάλθηκε|"
        "送信日時|日付|日時|发送时间|發送時間|寄件日期|傳送時間|日期|发送日期|時間|时间|보낸 날짜|날짜|보낸 시간|"
        "보낸날짜"
    ),
    "subject": spellings(
        "subject|objet|sujet|betreff|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|věc|тема|"
        "konu|tárgy|subiect|θέμα|件名|主题|主題|主旨|标题|標題|제목"
    ),
    "from": spellings(
        "from|de|von|van|da|fra|från|od|от|от кого|від|lähettäjä|kimden|gönderen|feladó|de la|από|差出人|送信者|"
        "发件人|寄件者|寄件人|發件人|보낸 사람|보낸사람|발신|remitente|mittente|expéditeur|expediteur|afzender|"
        "absender|remetente|avsändare|afsender|avsender|nadawca|odesílatel|odesílateľ|отправитель"
    ),
}
LABELS: Final = {label: kind for kind, labels in _KINDS.items() for label in labels}

# Titles that stand between dashes over a quoted letter, and those over a letter that was passed on.
ORIGINAL: Final = frozenset(
    spellings(
        "original message|original email|original mail|reply message|replied message|message d'origine|"
        "message d’origine|message original|message initial|courriel original|mail original|ursprüngliche nachricht|"
        "original-nachricht|originalnachricht|original nachricht|ursprüngliche e-mail|originalmeldung|"
        "mensaje original|correo original|mensaje initial|messaggio originale|messaggio originario|mensagem original|"
        "oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht|ursprungligt meddelande|ursprungligt mail|"
        "originalmeddelande|oprindelig meddelelse|oprindelig besked|original meddelelse|opprinnelig melding|"
        "original melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|treść oryginalnej wiadomości|"
        "původní zpráva|pôvodná správa|originální zpráva|исходное сообщение|оригинальное сообщение|"
        "первоначальное сообщение|пересылаемое сообщение от|вихідне повідомлення|orijinal mesaj|orjinal mesaj|"
        "özgün ileti|özgün mesaj|eredeti üzenet|mesaj original|mesajul original|αρχικό μήνυμα|元のメッセージ|"
        "元のメール|オリジナルメッセージ|原始邮件|原始郵件|原邮件|原始信件|원본 메시지|원본 메일|원래 메시지|"
        "원본메시지"
    )
)
FORWARDED: Final = spellings(
    "forwarded message|forwarded by|begin forwarded message|forwarded mail|forwarded email|message transféré|"
    "message transfere|début du message transféré|début du message réexpédié|message réexpédié|courriel transféré|"
    "transféré par|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|weitergeleitete e-mail|"
    "beginn der weitergeleiteten nachricht|weitergeleitet von|mensaje reenviado|inicio del mensaje reenviado|"
    "reenviado por|messaggio inoltrato|inizio messaggio inoltrato|inoltrato da|mensagem encaminhada|"
    "mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reenviada|encaminhado por|"
    "doorgestuurd bericht|begin doorgestuurd bericht|doorgestuurd door|vidarebefordrat meddelande|"
    "vidarebefordrat mail|vidarebefordrat brev|påbörja vidarebefordrat|videresendt meddelelse|videresendt besked|"
    "start på videresendt|start på viderebragt|videresendt melding|videresendt e-post|starten på videresendt|"
    "edelleenlähetetty viesti|välitetty viesti|edelleen lähetetty|välitetty viesti alkaa|wiadomość przekazana|"
    "przekazana wiadomość|początek przekazywanej wiadomości|przesłana wiadomość|přeposlaná zpráva|"
    "začátek přeposlané zprávy|preposlaná správa|пересылаемое сообщение|пересланное сообщение|"
    "начало переадресованного|начало пересылаемого|переслане повідомлення|yönlendirilmiş mesaj|iletilen mesaj|"
    "iletilmiş mesaj|yönlendirilen ileti|iletilen ileti|továbbított üzenet|mesaj redirecționat|προωθημένο μήνυμα|"
    "転送されたメッセージ|転送メッセージ|転送されたメール|転送ここから|转发的邮件|转发邮件|转发信息|轉寄郵件|"
    "轉寄的郵件|已转发|开始转发|被转发的邮件|전달된 메시지|전달된 메일|전달 메시지|원본 메일 전달"
)
# What help desks print over their own words.
REPLY_ABOVE: Final = spellings(
    "above this line|au-dessus de cette ligne|oberhalb dieser zeile|über dieser zeile|encima de esta línea|"
    "sopra questa riga|sopra questa linea|acima desta linha|boven deze regel|boven deze lijn|ovanför denna rad|"
    "over denne linje|over denne linjen|tämän rivin yläpuolelle|powyżej tej linii|nad tento řádek|выше этой строки|"
    "bu satırın üstüne|この行より上|在此行上方|이 줄 위에"
)
