"""What machines read of the help centre: the map of the site, the rules for robots, the feed of new articles."""

from collections import defaultdict
from datetime import UTC, datetime
from email.utils import format_datetime
from time import monotonic

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from markupsafe import escape

from supportbox.kb.catalogue import Address, everything, newest
from supportbox.web.help.page import base_url, enter, read_languages
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, reading

SITEMAP_SECONDS = 30.0
ROBOTS = "User-agent: *\nDisallow: /inbox/\nDisallow: /settings/\nDisallow: /reports/\nDisallow: /r/\n"


def robots() -> ResponseReturnValue:
    """What is of no use to search engines, and where the map is."""
    return Response(f"{ROBOTS}\nSitemap: {base_url()}/sitemap.xml\n", mimetype="text/plain")


def sitemap() -> ResponseReturnValue:
    """Every public article and home, with the same in other languages; drawn anew twice a minute at most."""
    kept: tuple[float, str] | None = current_app.extensions.get("help.sitemap")
    if kept is None or kept[0] < monotonic():
        kept = (monotonic() + SITEMAP_SECONDS, _draw_sitemap())
        current_app.extensions["help.sitemap"] = kept
    return Response(kept[1], mimetype="application/xml")


def _draw_sitemap() -> str:
    groups: dict[str, list[Address]] = defaultdict(list)
    there = everything(reading())
    for address in there:
        groups[address.group].append(address)
    homes = [(f"/help/{lang}/", "") for lang in read_languages()]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        *(f"<url><loc>{_at(path)}</loc></url>" for path, _changed in homes),
        *(_entry(address, groups[address.group]) for address in there),
        "</urlset>",
    ]
    return "\n".join(lines)


def feed(lang: str) -> ResponseReturnValue:
    """The newest articles, as RSS."""
    enter(lang)
    title = escape(f"{business().name} · {_('Help centre')}")
    items = [
        f"<item><title>{escape(news.title)}</title><link>{_at(f'/help/{lang}/a/{news.slug}')}</link>"
        f'<guid isPermaLink="true">{_at(f"/help/{lang}/a/{news.slug}")}</guid>'
        f"<description>{escape(news.summary)}</description>"
        f"<pubDate>{_when(news.published_at or news.updated_at)}</pubDate></item>"
        for news in newest(reading(), lang)
    ]
    about = f"<title>{title}</title><description>{title}</description><language>{escape(lang)}</language>"
    head = f"{about}<link>{_at(f'/help/{lang}/')}</link>"
    body = "\n".join(items)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>{head}\n{body}\n</channel></rss>\n'
    return Response(text, mimetype="application/rss+xml")


def _entry(address: Address, group: list[Address]) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{escape(other.lang)}" href="{_article(other)}"/>'
        for other in group
        if len(group) > 1
    )
    changed = address.updated_at.astimezone(UTC).date().isoformat()
    return f"<url><loc>{_article(address)}</loc><lastmod>{changed}</lastmod>{others}</url>"


def _article(address: Address) -> str:
    return _at(f"/help/{address.lang}/a/{address.slug}")


def _at(path: str) -> str:
    return str(escape(base_url() + path))


def _when(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))
