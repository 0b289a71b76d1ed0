"""A small help centre in two languages, written for these tests, and what people type to find its articles."""

from supportbox.kb.markdown_text import read_markdown
from supportbox.kb.searcher import Entry

_ENGLISH = [
    (
        "reset-password",
        "Reset your password",
        "How to choose a new password when you have forgotten the old one.",
        "Open the sign-in page, then **Forgot password**.\n\n## The letter does not arrive\n\nLook in the spam folder.",
    ),
    (
        "change-address",
        "Change your delivery address",
        "Send a parcel that has not left yet to another place.",
        "What the carrier has keeps its destination.\n\n## Moving house\n\nChange all subscriptions.",
    ),
    ("track-order", "Track an order", "See where your parcel is.", "The tracking number is in the shipping letter."),
    ("late-delivery", "My order is late", "What to do when the carrier is slow.", "Wait two days, then write to us."),
    (
        "return-item",
        "Return an item",
        "Send something back within thirty days.",
        "Print the label.\n\n## Damaged on arrival\n\nTake a picture of the box before you open it.",
    ),
    ("refund-time", "When will I get my refund?", "Refunds take five working days.", "Banks differ. Ask yours first."),
    ("pay-invoice", "Pay an invoice by bank transfer", "Details for paying without a card.", "Quote the number."),
    ("cancel-subscription", "Cancel a subscription", "Stop the monthly box.", "You can come back at any time."),
    ("onedrive-sync", "OneDrive does not sync", "Files stay behind.", "Restart the program, then sign in again."),
    ("whats-new", "What's new", "Changes of this month.", "The shop has a new look."),
]
_FRENCH = [
    (
        "mot-de-passe",
        "Réinitialiser votre mot de passe",
        "Choisir un nouveau mot de passe après un oubli.",
        "Suivez le lien **Mot de passe oublié**.\n\n## Le courriel n’arrive pas\n\nRegardez dans les indésirables.",
    ),
    ("suivre-colis", "Suivre un colis", "Où se trouve ma commande ?", "Le numéro de suivi figure dans la lettre."),
    ("etiquette-retour", "Imprimer l’étiquette de retour", "Renvoyer un article.", "Collez l’étiquette sur la boîte."),
    ("facture", "Télécharger une facture", "Retrouver vos factures.", "Ouvrez votre compte puis vos commandes."),
    (
        "annuler-abonnement",
        "Annuler un abonnement",
        "Arrêter l’envoi mensuel.",
        "Vous pourrez revenir quand vous voulez.",
    ),
    ("cle-usb", "Clé USB non reconnue", "La clé n’apparaît pas.", "Branchez-la directement sur l’ordinateur."),
]

INTERNAL = Entry(
    900, "fraud-checks", "en", "Fraud checks for xylophones", "Only for agents.", body="Call the bank.", is_public=False
)

QUESTIONS = [
    ("en", "reset password", "reset-password"),
    ("en", "resetting passwords", "reset-password"),
    ("en", "how do I get a new password?", "reset-password"),
    ("en", "pasword", "reset-password"),
    ("en", "subscirption cancelation", "cancel-subscription"),
    ("en", "damaged on arrival", "return-item"),
    ("en", "parcel where", "track-order"),
    ("en", "one drive", "onedrive-sync"),
    ("en", "REFUND", "refund-time"),
    ("en", "invoi", "pay-invoice"),
    ("en", "what's new", "whats-new"),
    ("fr", "reinitialiser mot de passe", "mot-de-passe"),
    ("fr", "comment faire pour imprimer une etiquette", "etiquette-retour"),
    ("fr", "étiquettes", "etiquette-retour"),
    ("fr", "cle usb", "cle-usb"),
    ("fr", "abonement", "annuler-abonnement"),
    ("fr", "courriel n'arrive pas", "mot-de-passe"),
]


def entries() -> list[Entry]:
    """All articles, the internal one included."""
    found = [INTERNAL]
    for lang, articles in (("en", _ENGLISH), ("fr", _FRENCH)):
        for slug, title, summary, source in articles:
            text = read_markdown(source)
            found.append(Entry(len(found), slug, lang, title, summary, headings=text.headings, body=text.text))
    return found


def made_up(number: int, title: str, lang: str = "en", body: str = "") -> Entry:
    """An article for one test."""
    return Entry(number, f"made-up-{number}", lang, title, body=body)
