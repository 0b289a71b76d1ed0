"""A rehearsal: a trial of a mailbox that goes on while somebody watches its stages appear; kept in memory only."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from supportbox.channels.email.stages import NAMES, Name, Servers, Step, try_out
from supportbox.errors import Refused

if TYPE_CHECKING:
    from supportbox.channels.email.finding import Finding

Findings = list["Finding"]
CheckDomain = Callable[[str, str], Findings]
DOMAIN_SECONDS = 8.0


class Rehearsal:
    """Starts at once, in threads of its own. `mark` says of which values."""

    def __init__(
        self,
        servers: Servers,
        key: bytes,
        clock: Callable[[], datetime],
        *,
        mark: str,
        check_domain: CheckDomain,
        patience: float = 15.0,
    ) -> None:
        self.mark, self.address = mark, servers.address
        self.steps: list[Step] = []
        self.findings: Findings = []
        self._over = threading.Event()
        domain = threading.Thread(target=self._look_up, args=(servers, check_domain), daemon=True)
        domain.start()
        threading.Thread(target=self._run, args=(servers, key, clock, patience, domain), daemon=True).start()

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    @property
    def is_good(self) -> bool:
        """Whether mail can be fetched and sent with these values."""
        return self.is_over and len(self.steps) == len(NAMES) and all(step.is_good for step in self.steps)

    @property
    def running(self) -> Name | None:
        """The stage that is being tried now."""
        done = len(self.steps)
        return None if self.is_over or done >= len(NAMES) else NAMES[done]

    @property
    def counts(self) -> tuple[int, int]:
        """Letters of the last 30 days, and all."""
        found = next((step.values for step in self.steps if step.name == "inbox"), {})
        return int(str(found.get("recent", 0))), int(str(found.get("count", 0)))

    def wait(self, seconds: float) -> bool:
        return self._over.wait(seconds)

    def _run(
        self, servers: Servers, key: bytes, clock: Callable[[], datetime], patience: float, domain: threading.Thread
    ) -> None:
        try:
            for step in try_out(servers, key, clock, patience=patience):
                self.steps.append(step)
            domain.join(DOMAIN_SECONDS)
        finally:
            self._over.set()

    def _look_up(self, servers: Servers, check_domain: CheckDomain) -> None:
        try:
            self.findings = check_domain(servers.address.rpartition("@")[2], servers.smtp.host)
        except Refused:
            # The stages say already what is wrong with the address.
            return
