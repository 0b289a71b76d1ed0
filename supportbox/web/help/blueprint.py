"""The help centre's addresses."""

from flask import Blueprint

from supportbox.web.forged import csrf
from supportbox.web.help import article, feedback, feeds, freshness, home, pictures, search

bp = Blueprint("help", __name__)
for address, view in (
    ("/", home.front),
    ("/help/", home.front),
    ("/help/<lang>/", home.home),
    ("/help/<lang>/c/<slug>", home.category),
    ("/help/<lang>/a/<slug>", article.article),
    ("/help/<lang>/search", search.search),
    ("/help/<lang>/suggestions", search.suggestions),
    ("/help/<lang>/feed.xml", feeds.feed),
    ("/help/pictures/<name>", pictures.picture),
    ("/sitemap.xml", feeds.sitemap),
    ("/robots.txt", feeds.robots),
):
    bp.add_url_rule(address, view_func=view)
# Readers have no session that a forged form could misuse.
bp.add_url_rule("/help/<lang>/a/<slug>/feedback", view_func=csrf.exempt(feedback.give), methods=["POST"])
bp.after_request(freshness.finish)
