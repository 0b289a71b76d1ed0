"""format=flowed (RFC 3676): puts together the lines that a mail program has broken softly."""


def unflowed(text: str, delete_space: bool) -> str:
    """The text with soft line breaks removed; quoted lines keep their marks."""
    lines: list[str] = []
    pieces: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        unquoted = line.lstrip(">")
        depth = len(line) - len(unquoted)
        words = unquoted[1:] if unquoted.startswith(" ") else unquoted
        soft = words.endswith(" ") and words != "-- "
        kept = words[:-1] if soft and delete_space else words
        if depth == open_depth and words != "-- ":
            pieces.append(kept)
        else:
            if open_depth >= 0:
                lines.append("".join(pieces))
            pieces = [">" * depth + " " * (depth > 0), kept]
        if soft:
            open_depth = depth
        else:
            lines.append("".join(pieces))
            open_depth = -1
    if open_depth >= 0:
        lines.append("".join(pieces))
    return "\n".join(lines)
