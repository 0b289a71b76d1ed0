"""Articles that publish themselves: where no worker runs, the first reader after the time sees to it."""

from time import monotonic

from flask import current_app
from sqlalchemy import bindparam, select

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.kb.article import Article
from supportbox.kb.writing import publish_due
from supportbox.search.opening import get_searcher
from supportbox.search.refresh import refresh
from supportbox.web.reading import reading, writing

LOOK_SECONDS = 15.0
_DUE = select(Article.id).where(Article.publish_at <= bindparam("now")).limit(1)


def publish_what_is_due() -> None:
    """Look now and then, which costs one question to an index; publish what should be public by now."""
    extensions = current_app.extensions
    if extensions.get("help.schedule", 0.0) > monotonic():
        return
    extensions["help.schedule"] = monotonic() + LOOK_SECONDS
    now = clock.now()
    if reading().execute(_DUE, {"now": now}).first() is None:
        return
    with writing() as session:
        publish_due(session, record, now)
    try:
        refresh(get_searcher())
    except Refused:
        return  # another process holds the index; the worker will do it
