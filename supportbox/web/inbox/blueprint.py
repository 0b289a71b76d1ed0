"""The addresses of the inbox, all in one table: nouns, as in `POST …/closure`."""

from collections.abc import Callable

from flask import Blueprint

from supportbox.web.access import ask_to_sign_in
from supportbox.web.inbox import (
    beside,
    bulk,
    callbacks,
    callers,
    calls,
    changes,
    chatting,
    continuing,
    customer_changes,
    customer_data,
    customer_list,
    customers,
    files,
    handing_over,
    lists,
    merging,
    moving,
    news,
    presence,
    quarantine,
    replies,
    senders,
    starting,
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
CUSTOMER = f"/customers/<{NUMBER}:customer_id>"
TICKET = f"/tickets/SB-<{NUMBER}:number>"

for address, view in (
    ("/", lists.show_folder),
    ("/search", lists.search),
    ("/news", news.show),
    ("/quarantine", quarantine.show),
    ("/<name>", lists.show_folder),
    (f"/views/<{NUMBER}:number>", views.show),
    (f"/intakes/<{NUMBER}:intake_id>/raw", quarantine.raw),
    ("/customers", customer_list.show),
    (f"/customers/<{NUMBER}:customer_id>", customers.show),
    ("/attachments/<token>/<path:filename>", files.attachment),
    ("/people", starting.people),
    ("/calls", callbacks.show),
    ("/calls/new", calls.show),
    ("/calls/who", callers.who),
    (f"{TICKET}/handover", handing_over.show),
    ("/tickets/new", starting.show),
    (TICKET, ticket.show),
    (f"{TICKET}/chat", chatting.news),
    (f"{TICKET}/merger", merging.choose),
    (f"{TICKET}/continuations", continuing.show),
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
    ("/tickets/new", starting.begin),
    ("/calls/new", calls.log),
    ("/calls/offer", callbacks.offer),
    (f"/calls/<{NUMBER}:number>/done", callbacks.mark_done),
    (f"/calls/<{NUMBER}:number>/again", callbacks.again),
    (f"{TICKET}/handover", handing_over.give),
    (f"{TICKET}/merger", merging.put_together),
    (f"{TICKET}/merger/delete", merging.take_apart),
    (f"{TICKET}/separation", merging.separate),
    (f"{TICKET}/continuations", continuing.begin),
    (f"{TICKET}/continuations/<{NUMBER}:continuation_id>/deletion", continuing.end),
    (f"{TICKET}/mailbox", moving.move_to),
    (f"{TICKET}/customer", moving.give),
    (f"{TICKET}/trash", moving.throw_away),
    (f"{TICKET}/trash/delete", moving.bring_back),
    (f"{TICKET}/following", moving.begin_following),
    (f"{TICKET}/following/delete", moving.stop_following),
    (f"{TICKET}/presence", presence.beat),
    (f"{TICKET}/chat", chatting.say),
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
    (f"{CUSTOMER}/notes", customers.keep_notes),
    (f"{CUSTOMER}/details", customer_changes.keep),
    (f"{CUSTOMER}/contacts", customer_changes.add),
    (f"{CUSTOMER}/contacts/<{NUMBER}:contact_id>", customer_changes.change),
    (f"{CUSTOMER}/contacts/<{NUMBER}:contact_id>/deletion", customer_changes.remove),
    (f"{CUSTOMER}/merge", customer_changes.merge),
    (f"{CUSTOMER}/merge/deletion", customer_changes.unmerge),
    (f"{CUSTOMER}/links/deletion", customer_changes.end_all_links),
    (f"{CUSTOMER}/export", customer_data.hand_out),
    (f"{CUSTOMER}/erasure", customer_data.erase),
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
