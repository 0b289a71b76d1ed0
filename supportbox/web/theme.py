"""The business's colour: from any colour that its owner likes, variants that can be read in light and in dark."""

import colorsys
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response, current_app, request

from supportbox.errors import NotFound
from supportbox.web.assets import FOREVER, Asset, asset
from supportbox.web.reading import business

Rgb = tuple[float, float, float]
READABLE = 4.5
# The first sheets of pages, by the word that their address has for them.
SHEETS = {"agents": "agent.css", "help": "public.css"}
LIGHT_GROUNDS, DARK_GROUNDS = ("#f7f7f5", "#ffffff", "#efefec"), ("#15171a", "#1d2024", "#24282d")
LIGHT_MUTED, DARK_MUTED = "#5c6066", "#a9b0b8"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
bp = Blueprint("theme", __name__)


@dataclass(frozen=True, slots=True)
class Shades:
    """One theme's colours that depend on the accent, as #rrggbb."""

    accent: str
    soft: str
    fill: str
    hover: str
    on_accent: str


def is_colour(text: str) -> bool:
    return bool(_COLOUR.fullmatch(text))


@lru_cache(maxsize=64)
def shades(accent: str) -> tuple[Shades, Shades]:
    """For light and for dark: the hue stays, the lightness moves until text on every ground has 4.5 to 1."""
    return _light(_rgb(accent)), _dark(_rgb(accent))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, 1 to 21."""
    bright, dim = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def stylesheet(name: str = "app.css") -> str:
    """The address of every page's first style sheet: with the business's colours in it, where it has any."""
    accent = business().accent
    if not is_colour(accent):
        return asset(name)
    whose = next((f"&for={one}" for one, sheet in SHEETS.items() if sheet == name), "")
    return f"/theme.css?v={_drawn(accent, name)[1]}{whose}"


@bp.get("/theme.css")
def theme() -> Response:
    """The style sheet with the business's colours after ours; one request, as without them."""
    accent = business().accent
    if not is_colour(accent):
        raise NotFound("There is no style sheet of our own colours.")
    content, version = _drawn(accent, SHEETS.get(request.args.get("for", ""), "app.css"))
    response = Response(content, mimetype="text/css")
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == version else "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(_packed(content))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _drawn(accent: str, name: str) -> tuple[bytes, str]:
    ours: Asset = current_app.extensions["assets"][name]
    return _draw(ours.content, accent)


@lru_cache(maxsize=8)
def _draw(ours: bytes, accent: str) -> tuple[bytes, str]:
    light, dark = (_tokens(one) for one in shades(accent))
    text = (
        f":root {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {dark} }} }}\n"
        f":root[data-theme=dark] {{ {dark} }}\n"
    )
    content = ours + b"\n" + text.encode()
    return content, hashlib.sha256(content).hexdigest()[:12]


@lru_cache(maxsize=8)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _tokens(one: Shades) -> str:
    return (
        f"--accent: {one.accent}; --focus: {one.accent}; --accent-soft: {one.soft}; --accent-fill: {one.fill}; "
        f"--accent-fill-hover: {one.hover}; --on-accent: {one.on_accent}; --chart-1: {one.accent};"
    )


def _light(colour: Rgb) -> Shades:
    soft_share = 0.1
    for step in range(101):
        accent = _with_lightness(colour, -step / 100)
        soft = _mixed(accent, "#ffffff", soft_share)
        while contrast(LIGHT_MUTED, soft) < READABLE and soft_share > 0.01:
            soft_share -= 0.01
            soft = _mixed(accent, "#ffffff", soft_share)
        if all(contrast(accent, ground) >= READABLE for ground in (*LIGHT_GROUNDS, soft)):
            break
    return Shades(accent, soft, accent, _mixed(accent, "#000000", 0.82), "#ffffff")


def _dark(colour: Rgb) -> Shades:
    soft_share = 0.2
    for step in range(101):
        accent = _with_lightness(colour, step / 100)
        soft = _mixed(accent, DARK_GROUNDS[1], soft_share)
        while contrast(DARK_MUTED, soft) < READABLE and soft_share > 0.02:
            soft_share -= 0.02
            soft = _mixed(accent, DARK_GROUNDS[1], soft_share)
        on_accent = _mixed(accent, "#000000", 0.12)
        wanted = [*((accent, ground) for ground in (*DARK_GROUNDS, soft)), (on_accent, accent)]
        if all(contrast(*pair) >= READABLE for pair in wanted):
            break
    return Shades(accent, soft, accent, _mixed(accent, "#ffffff", 0.75), on_accent)


def _with_lightness(colour: Rgb, change: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    return _hex(colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + change)), saturation))


def _mixed(colour: str, other: str, share: float) -> str:
    """So much of the colour, the rest of the other."""
    one, two = _rgb(colour), _rgb(other)
    return _hex((one[0] * share + two[0] * (1 - share), one[1] * share + two[1] * (1 - share),
                 one[2] * share + two[2] * (1 - share)))  # fmt: skip


def _luminance(colour: Rgb) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
