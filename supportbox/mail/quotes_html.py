"""Splits a raw HTML body into the words its writer added and the words that a mail program quoted below them."""

from supportbox.mail.quotes import split_text


def split_html(html: str) -> tuple[str, str]:
    """Return (visible text, quoted text) of an HTML body."""
    from lxml import html as lxml_html

    if not html.strip():
        return "", ""
    root = lxml_html.document_fromstring(html, parser=lxml_html.HTMLParser(huge_tree=True))
    return split_text("".join(root.itertext()))
