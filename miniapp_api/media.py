"""Photos over HTTP: the upload in the API, the pictures themselves beside it."""

from typing import Any, BinaryIO

import flask
from flask import Response, request
from flask_smorest import Blueprint

from backend import clock
from backend.actor import Actor, Permission
from backend.http import endpoint, uncounted
from backend.media import queries, services, storage
from backend.media.schemas import PhotoOut

blueprint = Blueprint("media", __name__, description="图片")
files = flask.Blueprint("media_files", __name__)


@endpoint(
    blueprint,
    "POST",
    "/media/photos",
    permission=Permission.SELF,
    upload="file",
    out=PhotoOut,
    status=201,
)
def upload_photo(actor: Actor, file: BinaryIO) -> Any:
    """Upload one photo (JPEG, PNG, WebP or HEIC); attach it by its id within 24 hours"""
    return services.upload(actor, file)


@endpoint(blueprint, "GET", "/media/photos/<id:photo_id>", permission=Permission.SELF, out=PhotoOut)
def get_photo(actor: Actor, photo_id: int) -> Any:
    """Fresh links to one's own photo while it is not attached"""
    return queries.get_loose(actor, photo_id)


@files.get("/media/<id:photo_id>/<size>")
@uncounted  # Whoever holds the signed link: an <image> sends no Authorization header.
def show_photo(photo_id: int, size: str) -> Response:
    """A size of a photo, by a link from the API"""
    found = queries.find_linked(
        photo_id, size=size, ends=request.args.get("e", ""), signature=request.args.get("s", "")
    )
    if request.if_none_match.contains_weak(found.etag):
        response = Response(status=304)
    else:
        response = Response(storage.get(found.object_key, found.size), mimetype="image/jpeg")
        response.headers["Content-Disposition"] = f'inline; filename="{photo_id}-{size}.jpg"'
    seconds = int((found.expires_at - clock.now()).total_seconds())
    response.headers["Cache-Control"] = f"private, max-age={seconds}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(found.etag)
    return response
