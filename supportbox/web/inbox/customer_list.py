"""The page that lists customers, and finds one by name, company, address or number."""

from flask import request

from supportbox import clock
from supportbox.inbox.customer_list import list_customers
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.inbox.gate import hidden_numbers
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.reading import reading
from supportbox.web.times import Times


def show() -> str:
    """Fifty at a time."""
    query, below = request.args.get("q", "").strip()[:200], request.args.get("below", "")
    number = int(below) if below.isdecimal() and len(below) < 16 else None
    return render(
        "inbox/customers.html",
        found=list_customers(reading(), query, below=number, hidden=hidden_numbers()),
        query=query,
        is_first=number is None,
        is_erased="erased" in request.args,
        times=Times(clock.now()),
        **sidebar(get_viewer(), "customers"),
    )
