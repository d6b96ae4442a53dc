"""`/api/docs`: Swagger UI, from the Python package that carries it, so that no other host is asked."""

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, send_from_directory

from backend.http import public, uncounted
from console.pages import protect

blueprint = Blueprint("api_docs", __name__, url_prefix="/api/docs", template_folder="templates")
blueprint.after_request(protect)

_DIST = Path(str(files("flask_swagger_ui"))) / "dist"
_SERVED = frozenset({"swagger-ui.css", "swagger-ui-bundle.js"})


@blueprint.get("", strict_slashes=False)
@public
def page() -> str:
    """The documentation of the API, to read and to try."""
    return render_template("api_docs.html")


@blueprint.get("/assets/<name>")
@uncounted
def asset(name: str) -> Response:
    """A file of Swagger UI."""
    if name not in _SERVED:
        abort(404)
    return send_from_directory(_DIST, name, max_age=86400)
