"""A mailbox at a provider: what its owner filled in, where the provider calls us, and waiting for its calls."""

import json
import time
from collections.abc import Iterator
from typing import ClassVar

from supportbox.channels import vault
from supportbox.channels.channel import Bell, Clock
from supportbox.channels.hook import Field
from supportbox.channels.kept import Kept
from supportbox.channels.knocks import mark
from supportbox.channels.unconnected import Unconnected
from supportbox.config import Settings
from supportbox.inbox.mailbox import Mailbox

GLANCE = 0.5  # seconds between looks whether somebody called


class Account(Unconnected):
    """Options, and the rest between two calls."""

    KIND: ClassVar[str]
    NAME: ClassVar[str]
    FIELDS: ClassVar[tuple[Field, ...]]

    def __init__(self, settings: Settings, mailbox: Mailbox) -> None:
        super().__init__(settings, mailbox)
        self._seen = mark(settings, mailbox.id)

    def options(self) -> dict[str, str]:
        """What was filled in, secrets opened, defaults where nothing was."""
        opened = vault.unseal(self.settings, self.mailbox.options_sealed)
        usual = {field.name: field.default for field in self.FIELDS}
        return {**usual, **self.mailbox.options, **(json.loads(opened) if opened else {})}

    def is_filled_in(self) -> bool:
        """Whether calls can be proven at all: an empty secret would be everybody's."""
        options = self.options()
        return all(options[field.name] for field in self.FIELDS if field.is_secret and field.is_required)

    def hook_url(self) -> str:
        """Where the other side has to call us."""
        return f"{self.settings.base_url}/hooks/{self.KIND}/{self.mailbox.hook_token}"

    def poll(self, clock: Clock) -> Iterator[list[Kept]]:
        # Taken before the look at what waits, so that a call between the two is not slept through.
        self._seen = mark(self.settings, self.mailbox.id)
        return iter(())

    def rest(self, seconds: float, bell: Bell) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not bell.is_rung():
            if mark(self.settings, self.mailbox.id) != self._seen:
                return
            bell.wait(GLANCE)
