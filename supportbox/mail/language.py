"""Guesses the language of a letter offline, from its script and its commonest little words."""

import re

_LATIN_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 2000
_FEWEST_WORDS = 3
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_LETTER = re.compile(r"[^\W\d_]")

_WORDS = {
    "en": "the a an of to and in is it you that was for on are with as i his they be at this have from or had by but not "
    "what all were we when your can said there use each which she do how their if will up other about out many then them "
    "these so some her would him has more could my than been who its now did get our please thank thanks hello hi dear "
    "regards cannot need help any me would like still does am no yes since working again order best",
    "fr": "le la les un une des du de et à est il elle je vous nous que qui dans pour pas sur avec ce cette ces se son sa "
    "ses mon ma mes votre vos notre nos ne au aux par plus ou où mais donc si être avoir fait bonjour merci cordialement "
    "salutations suis avez avons ont sont été comme très bien aussi quand peut pouvez depuis hier commande facture mot passe "
    "déjà reçu ça cela puis sans sous y en leur leurs tout tous bonne journée svp plaît",
    "de": "der die das und ist ich nicht sie es ein eine einen einem einer zu in den dem des von mit auf für im an wir ihr "
    "ihre ihren ihnen mein meine meinen haben hat habe sind war wird werden kann können bitte danke hallo guten tag grüße "
    "freundlichen mit auch aber oder wenn wie was noch nur nach bei aus seit über um dass sehr geehrte geehrter vielen dank "
    "schon mehr kein keine mir mich uns unser unsere gestern bestellung rechnung zum zur vom",
    "es": "el la los las un una unos unas de del y en que es no se por con para su sus lo le les mi mis me te nos más pero "
    "como si ya o este esta estos estas ese esa al está están ser fue ha han he hemos muy también cuando donde hola gracias "
    "saludos buenos días buenas tardes favor pedido factura contraseña puedo puede tengo hay sin sobre desde hasta usted "
    "ustedes nuestro nuestra qué cómo cordial estimado",
    "it": "il lo la i gli le un uno una di del della dei delle dal dalla a al alla e è in nel nella con su sul per tra che "
    "non si mi ti ci vi ma come se anche più sono ho hai ha abbiamo avete hanno essere questo questa questi queste quando "
    "dove grazie buongiorno salve saluti cordiali distinti gentile ordine fattura mio mia vostro vostra nostro posso può "
    "potete molto bene già ancora senza dopo prima da quindi",
    "pt": "o a os as um uma de do da dos das em no na nos nas e é que não se por com para seu sua seus suas meu minha mas "
    "como ao à aos mais foi ser está estão tem têm tenho você vocês nós eu ele ela isso este esta olá obrigado obrigada "
    "bom dia boa tarde atenciosamente cumprimentos pedido fatura senha posso pode muito também já quando onde até sem sobre "
    "desde favor são pelo pela",
    "nl": "de het een en van ik je u is dat in te niet op met voor zijn er aan maar om ook als dan wij we zij ze hij mijn "
    "uw jullie hun deze dit die wat kan kunt kunnen heb heeft hebben was waren wordt worden naar bij uit nog wel geen al "
    "door over hallo beste bedankt dank groet groeten vriendelijke graag bestelling factuur sinds gisteren weer wachtwoord "
    "goedemorgen geachte zou mij ons onze",
    "sv": "och att det är en ett som på för med av till den inte jag du vi ni har kan om men så hej tack vänliga hälsningar "
    "från eller var när mig er min mitt ska skulle också beställning",
    "da": "og at det er en et som på for med af til den ikke jeg du vi i har kan om men så hej tak venlig hilsen fra eller "
    "var når mig jer min mit skal skulle også bestilling ved hvad",
    "pl": "i w na z do się nie że to jest o od po za jak ale co dla czy proszę dziękuję dzień dobry pozdrawiam witam mam "
    "moje mój przez przy są był jestem już jeszcze tylko nas zamówienie faktura hasło",
}
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _language, _list in _WORDS.items():
    for _word in set(_list.split()):
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)


def language_of(text: str) -> str:
    """Two letters, or "" when there are too few words to tell or two languages are too close."""
    sample = text[:_SAMPLE]
    if not sample.isascii() and (script := _script(sample)):
        return script
    words = _LATIN_WORD.findall(sample.lower())
    scores: dict[str, float] = {}
    for word in words:
        languages = _LANGUAGES_OF.get(word)
        if languages:
            share = 1 / len(languages)
            for language in languages:
                scores[language] = scores.get(language, 0) + share
    if not scores:
        return ""
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if score < _FEWEST_WORDS * 0.5 or score < 0.08 * len(words) or score < 1.3 * second:
        return ""
    return best


def _script(sample: str) -> str:
    """The language that a non-Latin script stands for, when a good part of the letters is in it."""
    for language, pattern in _SCRIPTS:
        found = len(pattern.findall(sample))
        if found >= 2 and found * 5 >= len(_LETTER.findall(sample)):
            return language
    cyrillic = len(_CYRILLIC.findall(sample))
    if cyrillic >= 2 and cyrillic * 3 >= len(_LETTER.findall(sample)):
        return "uk" if _UKRAINIAN.search(sample) else "ru"
    return ""
