"""Facebook Messenger, and Instagram's direct messages, which speak the same language about other accounts."""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from supportbox.channels.channel import Begin
from supportbox.channels.hook import Field
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.knocks import Knock
from supportbox.channels.messenger_events import addresses_of, knocks_of, told_of, words_of
from supportbox.channels.messenger_files import MESSENGER, Takes, files_of, left_there, type_of
from supportbox.channels.meta import APP, MetaChannel
from supportbox.channels.parts import Part, hand_over_all
from supportbox.channels.words import moment
from supportbox.inbox.parcel import File, Incoming, Outgoing
from supportbox.inbox.told import Told

_MOST_FILES = 10


class MessengerChannel(MetaChannel):
    """A customer is the id that Meta made for this page alone; a talk on another page is another contact."""

    KIND, NAME, CONTACT, LONGEST = "messenger", "Messenger", "messenger", 2000
    TAKES: ClassVar[Takes] = MESSENGER
    FIELDS = (
        Field("account", "Page ID"),
        Field("token", "Page access token", is_secret=True),
        *APP,
    )

    def knocks(self, entries: Iterator[dict[str, Any]]) -> Iterator[Knock]:
        for entry in self.of_account(entries):
            for event in entry.get("messaging", []):
                yield from knocks_of(event)

    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        at = moment(int(content.get("timestamp") or 0) / 1000) or kept.received_at
        sender = f"{self.options()['account']}:{content['sender']['id']}"
        if told := told_of(content, sender, self.mailbox.id, at):
            return told
        # Such addresses are open to whoever knows them, so that our key is not sent along.
        got = [self.keep_file(url) for url in addresses_of(content, _MOST_FILES)]
        return self.incoming(
            kept,
            sender,
            words_of(content),
            outside_id=kept.message_id,
            at=at,
            files=tuple(file for some, _ in got for file in some),
            defects=[sentence for _, sentence in got],
        )

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        files = files_of(outgoing, self.TAKES)
        # Words and files cannot share a message here. What was taken at an earlier try is not prepared again.
        words = self.words(outgoing, carried=files)
        messages: list[tuple[str, dict[str, Any]]] = [("", {"text": words})] if words else []
        for file in files:
            is_left = len(messages) >= outgoing.parts
            messages.append((file.filename, {"attachment": self._attachment(file)} if is_left else {}))
        base = {"recipient": {"id": outgoing.receiver.value.rpartition(":")[2]}, "messaging_type": "RESPONSE"}
        # The page's token says whose messages these are: Instagram's account has no such address of its own.
        parts = [Part(name, partial(self.said, "me/messages", {**base, "message": said})) for name, said in messages]
        return str(hand_over_all(self.NAME, begin, parts, before=outgoing.parts).json().get("message_id", ""))

    def invitation(self, token: str) -> str:
        return f"https://m.me/{self.options()['account']}?ref={token}"

    def payload(self, file: File, kind: str) -> dict[str, str]:
        """How a file is named in a message."""
        return left_there(self, file, kind)

    def _attachment(self, file: File) -> dict[str, Any]:
        kind = type_of(file, self.TAKES)
        return {"type": kind, "payload": self.payload(file, kind)}
