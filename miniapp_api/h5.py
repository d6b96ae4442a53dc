"""`/m/`: the phone pages as built for the browser (`make h5`). Files only; their data comes from the API."""

from flask import Blueprint, Response, redirect, send_from_directory
from werkzeug.exceptions import NotFound as NoSuchFile
from werkzeug.wrappers import Response as AnyResponse

from backend.config import settings
from backend.errors import NotFound
from backend.http import uncounted

blueprint = Blueprint("h5", __name__, url_prefix="/m")

# Styles: uni-app sets some as attributes. blob: is a photo before its upload, or a file that was fetched.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The names below assets/ contain a digest of what is in the file.
_FOREVER = "public, max-age=31536000, immutable"


class NotBuilt(NotFound):
    """The phone pages were not built on this machine."""

    code = "h5.not_built"
    message = "手机页面尚未构建，请运行 make h5"


@blueprint.get("", strict_slashes=False)
@uncounted
def without_slash() -> AnyResponse:
    """To the pages."""
    return redirect("/m/")


@blueprint.get("/", defaults={"name": "index.html"})
@blueprint.get("/<path:name>")
@uncounted
def show(name: str) -> Response:
    """A file of the build."""
    folder = settings().h5_folder
    try:
        response = send_from_directory(folder, name)
    except NoSuchFile:
        if name == "index.html":
            raise NotBuilt from None
        raise
    if name == "index.html":
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers["Cache-Control"] = _FOREVER if name.startswith("assets/") else "no-cache"
    return response


@blueprint.after_request
def protect(response: Response) -> Response:
    """Let the pages load only what this server gives, and be shown in no foreign frame."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    return response
