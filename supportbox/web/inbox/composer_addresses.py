"""The addresses of the composer: drafts, files, suggestions, previews, forwards."""

from flask import Blueprint

from supportbox.web.access import ask_to_sign_in
from supportbox.web.inbox import drafts, preview, replies, saved_replies, suggestions, uploads
from supportbox.web.inbox.blueprint import NUMBER, TICKET

bp = Blueprint("composer", __name__, url_prefix="/inbox")
bp.before_request(ask_to_sign_in)

for address, endpoint, view in (
    ("/token", "token", drafts.token),
    ("/uploads/<token>", "upload", uploads.show),
    ("/uploads/<token>/<path:filename>", "named_upload", uploads.show),
    (f"{TICKET}/suggestions", "suggestions", suggestions.offer),
    (f"{TICKET}/saved-replies", "saved_replies", saved_replies.choose),
):
    bp.get(address, endpoint=endpoint)(view)
for address, endpoint, change in (
    ("/draft", "keep_new_draft", drafts.keep),
    ("/markdown", "markdown", preview.markdown),
    ("/uploads", "add_upload", uploads.add),
    ("/uploads/<token>/deletion", "remove_upload", uploads.remove),
    (f"{TICKET}/draft", "keep_draft", drafts.keep),
    (f"{TICKET}/draft/deletion", "discard_draft", drafts.throw_away),
    (f"{TICKET}/draft/restoration", "restore_draft", drafts.bring_back),
    (f"{TICKET}/forwards", "forward", replies.add_forward),
    (f"{TICKET}/preview", "preview", preview.show),
    (f"{TICKET}/saved-replies", "choose_saved_reply", saved_replies.choose),
    (f"{TICKET}/saved-replies/<{NUMBER}:reply_id>/insertion", "insert_saved_reply", saved_replies.insert),
):
    bp.post(address, endpoint=endpoint)(change)
