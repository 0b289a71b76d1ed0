"""Fetching: what is new in a mailbox, sizes asked first, kept batch by batch, and only then marked on the server."""

from collections.abc import Iterator
from pathlib import Path

from supportbox.channels.channel import Clock, Kept
from supportbox.channels.email.imap import Imap, Notice
from supportbox.channels.email.keep import Fetched, keep
from supportbox.inbox.mailbox import Mailbox

BATCH = 50
BATCH_BYTES = 8_000_000


def fetch(imap: Imap, mailbox: Mailbox, raw_folder: Path, *, max_bytes: int, clock: Clock) -> Iterator[list[Kept]]:
    """Batches of kept letters, oldest first. The mailbox's bookmark moves with each batch."""
    folder = imap.select()
    # Another validity means other numbers: everything is asked for again, and known letters are recognised.
    is_first = folder.uidvalidity != mailbox.uidvalidity or mailbox.last_uid == 0
    after = 0 if is_first else mailbox.last_uid
    if folder.next_uid and folder.next_uid <= after + 1:
        return
    since = mailbox.since if is_first else None
    uids = imap.uids_above(after, since)
    for start in range(0, len(uids), BATCH):
        notices = imap.notices(uids[start : start + BATCH])
        wanted = [one for one in notices if not (since and one.received_at and one.received_at < since)]
        for group in _groups(wanted, max_bytes):
            letters = _fetched(imap, group, max_bytes)
            kept = keep(raw_folder, mailbox.id, folder.uidvalidity, letters, up_to=group[-1].uid, now=clock())
            imap.mark_seen(letter.uid for letter in letters)
            yield kept
    last = max([folder.next_uid - 1, *uids[-1:]])
    if is_first and last > after:
        # Letters left alone, or none at all: the next poll need not look at them again.
        keep(raw_folder, mailbox.id, folder.uidvalidity, [], up_to=last, now=clock())


def _groups(notices: list[Notice], max_bytes: int) -> Iterator[list[Notice]]:
    """Split a batch so that no answer outgrows memory; a letter larger than that comes alone."""
    group: list[Notice] = []
    total = 0
    for notice in notices:
        size = notice.size if notice.size <= max_bytes else 0
        if group and total + size > BATCH_BYTES:
            yield group
            group, total = [], 0
        group.append(notice)
        total += size
    if group:
        yield group


def _fetched(imap: Imap, group: list[Notice], max_bytes: int) -> list[Fetched]:
    """The letters of a group in its order, without those that somebody deleted meanwhile."""
    raws = imap.letters([notice.uid for notice in group if notice.size <= max_bytes])
    letters = []
    for notice in group:
        is_whole = notice.size <= max_bytes
        raw = raws.get(notice.uid) if is_whole else imap.headers(notice.uid)
        if raw is not None:
            letters.append(Fetched(notice.uid, raw, notice.size, notice.received_at, is_whole))
    return letters
