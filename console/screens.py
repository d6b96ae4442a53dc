"""The screen in a canteen: a page without a login for a television, and the desk's page about it.

`/screen/canteen/{id}` opens by the canteen's number where the canteen's rule lets it, else by its link alone
(`?key=…`). The page asks for its content every half minute; `static/screen.js` keeps the last one through
a lost network, and `static/screen-worker.js` lets the page itself be opened again without one. The display at
a meeting room's door (`doors.py`) is served alike.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from flask import Blueprint, Response, render_template, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import status_of
from backend.config import settings
from backend.errors import AppError
from backend.http import public, uncounted
from backend.identity.second_factor.documents import qr_svg
from backend.rules import queries as rule_queries
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import CATEGORY_NAMES, PORTION_NAMES
from canteen.screens import queries, rules
from console import scope
from console.formats import STATIC
from console.pages import page, pages, protect, render
from console.rules import standing

blueprint = Blueprint("screens", __name__, url_prefix="/screen", template_folder="templates")
blueprint.after_request(protect)
desk = pages("console_screens", __name__)

# Many televisions ask one process: between two of these all get the same bytes.
LIFE_S: Final = 5.0
_MOST_KEPT: Final = 200
_PARTS: Final = ("screen.css", "screen-canteen.js", "screen.js")
# By this the page tells our answers from those of a proxy or a portal between it and us.
_MARK: Final = "X-Houqin-Screen"


@dataclass(frozen=True, slots=True)
class Content:
    """What a screen shows, and the tag that changes with it."""

    title: str
    html: str
    etag: str
    fresh_until: float


# A process may hold several applications, each on a database of its own: the tests do.
_kept: dict[tuple[str, str, int], Content] = {}


@blueprint.get("/canteen/<id:canteen_id>")
@public
def canteen_screen(canteen_id: int) -> Response:
    """The page of a canteen's screen."""
    return answer_page("screens/canteen.html", _content(canteen_id), version_of(_PARTS))


@blueprint.get("/canteen/<id:canteen_id>/content")
@public
def canteen_content(canteen_id: int) -> Response:
    """What the screen shows now; 304 if it shows it already."""
    return answer_content(_content(canteen_id), version_of(_PARTS))


@blueprint.get("/worker.js")
@uncounted
def worker() -> Response:
    """The worker that keeps the page at hand; it may look after screens alone."""
    response = send_from_directory(STATIC, "screen-worker.js", max_age=0)
    response.headers["Service-Worker-Allowed"] = "/screen/"
    return response


@blueprint.errorhandler(AppError)
def refuse(error: AppError) -> AnyResponse:
    """A screen that does not open; the script of one that stands open takes down what it shows."""
    response = Response(render_template("screens/refused.html", msg=error.msg), status_of(error))
    response.headers[_MARK] = "refused"
    return response


@page(desk, "/canteen/screen", permission=Permission.CANTEEN_READ, at_canteen="餐厅大屏")
def about(actor: Actor, canteen: CanteenChoice) -> str:
    """The links of the canteen's screen, and what is decided about it."""
    views = rule_queries.overview(actor, scope_id=canteen.id)
    may_manage = scope.covers(actor, Permission.CANTEEN_MANAGE)
    link = f"{settings().public_url}{queries.link_of(canteen.id)}" if may_manage else ""
    return render(
        "screens/about.html",
        canteen=canteen,
        address=f"{settings().public_url}/screen/canteen/{canteen.id}",
        is_public=rule_queries.value(rules.SCREEN_IS_PUBLIC, canteen.id),
        link=link,
        qr_svg=qr_svg(link) if link else "",
        standings=[standing(view) for view in views if view.rule in rules.RULES],
        may_manage=may_manage,
    )


def _content(canteen_id: int) -> Content:
    """What the canteen's screen shows, for whoever may open it. Raises ScreenNotFound."""
    queries.ensure_opens(canteen_id, key_given())

    def make() -> tuple[str, str]:
        screen = queries.shown(canteen_id)
        return screen.canteen, render_template("screens/content.html", screen=screen, **_WORDS)

    return kept("canteen", canteen_id, make)


_WORDS: Final = {"category_names": CATEGORY_NAMES, "portion_names": PORTION_NAMES}


# --- what every kind of screen is served by -----------------------------------------------------------------


def key_given() -> str:
    """The key of the link that the screen was opened by."""
    return request.args.get("key", "")[:100]


def kept(kind: str, subject_id: int, make: Callable[[], tuple[str, str]]) -> Content:
    """What a screen shows: for some seconds all of one subject get the same. `make` gives title and HTML."""
    key = (settings().database_url, kind, subject_id)
    found = _kept.get(key)
    if found is not None and time.monotonic() < found.fresh_until:
        return found
    title, html = make()
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    etag = hashlib.sha256(html.encode()).hexdigest()[:32]
    _kept[key] = content = Content(title, html, etag, time.monotonic() + LIFE_S)
    return content


def answer_page(template: str, content: Content, version: str) -> Response:
    """The page of a screen with what it shows now."""
    at = int(clock.now().timestamp() * 1000)
    return _answer(Response(render_template(template, content=content, version=version, at=at)), version)


def answer_content(content: Content, version: str) -> Response:
    """What a screen shows now; 304 if it shows it already."""
    is_known = request.if_none_match.contains_weak(content.etag)
    response = Response(status=304) if is_known else Response(content.html)
    response.set_etag(content.etag)
    return _answer(response, version)


@lru_cache
def version_of(parts: tuple[str, ...]) -> str:
    """It changes with the page's own files: a screen that has stood open for months then loads them anew.

    By what they hold, not by when they were written, which differs between servers of one house.
    """
    held = hashlib.sha256(b"".join((STATIC / part).read_bytes() for part in parts))
    return held.hexdigest()[:12]


def _answer(response: Response, version: str) -> Response:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers[_MARK] = version
    return response
