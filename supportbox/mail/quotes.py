"""Splits a plain-text body into the words its writer added and the words that were quoted or signed below them."""

from supportbox.mail.quote_walk import FOLDED, Walk


def split_text(text: str) -> tuple[str, str]:
    """Return (visible, quoted): every line that holds words is in exactly one of the two, in its order."""
    return split_lines(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def split_lines(lines: list[str], hints: dict[int, str] | None = None) -> tuple[str, str]:
    """The same for lines of which some are already known, by their number, to be of a kind (see `quote_walk`)."""
    walk = Walk([line.strip() for line in lines], hints or {})
    places = walk.run()
    parts: tuple[list[str], list[str]] = ([], [])
    if walk.shared:
        for at, line in enumerate(lines):
            cut = walk.shared.get(at)
            if cut is None:
                parts[places[at]].append(line)
            else:
                cut += len(line) - len(line.lstrip())
                parts[0].append(line[:cut])
                parts[FOLDED].append(line[cut:])
    else:
        for line, place in zip(lines, places, strict=True):
            parts[place].append(line)
    return "\n".join(parts[0]).strip(), "\n".join(parts[FOLDED]).strip()
