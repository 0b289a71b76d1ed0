"""The words by which signatures, lines that phones add, closings and disclaimers are known: data for `signatures`."""

from typing import Final

from supportbox.mail.quote_headers import spellings

# What a phone or a mail program adds begins or ends so, and names one of the things below.
SENT_STARTS: Final = spellings(
    "sent from|sent via|sent with|sent by my|get outlook for|download outlook for|sent using|envoyé de|envoyé depuis|"
    "envoyé à partir d|envoyé avec|envoyé via|envoye de|obtenez outlook pour|télécharger outlook pour|"
    "téléchargez outlook pour|provenance : courrier|provenance :|gesendet von|gesendet mit|gesendet über|"
    "gesendet aus|von meinem|von meiner|von outlook für|outlook für|holen sie sich outlook|"
    "diese nachricht wurde von meinem|vom handy gesendet|enviado desde|enviado con|enviado mediante|"
    "obtener outlook para|descargar outlook para|inviato da|inviato dal|inviato con|ottieni outlook per|"
    "scarica outlook per|enviado do|enviado de|enviado a partir d|enviado por|enviado via|enviado pelo|enviada do|"
    "obtenha o outlook para|obter o outlook para|verzonden vanaf|verzonden met|verzonden vanuit|verstuurd vanaf|"
    "verstuurd met|verstuurd vanuit|download outlook voor|skickat från|skickat med|hämta outlook för|"
    "skaffa outlook för|sendt fra|sendt med|sendt via|hent outlook til|få outlook for|få outlook til|lähetetty|"
    "hanki outlook|wysłane z|wysłano z|pobierz aplikację outlook|pobierz program outlook|odesláno z|odoslané z|"
    "získejte outlook|získat outlook|poslané z|отправлено с|отправлено из|послано с|получить outlook для|"
    "скачать outlook для|надіслано з|gönderen:|küldve:|trimis de pe|στάλθηκε από|发自|發自|从我的|從我的|"
    "傳送自|来自我的|获取 outlook|取得 outlook|下载 outlook|나의 |내 "
)
SENT_ENDS: Final = spellings(
    "gesendet|gesendet.|geschickt|から送信|から送信されました|から送信しました|を入手|gönderildi|gönderildi.|"
    "için outlook'u edinin|보냄|보냈습니다|에서 보냄|发送|發送|傳送|içinden gönderildi"
)
DEVICES: Final = spellings(
    "iphon|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|redmi|oneplus|pixel|nokia|blackberry|windows|outlook|"
    "gmail|yahoo|proton|mail|htc|sony|xperia|lg|motorola|moto|phone|mobile|mobil|handy|smartphone|tablet|device|"
    "verizon|t-mobile|at&t|orange|vodafone|telekom|wiko|oppo|honor|nexus|lenovo|asus|app|mac|post|téléphone|telefon|"
    "telefono|teléfono|móvil|celular|telemóvel|telefoon|mobiel|appareil|gerät|dispositivo|cellulare|puhelim|телефон|"
    "смартфон|планшет|устройств|tinyletter|spark|thunderbird|k-9|fairphone|airmail|zimbra|treo|palm|symbian|手机|"
    "手機|spike|携帯|スマホ|휴대폰|스마트폰|tel.|bouygues|free|sfr"
)

# Closings before a name. English ones are left out: "Thanks", "Cheers" and "Regards" say as often as they close.
CLOSINGS: Final = frozenset(
    spellings(
        "cordialement|bien cordialement|très cordialement|bien à vous|salutations|cdlt|cdt|amicalement|"
        "sincères salutations|meilleures salutations|bonne journée|respectueusement|salutations distinguées|"
        "mit freundlichen grüßen|mit freundlichen grüssen|freundliche grüße|freundliche grüsse|viele grüße|"
        "viele grüsse|beste grüße|beste grüsse|liebe grüße|liebe grüsse|schöne grüße|mfg|vg|lg|herzliche grüße|"
        "herzliche grüsse|mit freundlichem gruß|hochachtungsvoll|mit besten grüßen|grüße|saludos|un saludo|"
        "saludos cordiales|atentamente|cordialmente|un cordial saludo|muy atentamente|cordiali saluti|"
        "distinti saluti|saluti|un saluto|cordialità|un cordiale saluto|atenciosamente|cumprimentos|"
        "com os melhores cumprimentos|melhores cumprimentos|abraços|um abraço|att|abs|com os meus cumprimentos|"
        "met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|groeten|"
        "hartelijke groet|hartelijke groeten|mvg|groet|groetjes|med vänlig hälsning|med vänliga hälsningar|"
        "vänliga hälsningar|vänlig hälsning|hälsningar|mvh|bästa hälsningar|hälsning|vh|med venlig hilsen|"
        "venlig hilsen|med venlige hilsner|mange hilsner|hilsen|vh.|kh|kærlig hilsen|bedste hilsner|"
        "de bedste hilsner|med vennlig hilsen|vennlig hilsen|beste hilsen|ystävällisin terveisin|terveisin|"
        "parhain terveisin|yst. terv|t|terv|pozdrawiam|z poważaniem|z powazaniem|pozdrowienia|serdecznie pozdrawiam|"
        "z wyrazami szacunku|s pozdravem|s pozdravom|se srdečným pozdravem|s přátelským pozdravem|pozdravy|s úctou|"
        "с уважением|с наилучшими пожеланиями|всего доброго|з повагою|с ув|всего наилучшего|saygılarımla|"
        "saygılarımızla|iyi çalışmalar|selamlar|kolay gelsin|sevgiler|iyi günler dilerim|üdvözlettel|tisztelettel|"
        "cu stimă|με εκτίμηση|敬具|此致|此致敬礼|祝好|顺颂商祺|드림"
    )
)

DISCLAIMER_WORDS: Final = spellings(
    "confidential|privileged|intended recipient|intended solely|intended only|addressee|disclos|unauthorised|"
    "unauthorized|received this|notify the sender|in error|strictly prohibited|viruses|confidentiel|destinataire|"
    "par erreur|à l'attention exclusive|interdite|vertraulich|empfänger|irrtümlich|unbefugt|rechtlich geschützt|"
    "confidencial|destinatario|por error|prohibid|destinatário|por engano|riservat|per errore|vietat|vertrouwelijk|"
    "geadresseerde|ten onrechte|konfidentiell|fortrolig|mottagare|modtager|mottaker|luottamuksellinen|vastaanottaj|"
    "poufn|adresat|důvěrn|конфиденциальн|получател|gizli|機密|機密性|保密|机密|기밀"
)
