"""A real IMAP and SMTP server on loopback, in one thread: where the demo's and the tests' letters travel."""

import asyncio
import errno
import logging
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar
from weakref import WeakSet

from supportbox import clock
from supportbox.demo.postman import OnData, OnRcpt, OutsideLetter, Postman
from supportbox.errors import Refused

if TYPE_CHECKING:
    from supportbox.demo.postboxes import Postboxes

HOST = "127.0.0.1"
PATIENCE = 30
T = TypeVar("T")


class Sandbox:
    """Mail for a handful of users. Mailboxes live as long as the object is started; nothing leaves the machine.

    `tls` with `starttls=False` speaks TLS from the first byte on, with `starttls=True` after STARTTLS.
    """

    def __init__(
        self,
        users: Iterable[tuple[str, str]],
        *,
        imap_port: int = 0,
        smtp_port: int = 0,
        must_log_in: Iterable[str] = (),
        tls: ssl.SSLContext | None = None,
        starttls: bool = False,
    ) -> None:
        self.users = [(email.lower(), password) for email, password in users]
        self.imap_port, self.smtp_port = imap_port, smtp_port
        self._direct_tls = None if starttls else tls
        self._starttls = tls if starttls else None
        self._postman = Postman(self._append, [email for email, _ in self.users], list(must_log_in))
        self._smtp_protocols: WeakSet[Any] = WeakSet()
        self._servers: list[asyncio.Server] = []
        self._thread: threading.Thread | None = None

    # Life: started, perhaps down and up again, stopped.

    def start(self) -> Self:
        """Listen; returns when both ports answer (`imap_port`, `smtp_port`)."""
        postboxes = _postboxes_class()
        # aiosmtpd warns at each login of an attribute that it sets itself.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(postboxes, ready), name="sandbox", daemon=True)
        self._thread.start()
        ready.result(PATIENCE)
        return self

    def stop(self) -> None:
        """Cut what is connected and forget all letters. Harmless when stopped already."""
        thread, self._thread = self._thread, None
        if thread:
            self._loop.call_soon_threadsafe(self._over.set)
            thread.join(PATIENCE)

    def down(self) -> None:
        """Be unreachable, as a server that is away: listening ends, connections are cut, letters stay."""
        self._call(self._close())

    def up(self) -> None:
        """Be back on the same ports."""
        self._call(self._listen())

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # Letters.

    def append(self, email: str, raw: bytes, at: datetime | None = None, flags: Iterable[str] = ()) -> None:
        """Put a letter into a user's INBOX as it is; `at` is its INTERNALDATE (now, if not given)."""
        self._call(self._boxes.append(email.lower(), raw, at or clock.now(), frozenset(flags)))

    def inbox(self, email: str) -> list[bytes]:
        """The raw letters of a user, oldest first; nothing is marked as read."""
        return [raw for raw, _, _ in self._call(self._boxes.letters(email.lower()))]

    def sent(self, email: str) -> list[bytes]:
        """What a user has sent by SMTP, in that order, as a mail program's folder of sent letters shows it."""
        return self._postman.sent[email.lower()]

    def flags(self, email: str) -> list[frozenset[str]]:
        """The flags of a user's letters, in the order of `inbox`."""
        return [flags for _, _, flags in self._call(self._boxes.letters(email.lower()))]

    def renumber(self, email: str) -> None:
        """Give the user's INBOX a new UIDVALIDITY, as after a server's restore from backup."""
        self._call(self._boxes.renumber(email.lower()))

    def clear(self) -> None:
        """Empty every mailbox and forget sent and outside letters, hooks and faults; passwords and ports stay."""
        for email, _ in self.users:
            self._call(self._boxes.clear(email))
            self._postman.sent[email].clear()
        self.outside.clear()
        self.faults.clear()
        self.on_rcpt = self.on_data = None

    @property
    def outside(self) -> list[OutsideLetter]:
        """Letters accepted for people who have no mailbox here."""
        return self._postman.outside

    @property
    def faults(self) -> list[BaseException]:
        """What went wrong inside the sandbox itself: a test that finds one has found a bug of the sandbox."""
        return self._postman.faults

    # Misbehaviour.

    @property
    def on_rcpt(self) -> OnRcpt | None:
        """Called with each recipient's address; a reply line refuses it. May block: it runs in a thread of its own."""
        return self._postman.on_rcpt

    @on_rcpt.setter
    def on_rcpt(self, hook: OnRcpt | None) -> None:
        self._postman.on_rcpt = hook

    @property
    def on_data(self) -> OnData | None:
        """Called with sender, recipients and letter; a reply line refuses it, a `Drop` cuts the connection."""
        return self._postman.on_data

    @on_data.setter
    def on_data(self, hook: OnData | None) -> None:
        self._postman.on_data = hook

    # Inside: the thread, its loop, the two servers.

    def _run(self, postboxes: "type[Postboxes]", ready: Future[None]) -> None:
        asyncio.run(self._serve(postboxes, ready))

    async def _serve(self, postboxes: "type[Postboxes]", ready: Future[None]) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(self._note_fault)
        try:
            self._boxes = postboxes(dict(self.users), starttls=self._starttls)
            await self._boxes.open()
            await self._listen()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits in start(), which raises it
            ready.set_exception(error)
            return
        ready.set_result(None)
        await self._over.wait()
        await self._close()

    async def _listen(self) -> None:
        def imap(port: int) -> Coroutine[Any, Any, asyncio.Server]:
            return asyncio.start_server(self._boxes.connected, HOST, port, ssl=self._direct_tls, limit=1 << 20)

        def smtp(port: int) -> Coroutine[Any, Any, asyncio.Server]:
            return self._loop.create_server(self._smtp_protocol, HOST, port, ssl=self._direct_tls)

        self._servers = [await _bind(imap, self.imap_port), await _bind(smtp, self.smtp_port)]
        self.imap_port, self.smtp_port = (server.sockets[0].getsockname()[1] for server in self._servers)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        self._boxes.hang_up()
        for protocol in list(self._smtp_protocols):
            if protocol.transport:
                protocol.transport.abort()

    def _smtp_protocol(self) -> asyncio.Protocol:
        from aiosmtpd.smtp import SMTP, AuthResult

        def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> Any:
            email, password = given.login.decode("utf-8", "replace").lower(), given.password.decode("utf-8", "replace")
            if (email, password) in self.users:
                return AuthResult(success=True, auth_data=email)
            return AuthResult(success=False, handled=False)

        protocol = SMTP(
            self._postman,
            hostname="sandbox.demo.example",
            ident="SupportBox sandbox",
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            auth_require_tls=self._starttls is not None,
            authenticator=authenticate,
            loop=self._loop,
        )
        self._smtp_protocols.add(protocol)
        return protocol

    async def _append(self, email: str, raw: bytes, at: datetime) -> None:
        await self._boxes.append(email, raw, at)

    def _note_fault(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.faults.append(context.get("exception") or RuntimeError(context["message"]))

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)


async def _bind(serve: Callable[[int], Awaitable[asyncio.Server]], port: int) -> asyncio.Server:
    """On the port asked for, or on a free one when somebody else has it."""
    try:
        return await serve(port)
    except OSError as taken:
        if port == 0 or taken.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        return await serve(0)


def _postboxes_class() -> "type[Postboxes]":
    try:
        import aiosmtpd.smtp  # noqa: F401 - asked here, before a thread starts

        from supportbox.demo.postboxes import Postboxes
    except ModuleNotFoundError as missing:
        raise Refused("The sandbox mail server is not installed. Type: pip install 'supportbox[demo]'") from missing
    return Postboxes
