"""Instagram's direct messages: Messenger's language about an Instagram account."""

from dataclasses import replace

from supportbox.channels.messenger import MessengerChannel
from supportbox.channels.messenger_files import INSTAGRAM
from supportbox.inbox.parcel import File


class InstagramChannel(MessengerChannel):
    """See MessengerChannel."""

    KIND, NAME, CONTACT, LONGEST = "instagram", "Instagram", "instagram", 1000
    TAKES = INSTAGRAM
    FIELDS = (replace(MessengerChannel.FIELDS[0], label="Instagram account ID"), *MessengerChannel.FIELDS[1:])

    def invitation(self, token: str) -> str:
        return f"https://ig.me/m/{self.mailbox.address.lstrip('@')}?ref={token}"

    def length(self, text: str) -> int:
        """Instagram counts bytes: an é is two."""
        return len(text.encode())

    def payload(self, file: File, kind: str) -> dict[str, str]:
        """Instagram takes pictures by their address only, and fetches them while it answers."""
        return {"url": self.address_of(file)}
