"""The welcome page and the files that all pages share."""

from pathlib import Path

from flask import Blueprint, Response, render_template, request, send_from_directory

from backend.config import Mode, settings
from backend.flows.demo import DEMO_PASSWORD, FIXED_ACCOUNTS
from backend.http import public, uncounted
from console.entries import ENTRIES, SERVICES
from console.formats import version_of
from console.pages import protect

blueprint = Blueprint("console", __name__, template_folder="templates")
blueprint.after_request(protect)

_STATIC = Path(__file__).parent / "static"
_A_YEAR_S = 365 * 24 * 3600


@blueprint.get("/")
@public
def welcome() -> str:
    """What this is, and where everything is."""
    is_demo = settings().mode is Mode.DEMO
    return render_template(
        "welcome.html",
        is_demo=is_demo,
        entries=[entry for entry in ENTRIES if is_demo or not entry.is_demo],
        services=SERVICES,
        accounts=FIXED_ACCOUNTS if is_demo else (),
        password=DEMO_PASSWORD if is_demo else "",
    )


@blueprint.get("/static/<path:name>")
@uncounted
def static_file(name: str) -> Response:
    """A style sheet, a script or a picture; one that is asked for by its version never changes."""
    given = request.args.get("v")
    response = send_from_directory(_STATIC, name, max_age=3600 if given is None else _A_YEAR_S)
    if given is not None and given != version_of(name):
        # A page of another release asks, while nodes are upgraded in turn: this is not what it means.
        response.headers.pop("Expires", None)
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/favicon.ico")
@uncounted
def favicon() -> Response:
    """Browsers ask for it where a page names no icon, e.g. beside plain JSON."""
    return send_from_directory(_STATIC, "icon.svg", max_age=86400)
