"""The addresses under which the help centre is written and looked after."""

from collections.abc import Callable

from flask import Blueprint

from supportbox.web.access import ask_to_sign_in
from supportbox.web.settings import (
    article_pictures,
    article_unsaved,
    article_versions,
    articles,
    categories,
    help_figures,
    help_synonyms,
)

bp = Blueprint("articles", __name__, url_prefix="/settings/help")
bp.before_request(ask_to_sign_in)

NUMBER = "int(max=999999999999999)"
ARTICLE = f"/articles/<{NUMBER}:number>"
CATEGORY = f"/categories/<{NUMBER}:number>"


def _name(view: Callable[..., object]) -> str:
    """The endpoint's name: several modules show something."""
    return f"{view.__module__.rpartition('.')[2]}_{view.__name__}"


for address, view in (
    ("/", articles.listing),
    ("/new", articles.new),
    (ARTICLE, articles.edit),
    (f"{ARTICLE}/versions", article_versions.versions),
    ("/categories", categories.tree),
    (CATEGORY, categories.show),
    ("/synonyms", help_synonyms.show),
    ("/figures", help_figures.show),
    ("/figures.csv", help_figures.table),
):
    bp.add_url_rule(address, _name(view), view)

for address, change in (
    ("/", articles.create),
    ("/preview", articles.preview),
    ("/pictures", article_pictures.upload),
    (f"/unsaved/<{NUMBER}:number>", article_unsaved.keep),
    (f"/unsaved/<{NUMBER}:number>/deletion", article_unsaved.drop),
    (ARTICLE, articles.save),
    (f"{ARTICLE}/versions/<{NUMBER}:version>/restoration", article_versions.restore),
    (f"{ARTICLE}/deletion", article_versions.delete),
    ("/move", categories.put_away),
    ("/categories", categories.add),
    (CATEGORY, categories.change),
    (f"{CATEGORY}/place", categories.move),
    (f"{CATEGORY}/articles/<{NUMBER}:article_id>/place", categories.move_article),
    (f"{CATEGORY}/deletion", categories.delete),
    ("/synonyms", help_synonyms.save),
):
    bp.add_url_rule(address, _name(change), change, methods=["POST"])
