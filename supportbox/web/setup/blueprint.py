"""The addresses of the first run: the first page for whoever has the code, the others for owners and admins."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from supportbox.web.access import ask_to_be_manager
from supportbox.web.setup import business_step, checklist, first_article, people_step, sample, you

bp = Blueprint("setup", __name__, url_prefix="/setup")
checklist.install()


@bp.before_request
def managers_only() -> ResponseReturnValue | None:
    """Everything but the first page."""
    return None if request.path == "/setup" else ask_to_be_manager()


for address, name, view in (
    ("", "you", you.form),
    ("/business", "business", business_step.form),
    ("/people", "people", people_step.form),
    ("/article", "article", first_article.show),
    ("/site", "site", checklist.site),
):
    bp.add_url_rule(address, name, view)

for address, name, change in (
    ("", "set_up", you.set_up),
    ("/business", "save_business", business_step.save),
    ("/later", "later", sample.later),
    ("/people", "save_people", people_step.save),
    ("/end", "end", people_step.end),
    ("/article", "create_article", first_article.create),
    ("/site", "site_done", checklist.site_done),
    ("/sample/deletion", "remove_sample", sample.remove),
    ("/checklist/deletion", "hide", checklist.hide),
):
    bp.add_url_rule(address, name, change, methods=["POST"])
