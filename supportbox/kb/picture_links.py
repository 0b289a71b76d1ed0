"""Pictures of articles that travel as files: taken in beside Markdown files, and given out beside them."""

import hashlib
import re
from collections.abc import MutableMapping
from pathlib import Path
from urllib.parse import unquote

from supportbox.errors import Refused
from supportbox.kb.picture import NAME, PLACE, name_of, read_picture

OUTSIDE = "../pictures/"
_IMAGE = re.compile(r"(!\[[^\]\n]{0,500}\]\()<?([^)\s<>]{1,500})")
_OURS = re.compile(re.escape(PLACE) + f"({NAME.pattern})")


def take_in(body: str, file: Path, root: Path, found: MutableMapping[str, Path]) -> str:
    """The body with its pictures' addresses here; `found` gains the name that each will have and where it lies.

    Only files below the root are looked at. Raises Refused for a file that is no picture.
    """

    def address(match: re.Match[str]) -> str:
        target = unquote(match[2])
        path = (file.parent / target).resolve()
        if ":" in target or target.startswith(("/", "#")) or root.resolve() not in path.parents or not path.is_file():
            return match[0]
        name = _name(path)
        found[name] = path
        return f"{match[1]}{PLACE}{name}"

    return _IMAGE.sub(address, body)


def give_out(body: str) -> tuple[str, list[str]]:
    """The body with its pictures' addresses beside its folder, and their names."""
    names = [match[1] for match in _OURS.finditer(body)]
    return _OURS.sub(lambda match: OUTSIDE + match[1], body), names


def _name(path: Path) -> str:
    try:
        content = path.read_bytes()
        picture = read_picture(content)
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}.") from error
    except Refused as refused:
        raise Refused(f"{path.name}: {refused}") from refused
    # The same file is the same picture at the next import.
    return path.name if NAME.fullmatch(path.name) else name_of(picture, hashlib.sha256(content).hexdigest()[:32])
