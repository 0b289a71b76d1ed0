"""The addresses of the inbox, all in one table: nouns, as in `POST …/closure`."""

from collections.abc import Callable

from flask import Blueprint

from supportbox.web.access import ask_to_sign_in
from supportbox.web.inbox import (
    beside,
    bulk,
    changes,
    customers,
    files,
    lists,
    news,
    quarantine,
    replies,
    senders,
    ticket,
    views,
)

bp = Blueprint("inbox", __name__, url_prefix="/inbox")
bp.before_request(ask_to_sign_in)


def _name(view: Callable[..., object]) -> str:
    """The endpoint's name: several modules show something."""
    return f"{view.__module__.rpartition('.')[2]}_{view.__name__}"


# Larger than any number of ours, smaller than what a database refuses.
NUMBER = "int(max=999999999999999)"
TICKET = f"/tickets/SB-<{NUMBER}:number>"

for address, view in (
    ("/", lists.show_folder),
    ("/search", lists.search),
    ("/news", news.show),
    ("/quarantine", quarantine.show),
    ("/<name>", lists.show_folder),
    (f"/views/<{NUMBER}:number>", views.show),
    (f"/intakes/<{NUMBER}:intake_id>/raw", quarantine.raw),
    (f"/customers/<{NUMBER}:customer_id>", customers.show),
    ("/attachments/<token>/<path:filename>", files.attachment),
    (TICKET, ticket.show),
    (f"{TICKET}/articles", beside.articles),
    (f"{TICKET}/messages/<{NUMBER}:message_id>/formatted", files.formatted),
    (f"{TICKET}/messages/<{NUMBER}:message_id>/original", files.original),
):
    bp.get(address, endpoint=_name(view))(view)

# A browser's form can only POST, so that what another client would DELETE has an address of its own.
for address, change in (
    ("/bulk", bulk.change),
    (f"/undo/<{NUMBER}:number>", bulk.undo),
    ("/views", views.save),
    (f"/views/<{NUMBER}:number>", views.change),
    (f"/views/<{NUMBER}:number>/delete", views.delete),
    (f"{TICKET}/replies", replies.add_reply),
    (f"{TICKET}/replies/<{NUMBER}:message_id>/delete", replies.take_back),
    (f"{TICKET}/notes", replies.add_note),
    (f"{TICKET}/seen", ticket.mark_seen),
    (f"{TICKET}/articles/insertion", beside.insert),
    (f"{TICKET}/deliveries/<{NUMBER}:delivery_id>/retry", replies.send_again),
    (f"{TICKET}/closure", changes.close),
    (f"{TICKET}/closure/delete", changes.reopen),
    (f"{TICKET}/assignment", changes.assign),
    (f"{TICKET}/snooze", changes.put_off),
    (f"{TICKET}/snooze/delete", changes.bring_back),
    (f"{TICKET}/spam", changes.mark_spam),
    (f"{TICKET}/spam/delete", changes.reopen),
    (f"{TICKET}/tags", changes.add_tag),
    (f"{TICKET}/tags/<name>", changes.add_tag),
    (f"{TICKET}/tags/<name>/delete", changes.remove_tag),
    (f"{TICKET}/participants/<{NUMBER}:contact_id>", senders.accept),
    (f"{TICKET}/participants/<{NUMBER}:contact_id>/delete", senders.leave_out),
    (f"{TICKET}/messages/<{NUMBER}:message_id>/sender-rule", senders.judge),
    (f"/customers/<{NUMBER}:customer_id>/notes", customers.keep_notes),
    (f"/intakes/<{NUMBER}:intake_id>/replay", quarantine.replay),
):
    bp.post(address, endpoint=_name(change))(change)
for address, change in (
    (f"{TICKET}/closure", changes.reopen),
    (f"{TICKET}/snooze", changes.bring_back),
    (f"{TICKET}/tags/<name>", changes.remove_tag),
    (f"{TICKET}/participants/<{NUMBER}:contact_id>", senders.leave_out),
):
    bp.delete(address, endpoint=f"delete_{_name(change)}")(change)
bp.put(f"{TICKET}/assignment", endpoint="put_assignment")(changes.assign)
