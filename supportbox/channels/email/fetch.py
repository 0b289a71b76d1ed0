"""Fetching: what is new in a mailbox, sizes asked first, kept batch by batch, and only then marked on the server."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from supportbox.channels.channel import Clock
from supportbox.channels.email.faults import Fault
from supportbox.channels.email.imap import Folder, Imap, Notice
from supportbox.channels.email.keep import Fetched, keep, keep_again, last_batch
from supportbox.channels.kept import Kept
from supportbox.errors import Refused
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox

BATCH = 50
BATCH_BYTES = 8_000_000
MOST_TRIES = 3


class _Interrupted(Exception):
    """The connection broke in the middle; what is kept is kept, and the rest is fetched over a new one."""


@dataclass
class Fetcher:
    """One mailbox's letters on their way to the disk. The bookmark moves with each batch, so it can stop anywhere."""

    imap: Imap
    raw_folder: Path
    max_bytes: int
    tries: Counter[int] = field(default_factory=Counter)  # how often each letter could not be fetched
    is_first_sweep: bool = True
    done: int = 0
    total: int = 0  # of this fetch, as far as it is known

    def fetch(self, mailbox: Mailbox, clock: Clock) -> Iterator[list[Kept]]:
        """Batches of kept letters, oldest first. Raises Fault when the server, not one letter, is the trouble."""
        is_done, self.done, self.total = False, 0, 0
        while not is_done:
            try:
                yield from self._sweep(mailbox, clock)
                is_done = True
            except _Interrupted:
                continue

    def _sweep(self, mailbox: Mailbox, clock: Clock) -> Iterator[list[Kept]]:
        folder = self.imap.select()
        self._mark_last_batch(mailbox, folder)
        # Another validity means other numbers: everything is asked for again, and known letters are recognised.
        is_first = folder.uidvalidity != mailbox.uidvalidity or mailbox.last_uid == 0
        if not is_first and folder.next_uid and folder.next_uid <= mailbox.last_uid + 1:
            if mailbox.backlog_total:
                # The rest of a fetch that was cut short is gone from the server.
                self._keep(mailbox, folder.uidvalidity, [], up_to=mailbox.last_uid, now=clock())
            return
        since = mailbox.since if is_first else None
        uids = self.imap.uids_above(0 if is_first else mailbox.last_uid, since)
        self.total = self.done + len(uids)
        for start in range(0, len(uids), BATCH):
            notices = self.imap.notices(uids[start : start + BATCH])
            wanted = [one for one in notices if not (since and one.received_at and one.received_at < since)]
            self.total -= len(uids[start : start + BATCH]) - len(wanted)
            for group in self._groups(wanted):
                letters = self._letters(group, uids)
                self.done += len(group)
                kept = self._keep(mailbox, folder.uidvalidity, letters, up_to=group[-1].uid, now=clock())
                is_cut = any(letter.refusal for letter in letters)
                del letters  # they are safe, and may be large
                yield kept
                if is_cut:
                    raise _Interrupted
        if is_first:
            # Letters that were left alone, or none at all: the next poll need not look below again.
            last = max([0, folder.next_uid - 1, *uids[-1:]])
            self._keep(mailbox, folder.uidvalidity, [], up_to=last, now=clock())

    def fetch_again(self, intake: Intake) -> None:
        """A letter that the server refused before. Raises Fault when it still does, Refused when it is gone."""
        folder = self.imap.select()
        notices = self.imap.notices([intake.uid]) if folder.uidvalidity == intake.uidvalidity else []
        if not notices:
            raise Refused("The server never handed this letter over, and it is no longer in the mailbox.")
        keep_again(self.raw_folder, intake, self._asked(notices)[0])

    def _mark_last_batch(self, mailbox: Mailbox, folder: Folder) -> None:
        """Whoever died between keeping a batch and marking it has left this to do; doing it again changes nothing."""
        is_known = folder.uidvalidity == mailbox.uidvalidity
        if self.is_first_sweep and is_known and (uids := last_batch(mailbox.id, folder.uidvalidity, BATCH)):
            self.imap.mark_seen(uids)
        self.is_first_sweep = False

    def _keep(
        self, mailbox: Mailbox, uidvalidity: int, letters: list[Fetched], *, up_to: int, now: datetime
    ) -> list[Kept]:
        progress = (self.done, self.total) if BATCH < self.total > self.done else (0, 0)
        kept = keep(self.raw_folder, mailbox.id, uidvalidity, letters, up_to=up_to, now=now, progress=progress)
        mailbox.uidvalidity, mailbox.last_uid = uidvalidity, up_to
        mailbox.backlog_done, mailbox.backlog_total = progress
        if fetched := [letter.uid for letter in letters if not letter.refusal]:
            self.imap.mark_seen(fetched)
        return kept

    def _groups(self, notices: list[Notice]) -> Iterator[list[Notice]]:
        """Split a batch so that no answer outgrows memory; what is large or made trouble before comes alone."""
        group: list[Notice] = []
        total = 0
        for notice in notices:
            size = BATCH_BYTES if self.tries[notice.uid] else notice.size if notice.size <= self.max_bytes else 0
            if group and total + size > BATCH_BYTES:
                yield group
                group, total = [], 0
            group.append(notice)
            total += max(size, 1)
        if group:
            yield group

    def _letters(self, group: list[Notice], uids: list[int]) -> list[Fetched]:
        """The letters of a group in its order, without those that somebody deleted meanwhile."""
        try:
            letters = self._asked(group)
        except Fault as fault:
            self.tries.update(notice.uid for notice in group)
            first = group[0]
            if len(group) > 1 or self.tries[first.uid] < MOST_TRIES:
                raise _Interrupted from fault
            if not self._is_well_without(first.uid, uids):
                raise
            del self.tries[first.uid]
            refusal = f"The server would not hand this letter over. {fault}"
            return [Fetched(first.uid, b"", first.size, first.received_at, refusal=refusal)]
        for letter in letters:
            del self.tries[letter.uid]
        return letters

    def _asked(self, group: list[Notice]) -> list[Fetched]:
        small = [notice for notice in group if notice.size <= self.max_bytes]
        size = sum(notice.size for notice in small)
        raws = self.imap.letters([notice.uid for notice in small], size) if small else {}
        letters = []
        for notice in group:
            is_whole = notice.size <= self.max_bytes
            raw = raws.get(notice.uid) if is_whole else self.imap.headers(notice.uid)
            if raw is not None:
                letters.append(Fetched(notice.uid, raw, notice.size, notice.received_at, is_whole))
            elif self.imap.notices([notice.uid]):
                raise Fault(f"Letter {notice.uid} came without its text.")
        return letters

    def _is_well_without(self, uid: int, uids: list[int]) -> bool:
        """Whether the server hands over another letter, so that it is this one that is wrong."""
        other = next((one for one in uids if one != uid), uid - 1)
        try:
            self.imap.select()
            return other in self.imap.letters([other])
        except Fault:
            return False
