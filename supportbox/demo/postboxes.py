"""The sandbox's mailboxes: pymap's in-memory IMAP server, one INBOX a user."""

import ssl
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import Mapping
from datetime import datetime
from weakref import WeakSet

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext


class _SandboxConfig(Config):
    """pymap's settings; its own greeting asks DNS for this machine's name, which can take seconds."""

    @property
    def greeting(self) -> bytes:
        return b"SupportBox sandbox ready"


class Postboxes:
    """Mailboxes by e-mail address; everything that awaits belongs to the sandbox's loop."""

    def __init__(self, passwords: Mapping[str, str], *, starttls: ssl.SSLContext | None = None) -> None:
        self.passwords = dict(passwords)
        self.connections: WeakSet[StreamWriter] = WeakSet()
        self._config = _config(starttls)
        self._login = Login(self._config)
        server = IMAPServer(self._login, self._config)
        self._serve = ProxyProtocolReader(ProxyProtocolVersion.get()).get_callback(server)

    async def open(self) -> None:
        """Let the users in."""
        for email, password in self.passwords.items():
            await self._identity(email).set(UserMetadata(self._config, email, password=password))

    async def connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve one IMAP connection: the callback of `asyncio.start_server`."""
        self.connections.add(writer)
        await self._serve(reader, writer)

    async def append(self, email: str, raw: bytes, at: datetime, flags: frozenset[str] = frozenset()) -> None:
        """Put a letter into the INBOX; `at` is its INTERNALDATE."""
        message = AppendMessage(raw, at, frozenset(Flag(flag.encode()) for flag in flags))
        async with self._identity(email).new_session() as session:
            await session.append_messages("INBOX", [message])

    async def letters(self, email: str) -> list[tuple[bytes, datetime, frozenset[str]]]:
        """Raw bytes, INTERNALDATE and flags of each letter, oldest first; nothing is marked as read."""
        async with self._identity(email).new_session() as session:
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            return [
                (
                    bytes((await message.load_content(FetchRequirement.CONTENT)).content),
                    message.internal_date,
                    frozenset(str(flag) for flag in message.permanent_flags),
                )
                async for message in inbox.messages()
            ]

    async def clear(self, email: str) -> None:
        """Replace the user's mailboxes by an empty INBOX with a new UIDVALIDITY."""
        self._config.set_cache.pop(email, None)

    async def renumber(self, email: str) -> None:
        """The same letters under a new UIDVALIDITY, as after a server's restore from backup."""
        kept = await self.letters(email)
        await self.clear(email)
        for raw, at, flags in kept:
            await self.append(email, raw, at, flags)

    def hang_up(self) -> None:
        """Cut every IMAP connection without a goodbye."""
        for writer in list(self.connections):
            writer.transport.abort()

    def _identity(self, email: str) -> Identity:
        return Identity(email, self._login, None, frozenset())


def _config(starttls: ssl.SSLContext | None) -> Config:
    arguments = Namespace(
        host=None,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=starttls is not None,
        demo_data=False,
        demo_user="",
        demo_password="",
        passlib_cfg=None,
        proxy_protocol=None,
        inherited_sockets=None,
    )
    # Passwords in clear and no thread pool: these users exist on loopback for minutes, and a hash costs 0.1 s a login.
    return _SandboxConfig.from_args(
        arguments,
        ssl_context=starttls or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
        hash_context=Cleartext(),
        cpu_subsystem=Subsystem.for_asyncio(),
        invalid_user_sleep=0.0,
    )
