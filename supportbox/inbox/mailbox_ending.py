"""The end of a mailbox: its tickets stay, its secrets are forgotten, and nothing names it but what came in by it."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Refused
from supportbox.inbox.delivery import PENDING, Delivery
from supportbox.inbox.intake import WAITING, Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.team import TeamMailbox

# What a deleted mailbox is afterwards: the intakes of its letters still name it, nothing else does.
GONE = "deleted"
_NO_CHANNEL = "The channel by which it was to leave was deleted. Answer another way."


def why_it_stays(session: Session, box: Mailbox, typed: str) -> Refused | None:
    """What is in the way of deleting it; its address is typed as proof."""
    if typed.strip().lower() != box.address.lower():
        return Refused("Type the address exactly as it stands here.")
    if session.scalar(select(TeamMailbox.team_id).where(TeamMailbox.mailbox_id == box.id).limit(1)):
        # Its tickets would suddenly be everybody's.
        return Conflict("A team works in this mailbox. Take it out of the team first: all agents then see its tickets.")
    if box.hook_token and session.scalar(select(Intake.id).where(WAITING, Intake.mailbox_id == box.id).limit(1)):
        # Their provider was told that they are safe.
        return Conflict(
            "Messages that came here are not tickets yet. Resume the channel, wait a moment, then delete it."
        )
    return None


def end_mailbox(session: Session, box: Mailbox) -> None:
    """Let go of it. Letters that wait leave by the first mailbox there is; what waits for another channel fails."""
    for table in (Ticket, Message):
        session.execute(update(table).where(table.mailbox_id == box.id).values(mailbox_id=None))
    waiting = update(Delivery).where(Delivery.mailbox_id == box.id, PENDING)
    if box.channel == "email":
        session.execute(waiting.values(mailbox_id=None))
    else:
        session.execute(waiting.values(state="failed", phase="", last_error=_NO_CHANNEL))
    box.address, box.channel, box.is_active = f"{box.address} ({GONE} {box.id})", GONE, False
    box.imap_url = box.smtp_url = box.imap_sealed = box.smtp_sealed = box.oauth_sealed = ""
    box.options, box.options_sealed, box.hook_token = {}, "", None
    box.last_error = box.oauth_fault = ""
