"""Attachments over HTTP: the upload in the API, the documents themselves beside it."""

from typing import Any, BinaryIO
from urllib.parse import quote

import flask
from flask import Response, request
from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.attachments import queries, services, storage
from backend.attachments.schemas import AttachmentOut, AttachmentQuery
from backend.http import endpoint, uncounted

blueprint = Blueprint("attachments", __name__, description="附件")
files = flask.Blueprint("attachment_files", __name__)


@endpoint(
    blueprint,
    "POST",
    "/attachments",
    permission=Permission.SELF,
    upload="file",
    upload_bytes=lambda running: running.media.attachment_bytes,
    query=AttachmentQuery,
    out=AttachmentOut,
    status=201,
)
def upload_attachment(actor: Actor, file: BinaryIO, query: dict[str, Any]) -> Any:
    """Upload one document (PDF, OFD, docx, xlsx, pptx) under its name; attach it by its id within 24 hours"""
    return services.upload(actor, query["name"], file)


@endpoint(
    blueprint,
    "GET",
    "/attachments/<id:attachment_id>",
    permission=Permission.SELF,
    out=AttachmentOut,
)
def get_attachment(actor: Actor, attachment_id: int) -> Any:
    """A fresh link to one's own document while it is not attached"""
    return queries.get_loose(actor, attachment_id)


@files.get("/attachments/<id:attachment_id>")
@uncounted  # Whoever holds the signed link: a download sends no Authorization header.
def download_attachment(attachment_id: int) -> Response:
    """A document, by a link from the API: always a download, never a page of ours"""
    found = queries.find_linked(
        attachment_id, ends=request.args.get("e", ""), signature=request.args.get("s", "")
    )
    if request.if_none_match.contains_weak(found.etag):
        response = Response(status=304)
    else:
        pieces = iter(()) if request.method == "HEAD" else storage.open_object(found.object_key)
        response = Response(pieces, mimetype=found.media_type)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
        response.content_length = found.size
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(found.etag)
    return response
