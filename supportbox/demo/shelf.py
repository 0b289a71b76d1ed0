"""What lies ready on the shop's desk: saved replies in both languages, and searches that are kept as views."""

from datetime import datetime

from sqlalchemy.orm import Session

from supportbox.inbox.saved_reply import save_reply
from supportbox.inbox.views import save_view
from supportbox.people.agent import Agent

REPLIES = (
    ("Parcel late", "Delivery", "en", """Hello {{customer.first_name}},

I am sorry that your parcel lets you wait. I have just asked the carrier where it is, and I write to you as soon as \
they answer: **at the latest tomorrow by noon**.

Kind regards
{{agent.first_name}}"""),
    ("Colis en retard", "Delivery", "fr", """Bonjour {{customer.first_name}},

Je suis désolée que votre colis se fasse attendre. Je viens d’interroger le transporteur et je vous réponds \
**au plus tard demain à midi**.

Bien à vous,
{{agent.first_name}}"""),
    ("Broken on arrival", "Broken", "en", """Hello {{customer.first_name}},

What a pity! Please send nothing back. Could you take two photographs for us:

- one of the piece,
- one of the box with its label?

A new one leaves as soon as we have seen them.

Kind regards
{{agent.first_name}}"""),
    ("Arrivé cassé", "Broken", "fr", """Bonjour {{customer.first_name}},

Quel dommage ! Ne renvoyez rien : envoyez-nous simplement deux photos, l’une de la pièce, l’autre du carton avec son \
étiquette. Nous vous en expédions une autre dès que nous les avons vues.

Bien à vous,
{{agent.first_name}}"""),
    ("How to return it", "Returns", "en", """Hello {{customer.first_name}},

You can send it back within 30 days. Put a note with {{ticket.reference}} into the box: then we know at once whose \
it is.

Kind regards
{{agent.first_name}}"""),
)  # fmt: skip
VIEWS = (("Broken on the way", "tag:broken is:open", True), ("Companies", "tag:wholesale", False))


def fill_shelf(session: Session, agent: Agent, *, now: datetime) -> None:
    """Flushes, never commits."""
    for name, folder, language, body in REPLIES:
        save_reply(session, agent, name=name, body=body, folder=folder, language=language, now=now)
    for name, query, is_shared in VIEWS:
        save_view(session, name, query, is_shared=is_shared, by=agent)
