"""The addresses by which a customer moves a conversation: links to go on, where the answer goes, the safe place."""

from flask import Blueprint

from supportbox.web.customer import choice, continue_here, safe
from supportbox.web.forged import csrf

bp = Blueprint("moving", __name__)
csrf.exempt(bp)  # the token in the address is the right: there is no session that a forged form could misuse

for address, view in (
    ("/go/<token>", continue_here.show),
    ("/r/<token>/answers", choice.show),
    ("/r/<token>/safe", safe.show),
):
    bp.get(address, endpoint=f"{view.__module__.rpartition('.')[2]}_{view.__name__}")(view)

for address, change in (
    ("/go/<token>/chat", continue_here.open_chat),
    ("/go/<token>/code", continue_here.send_code),
    ("/go/<token>/proof", continue_here.prove),
    ("/r/<token>/answers", choice.choose_way),
    ("/r/<token>/answers/code", choice.send_code),
    ("/r/<token>/answers/proof", choice.add_proven),
    ("/r/<token>/safe/code", safe.send_code),
    ("/r/<token>/safe/proof", safe.unlock),
    ("/r/<token>/safe/messages", safe.answer),
):
    bp.post(address, endpoint=f"{change.__module__.rpartition('.')[2]}_{change.__name__}")(change)
