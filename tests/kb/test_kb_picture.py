"""What a picture is, its bytes say."""

from collections.abc import Callable

import pytest

from supportbox.errors import Refused
from supportbox.kb.picture import NAME, Picture, name_of, read_picture
from tests.kb.pictures import gif, jpeg, png, webp


@pytest.mark.parametrize(("make", "kind"), [(png, "png"), (gif, "gif"), (jpeg, "jpg"), (webp, "webp")])
def test_kind_and_size_are_read(make: Callable[[int, int], bytes], kind: str) -> None:
    found = read_picture(make(640, 480))
    assert found == Picture(kind, 640, 480)
    assert NAME.fullmatch(name_of(found, "a" * 32))


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>GIF89a", png()[:-12], jpeg()[:-2],
     b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", webp()[:20], b"RIFF\xff\xff\xff\x7fWEBPVP8X" + b"\0" * 30,
     b"\xff\xd8" + b"\xff" * 5000],
)  # fmt: skip
def test_what_is_none_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused, match="no picture"):
        read_picture(content)


def test_bombs_are_refused() -> None:
    with pytest.raises(Refused, match="12,000 pixels"):
        read_picture(png(1, 1).replace(b"\0\0\0\x01\0\0\0\x01", b"\0\1\0\0\0\1\0\0", 1))
    with pytest.raises(Refused, match="5 MB"):
        read_picture(png() + b"\0" * 5_000_001)
