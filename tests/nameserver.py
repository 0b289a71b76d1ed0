"""A real DNS server on loopback for tests: it knows the TXT records that it was told, and counts what it is asked."""

import socket
import threading
from collections.abc import Mapping, Sequence

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Records = Mapping[str, Sequence[str]]


class NameServer:
    """`with NameServer({"shop.test": ["v=spf1 mx ~all"]}) as server:` and ask `server.place`."""

    def __init__(self, records: Records, *, is_mute: bool = False, fails: bool = False) -> None:
        self.records = {name.lower(): list(texts) for name, texts in records.items()}
        self.is_mute, self.fails = is_mute, fails
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "NameServer":
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:
                return
            if not self.is_mute:
                self._socket.sendto(self._answer(wire), sender)

    def _answer(self, wire: bytes) -> bytes:
        asked = dns.message.from_wire(wire)
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        name = asked.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        if self.fails:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.records:
            if self.records[name]:
                pieces = [" ".join(_quoted(text)) for text in self.records[name]]
                answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *pieces))
        elif not any(known.endswith(f".{name}") for known in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


def _quoted(text: str) -> list[str]:
    """In pieces of 255 bytes, as long records are."""
    return [f'"{text[at : at + 255]}"' for at in range(0, len(text), 255)]
