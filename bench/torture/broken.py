"""SupportBox made worse on purpose, one function at a time, so that each run can show that it would notice.

Nothing of this is in the package: it is done to a process of `bench.torture.product` that was started for a run.
"""

import os
import secrets
import signal
import time
from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from supportbox.errors import DeliveryError

SWITCH = "SUPPORTBOX_TORTURE"
BROKEN: dict[str, Callable[[], None]] = {}


def be(name: str) -> None:
    """Make this process a worse SupportBox. Refused outside a torture run; the product itself refuses the switch."""
    if os.environ.pop(SWITCH, "") != "1":
        raise SystemExit(f"Builds are broken in torture runs only ({SWITCH}=1).")
    if name:
        BROKEN[name]()


def _replace(module: str, **functions: object) -> None:
    vars(import_module(f"supportbox.{module}")).update(functions)


def _build(worsen: Callable[[], None]) -> Callable[[], None]:
    BROKEN[worsen.__name__.strip("_").replace("_", "-")] = worsen
    return worsen


@_build
def _flag_before_store() -> None:
    """Letters are marked as taken over before they are on the disk."""
    from supportbox.channels.email.fetch import Fetcher

    keep = Fetcher._keep

    def marked_first(self: Any, mailbox: Any, uidvalidity: int, letters: Any, *, up_to: int, now: Any) -> Any:
        if fetched := [letter.uid for letter in letters if not letter.refusal]:
            self.imap.mark_seen(fetched)
        return keep(self, mailbox, uidvalidity, letters, up_to=up_to, now=now)

    Fetcher._keep = marked_first  # type: ignore[method-assign]  # that is the point


@_build
def _no_unique_key() -> None:
    """Nobody asks whether a letter is there already, neither by number nor by its bytes nor by its Message-ID."""
    from supportbox.inbox.receive import receive

    def receive_always(session: Any, incoming: Any, clock: Any) -> Any:
        return receive(session, incoming, now=clock())

    _replace("channels.email.keep", _unknown=lambda session, rows: rows, _mark_doubles=lambda session, rows: [])
    _replace("work.understand", _receive=receive_always)
    _keys_alone()


@_build
def _other_hosts() -> None:
    """Each worker believes to be on a host of its own, where the lock keeps nobody else out: the lease has to."""
    _replace("work.worker", only_worker=lambda instance, patience=0: nullcontext(secrets.token_hex(8)))


@_build
def _keys_alone() -> None:
    """Neither lock nor lease: what is left is the key of the letters."""
    _other_hosts()
    _replace("work.worker", leased=lambda app, place, clock, on_lost, patience: nullcontext())


@_build
def _synchronous_normal() -> None:
    """SQLite gives its word before the disk has given its own."""
    from supportbox import store

    pragmas = store._set_pragmas

    def hasty(connection: Any, record: Any) -> None:
        pragmas(connection, record)
        connection.execute("PRAGMA synchronous=NORMAL")

    _replace("store", _set_pragmas=hasty)


@_build
def _no_folder_sync() -> None:
    """Files are synced, their names are not."""
    _replace("channels.durable", _sync_folder=lambda path: None)


@_build
def _retry_after_data() -> None:
    """A silence after the letter counts as any other failure."""
    from supportbox.work.deliver import Deliverer

    miss = Deliverer._miss

    def optimistic(self: Any, session: Any, delivery: Any, error: DeliveryError) -> None:
        error.uncertain = False
        miss(self, session, delivery, error)

    Deliverer._miss = optimistic  # type: ignore[method-assign]  # that is the point


@_build
def _queued_apart() -> None:
    """An answer is saved in one commit and queued in the next, a moment later."""
    send = vars(import_module("supportbox.inbox.reply"))["_send"]

    def apart(session: Any, *given: Any, **named: Any) -> None:
        session.commit()
        time.sleep(0.02)  # as on a busy machine: a few kills have to meet it
        send(session, *given, **named)

    _replace("inbox.reply", _send=apart)


@_build
def _lost_letters_are_skipped() -> None:
    """What a server does not hand over at once is passed by."""
    from supportbox.channels.email.faults import Fault
    from supportbox.channels.email.fetch import Fetcher

    def hasty(self: Any, group: Any, uids: Any) -> Any:
        try:
            return self._asked(group)
        except Fault:
            self.imap.select()
            return []

    Fetcher._letters = hasty  # type: ignore[method-assign]  # that is the point


@_build
def _tries_without_end() -> None:
    """A letter that cannot be read is tried again for ever, and stands in the way of the next."""

    def stop(kept: Any, error: Exception) -> None:
        raise error

    _deadly_letters()
    _replace("work.understand", MAX_ATTEMPTS=1_000_000, _fail=stop)


@_build
def _deadly_letters() -> None:
    """No worse than the product, but for letters that kill whoever reads them: a fault of the reader's, to be borne."""
    from supportbox.channels.email.email_channel import EmailChannel

    read = EmailChannel.read

    def deadly(self: Any, kept: Any, raw: bytes, desk: Any) -> Any:
        if b"X-Deadly:" in raw:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(self, kept, raw, desk)

    EmailChannel.read = deadly  # type: ignore[method-assign]  # that is the point


@_build
def _init_in_place() -> None:
    """The database is made where it will be used, a statement at a time."""
    make = vars(import_module("supportbox.cli.init"))["_make_database"]

    def in_place(*given: Any) -> None:
        _replace("cli.init", sqlite_path=lambda settings: None)
        make(*given)

    _replace("cli.init", _make_database=in_place)


@_build
def _restored_desk_goes_on() -> None:
    """What was on its way when the backup was made is on its way again."""
    _replace("backup.restore", _quiet=lambda database, newest: newest)


@_build
def _index_is_never_looked_after() -> None:
    """Damage to the index is nobody's business."""
    _replace("work.index", _needs_care=lambda: False)


@_build
def _deaf_to_signals() -> None:
    """SIGTERM ends the worker as any program that knows nothing of it."""
    names = SimpleNamespace(SIGTERM=signal.SIGTERM, SIGINT=signal.SIGINT, signal=lambda number, end: None)
    _replace("cli.work", signal=names)


@_build
def _heard_before_kept() -> None:
    """A provider is told that its call was taken while what it brought is still in memory."""
    from supportbox.channels.knocks import keep_knocks

    waiting: list[tuple[Any, ...]] = []

    def later(settings: Any, mailbox_id: int, knocks: Any, *, now: Any) -> int:
        if waiting:
            keep_knocks(*waiting.pop(), now=now)
        waiting.append((settings, mailbox_id, knocks))
        return 0

    _replace("web.hooks", keep_knocks=later)


@_build
def _each_call_is_new() -> None:
    """Nobody asks whether a call came before, at the door or in the inbox."""
    from supportbox.channels.gateway import Gateway

    _replace("channels.knocks", number_of=lambda outside_id: secrets.randbits(60))
    incoming = Gateway.incoming

    def another(self: Any, *given: Any, outside_id: str, **more: Any) -> Any:
        return incoming(self, *given, outside_id=f"{outside_id}:{secrets.token_hex(4)}", **more)

    Gateway.incoming = another  # type: ignore[method-assign]  # made worse on purpose
