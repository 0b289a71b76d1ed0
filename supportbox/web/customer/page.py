"""The page of a customer's own request: found by its link, drawn whole, with what was typed and what is wrong."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import Response, make_response, request
from markupsafe import Markup

from supportbox import clock
from supportbox.errors import NotFound
from supportbox.inbox.query import AnyRow
from supportbox.kb.markdown import without_anchors
from supportbox.web.customer import call_offer, links, proof
from supportbox.web.customer.progress import state_of, steps_of
from supportbox.web.customer.rating_form import chosen
from supportbox.web.customer.rows import Request, files_of, find_request, is_safe_only, messages_of
from supportbox.web.frame import page_language, render, speak
from supportbox.web.help.article import rendered
from supportbox.web.help.days import long_day
from supportbox.web.i18n import LANGUAGES
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading


def find_ticket(token: str) -> Request | None:
    """The request of a link that is ours and not over."""
    number = links.ticket_of(token)
    return find_request(reading(), number) if number else None


def get_request(token: str) -> Request:
    """The request, for whoever does something in it; the page is in the customer's language from here on."""
    asked = find_ticket(token)
    if asked is None:
        raise NotFound(_("This link is too old, or it is incomplete. Open it again to have a new one mailed to you."))
    return speaking(asked)


def speaking(asked: Request) -> Request:
    """In the customer's language, unless they chose another one in the address."""
    wish = request.args.get("lang", "") or asked.language
    if wish in LANGUAGES:
        speak(wish)
    return asked


def draw(
    asked: Request,
    token: str,
    *,
    text: str = "",
    problem: str = "",
    code_problem: str = "",
    is_code_sent: bool = False,
    call_problem: str = "",
    phone: str = "",
) -> Response:
    """The whole page, with what was typed and what is wrong with it."""
    connection = reading()
    said = messages_of(connection, asked, now=clock.now())
    answer_row = next((row for row in said if row.kind == "agent"), None)
    page = render(
        "customer/request.html",
        ticket=asked,
        token=token,
        steps=steps_of(asked, answer_row),
        state=state_of(asked, answer_row is not None),
        rating=chosen(asked),
        others=proof.listed(asked),
        masked=proof.masked(asked.email) if proof.can_prove(asked) else "",
        code_problem=code_problem,
        is_code_sent=is_code_sent,
        messages=sorted([*said, *call_offer.calls_of(connection, asked)], key=lambda one: one.at),
        **call_offer.offer(connection, asked, problem=call_problem, phone=phone),
        is_safe_only=is_safe_only,
        files=_files(said),
        written=written,
        long_day=long_day,
        once=secrets.token_urlsafe(9),
        text=text,
        problem=problem,
    )
    return _unkept(page)


def _files(said: Sequence[AnyRow]) -> Mapping[int, list[AnyRow]]:
    """By message; those that wait in the safe place are not told of here."""
    files: dict[int, list[AnyRow]] = defaultdict(list)
    for one in files_of(reading(), [row.id for row in said if not is_safe_only(row)]):
        files[one.message_id].append(one)
    return files


def _unkept(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def written(text: str) -> Markup:
    """An agent's Markdown as it looks."""
    return Markup(without_anchors(rendered(text, page_language()).html))  # noqa: S704 - cleaned by nh3
