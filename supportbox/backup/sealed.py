"""Encrypted streams: ChaCha20-Poly1305 in pieces, under a key that scrypt makes of a passphrase.

Layout: MAGIC, 16 bytes of salt, then pieces of PIECE bytes, each with a tag of 16. A piece's nonce is its number
and whether it is the last, so that pieces can be neither swapped nor cut off.
"""

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from typing_extensions import Buffer

from supportbox.errors import Refused

MAGIC = b"SupportBox sealed backup 1\n"
PIECE = 1 << 20
TAG = 16
WRONG = "The passphrase is wrong, or the backup is damaged."


class Sealer(io.RawIOBase):
    """A writable stream that encrypts into `target`, which stays open when this is closed."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        self._target, salt = target, os.urandom(16)
        self._header = MAGIC + salt
        self._cipher = _cipher(passphrase, salt)
        self._waiting = bytearray()
        self._number = 0
        target.write(self._header)

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        view = memoryview(data)
        self._waiting += view
        # One piece always waits: only at the end is it known which one is the last.
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return view.nbytes

    def finish(self) -> None:
        """Write the last piece. Without it the stream is refused when read: it may have been cut."""
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), piece, self._header))
        self._number += 1


class Unsealer(io.RawIOBase):
    """A readable stream that decrypts what a Sealer wrote. Raises Refused at the first piece that is not right."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        self._source = source
        self._header = source.read(len(MAGIC) + 16)
        self._cipher = _cipher(passphrase, self._header[len(MAGIC) :])
        self._number = 0
        self._ready = b""
        self._next = source.read(PIECE + TAG)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        if not self._ready and self._next:
            self._ready = self._open()
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._ready))
        view[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _open(self) -> bytes:
        piece, self._next = self._next, self._source.read(PIECE + TAG)
        try:
            plain = self._cipher.decrypt(_nonce(self._number, is_last=not self._next), piece, self._header)
        except InvalidTag as error:
            raise Refused(WRONG) from error
        self._number += 1
        return plain


def is_sealed(source: BinaryIO) -> bool:
    """Whether a file needs a passphrase. Leaves the stream at its beginning."""
    start = source.read(len(MAGIC))
    source.seek(0)
    return start == MAGIC


def _cipher(passphrase: str, salt: bytes) -> ChaCha20Poly1305:
    # 32 MiB and about 0.1 s: what RFC 7914 gives for files, and still fits a small server.
    return ChaCha20Poly1305(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
