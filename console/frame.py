"""What belongs to the frame of all pages: the scope switcher, and the page of paths that nothing has."""

from typing import Any

from flask import Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from backend import errors
from backend.actor import Actor, Permission
from backend.config import Mode, settings
from backend.wire import Id, Query, Str
from console import scope
from console.pages import install_catch_all, own_page, page, pages

blueprint = pages("console_frame", __name__)

_A_YEAR_S = 365 * 24 * 3600


class ScopeQuery(Query):
    """The canteen to work at, and where to go on."""

    canteen_id = Id(required=True)
    next = Str(load_default="/console/", max_length=200)


@page(blueprint, "/scope", permission=Permission.SELF, query=ScopeQuery)
def choose(actor: Actor, query: dict[str, Any]) -> AnyResponse:
    """Remember the canteen, and go back to the page."""
    if query["canteen_id"] not in {each.id for each in scope.of(actor).canteens}:
        raise errors.NotFound
    response: Response = redirect(own_page(query["next"]))  # type: ignore[assignment] # Flask's redirect is typed as werkzeug's.
    chosen = str(query["canteen_id"])
    response.set_cookie(
        scope.COOKIE,
        chosen,
        max_age=_A_YEAR_S,
        path="/console",
        secure=settings().mode is Mode.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )
    return response


install_catch_all(blueprint)
