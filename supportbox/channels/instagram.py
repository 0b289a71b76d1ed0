"""Instagram's direct messages: Messenger's language about an Instagram account."""

from dataclasses import replace

from supportbox.channels.messenger import MessengerChannel


class InstagramChannel(MessengerChannel):
    """See MessengerChannel."""

    KIND, NAME, CONTACT, LONGEST = "instagram", "Instagram", "instagram", 1000
    FIELDS = (replace(MessengerChannel.FIELDS[0], label="Instagram account ID"), *MessengerChannel.FIELDS[1:])

    def invitation(self, token: str) -> str:
        return f"https://ig.me/m/{self.mailbox.address.lstrip('@')}?ref={token}"
