"""Splits a raw HTML body into the words its writer added and the words that a mail program quoted below them."""

from supportbox.mail.quote_markup import Reader
from supportbox.mail.quotes import split_lines


def split_html(html: str) -> tuple[str, str]:
    """Return (visible text, quoted text): quotations known by their markup are folded first, then those known by words.

    A quotation that stays visible, because answers stand between its parts, has its lines marked with ">".
    """
    reader = Reader(html)
    reader.read()
    return split_lines(reader.lines, reader.hints)
