"""What crosses a channel's door: Incoming and Outgoing, and the files in them. These two are the whole contract."""

from dataclasses import dataclass, field
from datetime import datetime

from supportbox.mail.letter import Bounce, Forward

# Stands where a letter names no sender: a name that can never be anybody's (RFC 2606).
UNKNOWN = "nobody@unknown.invalid"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a message says it is from: one way to reach them, normalised, and the name they give themselves."""

    kind: str  # email, phone, chat ...
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file already kept below the instance's files folder, under a random name (`token`)."""

    token: str
    filename: str
    content_type: str
    size: int
    sha256: str
    is_inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Clues:
    """What may tell to which ticket a message belongs. Signatures were checked by the channel, which has the key."""

    token_ticket: int | None = None  # a signed token in a recipient address
    signed_tickets: tuple[int, ...] = ()  # our own signed ids in In-Reply-To and References, newest first
    replied_ids: tuple[str, ...] = ()  # other ids in In-Reply-To and References, newest first, at most 20
    quoted_ticket: int | None = None  # SB-1042 in the subject: a hint only
    has_reply_prefix: bool = False
    own_delivery: int | None = None  # this is our own letter come back: the Delivery that its signed id names
    agent_token: tuple[int, int] | None = None  # (ticket, agent): an address that we signed for that agent alone
    goes_on: bool = False  # by a channel on which whoever writes again goes on with their last talk
    continuation: str = ""  # the token of a "continue here" link, as it was brought
    envelope_delivery: int | None = None  # it came to the signed envelope sender of that Delivery


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message that came in by any channel."""

    channel: str
    sender: Sender
    subject: str
    text: str
    at: datetime  # when it reached our server
    visible_text: str = ""  # "" when the same as text
    html: str | None = None
    mailbox_id: int | None = None
    intake_id: int | None = None
    external_id: str = ""  # Message-ID with its <>, or the provider's id
    body_hash: str = ""
    language: str = ""
    reply_to: Sender | None = None  # only where it differs from the sender
    copied: tuple[str, ...] = ()  # Cc, recorded and never mailed to
    clues: Clues = field(default_factory=Clues)
    verdict: str = "deliver"
    verdict_reason: str = ""
    bounce: Bounce | None = None
    is_sender_proven: bool | None = None  # DMARC of a configured server: passed, failed, or not said
    is_vouched_for: bool = False  # by the sender's own domain, aligned: what an agent's powers by mail need
    forward: Forward | None = None  # a letter in it that its sender passes on; whose it is, is a claim
    may_acknowledge: bool = True
    files: tuple[File, ...] = ()
    defects: tuple[str, ...] = ()
    wants_call: bool = False  # its sender asks to be called back at this number


@dataclass(frozen=True, slots=True)
class Receipt:
    """What `receive` made of an Incoming. `ticket_id` is None when it was no message (our own letter, a bounce)."""

    ticket_id: int | None
    message_id: int | None
    is_new_ticket: bool
    reason: str  # one sentence that agents can read


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one receiver, as a channel gets it. Nothing in it needs the database."""

    delivery_id: int
    kind: str  # reply, acknowledgement; the desk's own: invitation, reset, notice
    ticket_id: int  # 0: a letter of the desk about no ticket
    receiver: Sender
    subject: str
    text: str  # Markdown as the agent wrote it
    at: datetime
    language: str
    external_id: str  # the same for ever, over all tries
    agent_name: str = ""
    reader_id: int = 0  # of a notice: the agent whose answer by mail is taken as theirs
    replied_id: str = ""  # the customer's last message
    chain: tuple[str, ...] = ()  # earlier ids, oldest first
    files: tuple[File, ...] = ()
    parts: int = 0  # where it leaves as several messages: how many of them were taken at an earlier try
    addressed: Sender | None = None  # whom the letter says it is to, where that is not its receiver: a copy
    copied: tuple[str, ...] = ()  # whom all its receivers see as getting a copy
    quoted: str = ""  # what somebody else said, passed on below the text

    @property
    def is_written(self) -> bool:
        """Whether somebody of ours wrote it; the rest is what a machine says."""
        return self.kind in ("reply", "forward")
