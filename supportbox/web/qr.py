"""QR codes: drawn into the page for a screen, and as a picture for paper."""

from markupsafe import Markup


def drawn(address: str) -> Markup:
    """The code as an SVG of black on white, which is what every phone reads."""
    import segno

    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr"))  # noqa: S704 - segno's own drawing


def picture(address: str) -> str:
    """The same as a PNG in a data address, large enough for paper."""
    import segno

    return str(segno.make(address, error="m", micro=False).png_data_uri(scale=12, border=4))
