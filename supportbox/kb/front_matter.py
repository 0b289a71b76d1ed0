"""Front matter: the lines between two `---` on top of a Markdown file; written as JSON values, which are YAML too."""

import json
import re

from supportbox.errors import Refused

_LINE = re.compile(r"([A-Za-z_][\w-]*):(?:[ \t]+(.*))?$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)$")


def split(text: str) -> tuple[dict[str, object], str]:
    """The values on top, and the Markdown below. A text without front matter is all Markdown."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---":
        return {}, text
    try:
        end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == "---")
    except StopIteration:
        raise Refused("the front matter has no end: a line of --- is missing") from None
    values: dict[str, object] = {}
    key = ""
    for number, line in enumerate(lines[1:end], 2):
        key = _read_line(line, number, key, values)
    return values, "\n".join(lines[end + 1 :])


def join(values: dict[str, object], body: str) -> str:
    """The file that `split` reads back to the same."""
    top = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return f"---\n{top}\n---\n\n{body}\n"


def _read_line(line: str, number: int, key: str, values: dict[str, object]) -> str:
    """Read one line into the values; answers the key that list items below belong to."""
    if not line.strip() or line.lstrip().startswith("#"):
        return key
    item = _ITEM.match(line)
    listed = values.get(key)
    if item and isinstance(listed, list):
        listed.append(_value(item[1]))
        return key
    found = _LINE.match(line)
    if not found:
        raise Refused(f"line {number} is no front matter: {line.strip()[:60]!r}")
    values[found[1]] = _value(found[2] or "") if (found[2] or "").strip() else []
    return found[1]


def _value(text: str) -> object:
    text = text.strip()
    if text[:1] in ('"', "["):
        try:
            return json.loads(text)
        except ValueError:
            pass
    if text.startswith("[") and text.endswith("]"):
        return [str(_value(part)) for part in text[1:-1].split(",") if part.strip()]
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text
