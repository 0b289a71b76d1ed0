"""What a channel answers the worker when it holds no connection: no line to open, nothing to fetch again."""

from datetime import datetime

from supportbox.channels.kept import Kept
from supportbox.config import Settings
from supportbox.errors import DeliveryError
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox


class Unconnected:
    """The part of a `channels.channel.Channel` that is the same wherever the other side comes to us."""

    def __init__(self, settings: Settings, mailbox: Mailbox) -> None:
        self.settings, self.mailbox = settings, mailbox

    def fetch_again(self, intake: Intake) -> None:
        """Nothing comes without being kept."""
        return

    def try_out(self, kept: Kept) -> None:
        """What comes is JSON or a form: nothing in it is dangerous to the process."""
        return

    @property
    def server(self) -> str:
        return f"{self.mailbox.channel}:{self.mailbox.id}"

    def ready(self) -> None:
        """There is no connection to be opened first."""
        return

    def name_message(self, ticket_id: int, delivery_id: int) -> str:
        return f"{self.mailbox.channel}:out:{delivery_id}"

    def tell(self, broken: Mailbox, receiver: str, language: str, *, at: datetime) -> None:
        raise DeliveryError("Alarms go by mail.", permanent=True)

    def close(self) -> None:
        """Nothing is held."""
        return
