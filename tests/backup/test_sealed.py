"""Encrypted streams: what goes in comes out, in pieces of any size, and nothing that was touched does."""

import io

import pytest

from supportbox.backup.sealed import MAGIC, PIECE, TAG, Sealer, Unsealer, is_sealed
from supportbox.errors import Refused

HEAD = len(MAGIC) + 16


def seal(content: bytes, step: int = 1 << 16, passphrase: str = "correct horse") -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target, passphrase)
    for start in range(0, len(content), step):
        sealer.write(content[start : start + step])
    sealer.finish()
    return target.getvalue()


def unseal(sealed: bytes, passphrase: str = "correct horse") -> bytes:
    return io.BufferedReader(Unsealer(io.BytesIO(sealed), passphrase)).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
@pytest.mark.parametrize("step", [70_001, 2 * PIECE])
def test_what_goes_in_comes_out(size: int, step: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    assert unseal(seal(content[:size], step)) == content[:size]


def test_the_same_is_never_sealed_the_same_way() -> None:
    assert seal(b"words") != seal(b"words")


def test_no_word_of_it_can_be_seen() -> None:
    assert b"secret words" not in seal(b"secret words" * 1000)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(Refused, match="passphrase is wrong"):
        unseal(seal(b"words"), "incorrect horse")


def test_pieces_cannot_be_swapped_repeated_or_left_out() -> None:
    sealed = seal(b"a" * PIECE + b"b" * PIECE + b"c" * PIECE)
    head, size = sealed[:HEAD], PIECE + TAG
    first, second, third = (sealed[HEAD + number * size : HEAD + (number + 1) * size] for number in range(3))
    assert unseal(head + first + second + third) == b"a" * PIECE + b"b" * PIECE + b"c" * PIECE
    for pieces in ([second, first, third], [first, first, third], [first, third], [first, second], [first], []):
        if pieces:
            with pytest.raises(Refused):
                unseal(head + b"".join(pieces))
        else:
            # Nothing at all is no content, and the archive inside says that it is cut.
            assert unseal(head) == b""


@pytest.mark.parametrize("place", [HEAD, HEAD + 5, -TAG - 1, -TAG, -1], ids=str)
def test_a_single_changed_bit_is_seen(place: int) -> None:
    sealed = bytearray(SEALED)
    sealed[place] ^= 1
    with pytest.raises(Refused):
        unseal(bytes(sealed), "short")


def test_a_sealed_file_is_known_by_its_beginning() -> None:
    source = io.BytesIO(SEALED)
    assert is_sealed(source)
    assert source.read(1) == MAGIC[:1]
    assert not is_sealed(io.BytesIO(b"\x1f\x8b an ordinary archive"))


SEALED = seal(b"some words", passphrase="short")
