"""Delivering: what is due leaves, each step committed before the next: nothing is lost, nothing is sent twice."""

import logging
from typing import Any

from sqlalchemy import ColumnElement, TextClause, case, func, select, update
from sqlalchemy.orm import Session

from supportbox.channels.channel import Channel, Clock, SlowDown
from supportbox.channels.kinds import open_channel
from supportbox.config import Settings
from supportbox.errors import DeliveryError, Refused
from supportbox.inbox.delivery import PENDING, WARN, Delivery
from supportbox.inbox.desk_letter import forget_text
from supportbox.inbox.event import Event, record
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Outgoing
from supportbox.people.business import load_business
from supportbox.store import db, transaction
from supportbox.work.chats import mail_what_was_left
from supportbox.work.lease import LeaseLost, guarded
from supportbox.work.outgoing import desk_letter_of, outgoing_of
from supportbox.work.pacing import Pacing
from supportbox.work.understand import IsOver, never

log = logging.getLogger("supportbox.work")
BATCH = 100
# A letter that its server always finds too much must not stand in the way of the others for ever.
KEEPS_ITS_TURN = 3
# People's answers leave before what machines say; somebody waits for a way in.
_RANK = case((Delivery.kind.in_(("reply", "invitation", "reset")), 0), (Delivery.kind == "notice", 1), else_=2)
_NO_WAY_OUT = "No mailbox can send yet: add one with an SMTP address."
_CUT_SHORT = "SupportBox was stopped after it gave this letter to the server: it may have arrived, or not."


class Deliverer:
    """Sends for all mailboxes; used within an application context."""

    def __init__(
        self, settings: Settings, clock: Clock, is_over: IsOver = never, *, pacing: Pacing | None = None
    ) -> None:
        self.settings, self.clock, self.is_over = settings, clock, is_over
        self.pacing = pacing or Pacing()
        self._servers: dict[int, str] = {}  # of the mailboxes that have sent

    def take_over(self) -> None:
        """Settle what a worker that died was sending: given to the server already, it is nobody's guess but a
        person's; not yet given, it is simply due."""
        with guarded() as session:
            for delivery in session.scalars(select(Delivery).where(PENDING, Delivery.state == "sending")):
                if delivery.phase == "data":
                    self._miss(session, delivery, DeliveryError(_cut_short(delivery.parts), uncertain=True))
                else:
                    delivery.state, delivery.phase = "queued", ""

    def due_mailboxes(self) -> list[int]:
        """The mailboxes for which something is due, none while sending is off."""
        mail_what_was_left(self.clock())
        session = db.session()
        query = (
            select(Delivery.mailbox_id).where(Delivery.state == "queued", Delivery.due_at <= self.clock()).distinct()
        )
        found = list(session.scalars(query))
        is_sending = bool(found) and load_business(session).is_sending
        session.commit()
        if not is_sending:
            return []
        numbers = {number if number is not None else self._default_mailbox() for number in found}
        return sorted(number for number in numbers if number is not None and not self._rests(number))

    def deliver(self, mailbox_id: int) -> None:
        """Send all that is due from one mailbox."""
        session = db.session()
        mailbox = session.get_one(Mailbox, mailbox_id, populate_existing=True)
        session.commit()
        channel = open_channel(self.settings, mailbox)
        self._servers[mailbox_id] = channel.server
        try:
            while not self._rests(mailbox_id) and (due := self._due(mailbox_id)) and self._is_ready(channel, due):
                for number in due:
                    if self.is_over():
                        return
                    self._deliver_one(channel, number)
                    if self._rests(mailbox_id):
                        break
        finally:
            channel.close()

    def _rests(self, mailbox_id: int) -> bool:
        """Whether the mailbox's server wants to be left alone for a while."""
        return bool(self.pacing.rest(self._servers.get(mailbox_id, ""), self.clock()))

    def _is_due(self) -> tuple[ColumnElement[bool] | TextClause, ...]:
        # PENDING are the very words of the partial index: without them SQLite would read the whole table.
        return PENDING, Delivery.state == "queued", Delivery.due_at <= self.clock()

    def _default_mailbox(self) -> int | None:
        """The one for tickets that came in by none: the first that can send."""
        session = db.session()
        found = session.scalar(
            select(Mailbox.id).where(Mailbox.is_active, Mailbox.smtp_url != "").order_by(Mailbox.id).limit(1)
        )
        session.commit()
        if found is None:
            log.warning(_NO_WAY_OUT)
        return found

    def _due(self, mailbox_id: int) -> list[int]:
        session = db.session()
        found = session.scalars(
            select(Delivery.id)
            .where(*self._is_due(), func.coalesce(Delivery.mailbox_id, self._default_mailbox()) == mailbox_id)
            .order_by(_RANK, Delivery.due_at, Delivery.id)
            .limit(BATCH)
        ).all()
        session.commit()
        return list(found)

    def _is_ready(self, channel: Channel, due: list[int]) -> bool:
        """Whether the server lets us in; if not, all that is due shares the one reason, without a try for each."""
        try:
            channel.ready()
        except DeliveryError as error:
            self._slow_down_if(error, channel)
            with guarded() as session:
                for delivery in session.scalars(select(Delivery).where(Delivery.id.in_(due))):
                    delivery.attempts += not isinstance(error, SlowDown)
                    self._miss(session, delivery, error)
            return False
        return True

    def _deliver_one(self, channel: Channel, number: int) -> None:
        begun: list[str] = []

        def begin(body_hash: str) -> None:
            values = {"phase": "data", "body_hash": body_hash, "parts": Delivery.parts + int(bool(begun))}
            with guarded() as session:
                session.execute(update(Delivery).where(Delivery.id == number).values(values))
            begun.append(body_hash)

        try:
            outgoing = self._claim(channel, number)
            if outgoing is None:
                return
            outside_id = channel.send(outgoing, begin)
        except LeaseLost:
            raise  # the other worker has settled it already
        except DeliveryError as error:
            self._slow_down_if(error, channel)
            self._note_miss(number, error)
        except Refused as error:
            self._note_miss(number, DeliveryError(str(error), permanent=True))
        except Exception as error:
            log.exception("delivery %d", number)
            stumbled = f"SupportBox stumbled over this letter ({type(error).__name__}). Its log says more."
            self._note_miss(number, DeliveryError(stumbled, uncertain=bool(begun)))
        else:
            self._note_sent(number, outside_id)
            self.pacing.note_sent(channel.server, self.clock())

    def _slow_down_if(self, error: DeliveryError, channel: Channel) -> None:
        if isinstance(error, SlowDown):
            self.pacing.slow_down(channel.server, self.clock())

    def _claim(self, channel: Channel, number: int) -> Outgoing | None:
        """Take a delivery in hand, durably, before anything of it leaves; None when it was taken back meanwhile."""
        with guarded() as session:
            delivery = session.get_one(Delivery, number, populate_existing=True)
            if delivery.state != "queued":
                return None
            delivery.state, delivery.phase, delivery.claimed_at = "sending", "before-data", self.clock()
            delivery.attempts += 1
            delivery.mailbox_id = channel.mailbox.id
            if not delivery.external_id:
                delivery.external_id = channel.name_message(delivery.ticket_id or 0, delivery.id)
            message = session.get(Message, delivery.message_id) if delivery.message_id else None
            if message and not message.external_id:
                message.external_id = delivery.external_id
            if delivery.desk_letter_id is not None:
                return desk_letter_of(session, delivery, self.settings)
            return outgoing_of(session, delivery, channel.mailbox)

    def _note_sent(self, number: int, outside_id: str) -> None:
        with transaction() as session:
            delivery = session.get_one(Delivery, number)
            delivery.state, delivery.phase, delivery.last_error = "sent", "", ""
            delivery.outside_id = outside_id or delivery.outside_id
            delivery.sent_at = self.clock()
            self._record(session, "delivered", delivery)
            forget_text(session, delivery)

    def _note_miss(self, number: int, error: DeliveryError) -> None:
        with guarded() as session:
            self._miss(session, session.get_one(Delivery, number, populate_existing=True), error)

    def _miss(self, session: Session, delivery: Delivery, error: DeliveryError) -> None:
        """What a delivery becomes that did not get through, and who must know."""
        log.info("delivery %d: %s", delivery.id, error)
        if error.uncertain:
            delivery.state, delivery.last_error = "uncertain", str(error)
        elif error.permanent:
            delivery.state, delivery.phase, delivery.last_error = "failed", "", str(error)
        else:
            due_at = delivery.due_at
            delivery.put_off(str(error), now=self.clock())
            if isinstance(error, SlowDown) and delivery.attempts <= KEEPS_ITS_TURN:
                # The whole server is left alone for a while; after that, this one is still the first.
                delivery.due_at = due_at
        if delivery.state in ("failed", "uncertain"):
            self._record(session, f"delivery_{delivery.state}", delivery, reason=str(error))
            forget_text(session, delivery)
        elif self._is_late(session, delivery):
            self._record(session, "delivery_late", delivery, reason=str(error))

    def _is_late(self, session: Session, delivery: Delivery) -> bool:
        """Whether this is the first miss after four hours: told once."""
        if delivery.ticket_id is None or self.clock() - delivery.created_at < WARN:
            return False
        told = select(Event.id).where(
            Event.ticket_id == delivery.ticket_id,
            Event.kind == "delivery_late",
            Event.message_id == delivery.message_id,
        )
        return session.scalar(told.limit(1)) is None

    def _record(self, session: Session, kind: str, delivery: Delivery, **data: Any) -> None:
        if delivery.ticket_id is None:
            return  # the desk's own letters have no ticket whose story this could be
        facts = {"delivery": delivery.id, "receiver": delivery.receiver, "letter": delivery.kind, **data}
        record(session, kind, at=self.clock(), ticket_id=delivery.ticket_id, message_id=delivery.message_id, **facts)


def _cut_short(parts: int) -> str:
    went = (
        f"All before message {parts + 1} of this answer has left and is not sent again; "
        f"what comes after it has not left. {_CUT_SHORT}"
    )
    return went if parts else _CUT_SHORT
