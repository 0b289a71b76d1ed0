"""What a kind of channel brings to the contract's tests: its form filled in, calls as its provider makes them, and a
small server that stands in for the provider and enforces its documented rules."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# One pixel.
PICTURE = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a provider to us; `query` is put after our address."""

    body: bytes
    headers: Mapping[str, str]
    query: str = ""
    method: str = "POST"


@dataclass
class Asked:
    """One request that the stand-in got."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class StandIn:
    """A provider on loopback. `statuses` are given first, one a request; then what the rules say."""

    case: "Case"
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)  # receiver, text: what it took
    statuses: list[int] = field(default_factory=list)
    canned: list[tuple[int, bytes]] = field(default_factory=list)  # status and body instead of what the rules say
    picture: tuple[int, bytes] = (200, PICTURE)  # what comes for a file that somebody sent
    picture_headers: dict[str, str] = field(default_factory=dict)  # beside or instead of the usual ones
    stored: dict[str, tuple[int, str]] = field(default_factory=dict)  # path: status, and where to go from there
    floods: bool = False  # a file's bytes have no end
    flooded: int = 0  # how many of them were taken
    left: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)  # files left here: type, name, content
    taken: list[tuple[str, bytes]] = field(default_factory=list)  # name and content of the files in what it took
    is_silent: bool = False  # takes the request and cuts the line instead of answering
    # Told when a request is "asked", "taken" and "answered"; one that is not to go on is cut off there.
    goes_on: Callable[[str], bool] = lambda moment: True

    @contextmanager
    def running(self) -> Iterator["StandIn"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                stand_in.answer(self)

            do_GET = do_POST

            def log_message(self, *given: object) -> None:
                """Nothing is said beside the tests."""

        return Handler

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(handler.command, handler.path, headers, body)
        if not self.goes_on("asked"):
            handler.close_connection = True
            return
        self.asked.append(asked)
        if asked.path in self.stored:
            self._answer_from_store(handler, *self.stored[asked.path])
            return
        status, kind, said = self.case.provider(asked, self)
        if not self.goes_on("taken") or self.is_silent:
            handler.close_connection = True
            return
        if self.canned:
            (status, said), kind = self.canned.pop(0), "application/json"
        if self.statuses:
            status = self.statuses.pop(0)
        is_file = said is self.picture[1]
        usual = {"Content-Type": kind} | ({} if is_file and self.floods else {"Content-Length": str(len(said))})
        handler.send_response(status)
        for name, value in (usual | (self.picture_headers if is_file else {})).items():
            handler.send_header(name, value)
        with suppress(ConnectionError):  # whoever asked may have been killed meanwhile
            handler.end_headers()
            handler.wfile.write(said)
        if is_file and self.floods:
            self._flood(handler)
        handler.close_connection = True
        self.goes_on("answered")

    def _answer_from_store(self, handler: BaseHTTPRequestHandler, status: int, location: str) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "image/gif")
        handler.send_header("Location", location)
        handler.send_header("Content-Length", str(len(PICTURE)))
        handler.end_headers()
        handler.wfile.write(PICTURE)

    def _flood(self, handler: BaseHTTPRequestHandler) -> None:
        handler.connection.settimeout(5)
        try:
            while self.flooded < 200_000_000:
                handler.wfile.write(b"x" * 100_000)
                self.flooded += 100_000
        except OSError:
            return  # whoever asked has enough


class Case(ABC):
    """One kind of channel, for the contract's questions."""

    KIND: str
    ADDRESS: str  # ours
    CLEO: str  # how a customer is known there
    DOT: str
    can_answer = True  # whether anything can be sent by it: nobody answers a call in writing
    signs_body = True  # whether the provider's proof is about the very words

    @abstractmethod
    def options(self, url: str) -> dict[str, str]:
        """The form of the settings, with the stand-in's address where the provider's would be."""

    @abstractmethod
    def message(self, hook_url: str, sender: str, text: str, *, outside_id: str, at: datetime) -> Call:
        """A customer's message as the provider brings it, signed."""

    @abstractmethod
    def strange(self, hook_url: str, sender: str, *, outside_id: str, at: datetime) -> Call | None:
        """A kind of message that nobody has heard of yet; None where there can be none."""

    def signed(self, hook_url: str, said: Any, *, at: datetime) -> Call | None:
        """Anything at all, proven to be the provider's; None where calls are not of that shape."""
        return None

    def photo(self, place: str) -> Any:
        """What `signed` takes for a customer's picture with the words "Look.", to be fetched from the stand-in at
        `place`; None where there are no pictures."""
        return None

    def photos(self, place: str) -> Any:
        """The same with three pictures in one message; None where a message carries one at most."""
        return None

    # What becomes of three files in an answer (a picture, a text, a film of an old kind): one entry a message, its
    # words and its files; those that have a link in the words are missing here.
    three_files: tuple[tuple[str, tuple[str, ...]], ...] = (("words", ()),)

    # The provider's no when the customer's last words are too long ago.
    closed_window: bytes = b""
    # Its status and words for a customer who wants nothing more from us.
    unwanted: tuple[int, bytes] | None = None

    def registered(self) -> AbstractContextManager[None]:
        """Where the kind is known; all but a toy are so everywhere."""
        return nullcontext()

    @abstractmethod
    def news(self, hook_url: str, news: str, *, delivery_id: int, outside_id: str, at: datetime) -> Call | None:
        """Word of a message of ours (delivered, read, failed); None where the provider tells nothing."""

    @abstractmethod
    def provider(self, asked: Asked, stand_in: StandIn) -> tuple[int, str, bytes]:
        """The provider's answer to a request of ours: status, content type, body. Appends what it took to `sent`."""


def form_of(asked: Asked) -> tuple[dict[str, str], list[tuple[str, str, bytes]]]:
    """A form with files as it was sent: its fields, and the types, names and contents of its files."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    fields: dict[str, str] = {}
    files: list[tuple[str, str, bytes]] = []
    parts: Any = message_from_bytes(head + asked.body).get_payload()
    for part in parts:
        content = part.get_payload(decode=True)
        if name := part.get_filename():
            files.append((part.get_content_type(), name, content))
        else:
            fields[part.get_param("name", header="content-disposition")] = content.decode()
    return fields, files
