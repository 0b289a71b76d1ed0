"""Pictures of articles: only what really is a PNG, JPEG, GIF or WebP is taken, judged by its bytes, never its name."""

import re
import struct
from typing import NamedTuple

from supportbox.errors import Refused

BIGGEST = 5_000_000
MOST_PIXELS = 12_000
KINDS = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
PLACE = "/help/pictures/"
NAME = re.compile(r"[0-9a-f]{32}-(\d{1,5})x(\d{1,5})\.(png|jpg|gif|webp)")
# Markers of a JPEG that begin a frame and so say its size.
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_NOT_ONE = "This is no picture that browsers show: use PNG, JPEG, GIF or WebP."


class Picture(NamedTuple):
    """What the bytes of a picture say."""

    kind: str  # the ending of its name
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """Kind and size. Raises Refused with a sentence for what is too big, cut off, or no picture at all."""
    if len(content) > BIGGEST:
        raise Refused("The picture is larger than 5 MB. Make it smaller first.")
    try:
        found = _read(content)
    except (struct.error, IndexError):
        found = None
    if found is None:
        raise Refused(_NOT_ONE)
    if not (0 < found.width <= MOST_PIXELS and 0 < found.height <= MOST_PIXELS):
        raise Refused("The picture has more than 12,000 pixels on a side. Make it smaller first.")
    return found


def name_of(picture: Picture, token: str) -> str:
    """The name under which it is kept: it says the size, so that a page can leave room for it."""
    return f"{token}-{picture.width}x{picture.height}.{picture.kind}"


def _read(content: bytes) -> Picture | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR" and b"IEND" in content[-32:]:
        return Picture("png", *struct.unpack_from(">II", content, 16))
    if content[:6] in (b"GIF87a", b"GIF89a") and content.rstrip(b"\0").endswith(b";"):
        return Picture("gif", *struct.unpack_from("<HH", content, 6))
    if content.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _read_webp(content)
    return None


def _read_jpeg(content: bytes) -> Picture | None:
    place = 2
    while content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        (length,) = struct.unpack_from(">H", content, place + 2)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return Picture("jpg", width, height) if b"\xff\xd9" in content[place:] else None
        place += 2 + length
    return None


def _read_webp(content: bytes) -> Picture | None:
    (length,) = struct.unpack_from("<I", content, 4)
    if length + 8 > len(content) + 1:
        return None
    form = content[12:16]
    if form == b"VP8X":
        sides = [int.from_bytes(content[place : place + 3], "little") + 1 for place in (24, 27)]
    elif form == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        sides = [(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1]
    elif form == b"VP8 ":
        sides = [side & 0x3FFF for side in struct.unpack_from("<HH", content, 26)]
    else:
        return None
    return Picture("webp", sides[0], sides[1])
