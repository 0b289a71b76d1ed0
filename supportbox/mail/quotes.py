"""Splits a plain-text body into the words its writer added and the words that were quoted or signed below them."""


def split_text(text: str) -> tuple[str, str]:
    """Return (visible, quoted): every line that holds words is in exactly one of the two, in its order."""
    visible: list[str] = []
    quoted: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        (quoted if line.lstrip().startswith(">") else visible).append(line)
    return "\n".join(visible).strip(), "\n".join(quoted).strip()
