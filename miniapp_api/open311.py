"""Open311 GeoReport v2: published reports for programs, outside of our envelope; and its keys, inside of it.

Lists are bare arrays, errors are arrays of {code, description} with the same status, as the specification
says (wiki.open311.org/GeoReport_v2). Therefore its views are not declared by `endpoint`: they stand beside
the API, like the photos, and are left out of its OpenAPI document.
"""

import hashlib
import re
from typing import Any, Final
from xml.etree import ElementTree

import flask
import orjson
import structlog
from flask import Response, request
from flask_smorest import Blueprint
from werkzeug.exceptions import HTTPException

from backend import clock, rate_limits
from backend.actor import Actor, Permission
from backend.answers import INTERNAL, status_of, told_path
from backend.errors import AppError, Forbidden
from backend.http import endpoint, public, unavailable
from feedback.reports.open311 import policies, queries, services
from feedback.reports.open311.schemas import ClientKeyIn, ClientKeyOut, NewClientKeyOut

log = structlog.get_logger(__name__)

blueprint = Blueprint("open311_keys", __name__, description="Open311 密钥")
georeport = flask.Blueprint("open311", __name__, url_prefix="/open311/v2")

_FORM: Final = "<any(json, xml):form>"
_CACHE: Final = "public, max-age=30"
# Roots and items of the XML, by what is told.
_SERVICES, _DEFINITION = ("services", "service"), ("service_definition", "")
_REQUESTS, _ERRORS = ("service_requests", "request"), ("errors", "error")
# What XML 1.0 cannot say at all.
_UNSPEAKABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@georeport.before_request
def ensure_open() -> None:
    """Answer nothing while the interface is switched off"""
    queries.ensure_open()


@georeport.get(f"/services.{_FORM}")
@public  # As the specification wants it: no login.
def list_services(form: str) -> Response:
    """The categories"""
    return _shared(queries.services(), _SERVICES, form)


@georeport.get(f"/services/<code>.{_FORM}")
@public  # The same.
def get_service(code: str, form: str) -> Response:
    """What a category asks beside the usual"""
    return _shared(queries.definition(code), _DEFINITION, form)


@georeport.get(f"/requests.{_FORM}")
@public  # Only what is on the public wall.
def list_requests(form: str) -> Response:
    """Published reports"""
    search = policies.search_of(request.args, clock.now())
    return _shared(queries.requests(search), _REQUESTS, form)


@georeport.get(f"/requests/<number>.{_FORM}")
@public  # The same.
def get_request(number: str, form: str) -> Response:
    """One published report"""
    is_extended = request.args.get("extensions", "").lower() in ("true", "1")
    return _shared([queries.request(number, is_extended=is_extended)], _REQUESTS, form)


@georeport.post(f"/requests.{_FORM}")
@public  # Whoever bears a key.
def send_request(form: str) -> Response:
    """A report from a client program"""
    given = {**request.args.to_dict(), **request.form.to_dict()}
    with rate_limits.attempt("open311", failures=Forbidden):
        sent = services.submit(given.pop("api_key", ""), given)
    return _answer([sent], _REQUESTS, form, 201)


@georeport.route("/<path:rest>", methods=["GET", "POST"])
@public  # It only says that there is nothing.
def nothing(rest: str) -> Response:
    """Whatever else is asked for"""
    return _refuse(404, "没有该资源")


@georeport.errorhandler(AppError)
def refuse(error: AppError) -> Response:
    """A refusal of ours in Open311's words: what is invalid is 400 there"""
    status = status_of(error)
    return _refuse(400 if status == 422 else status, error.msg)


@georeport.errorhandler(HTTPException)
def refuse_http(error: HTTPException) -> Response:
    """A refusal of the server's"""
    status = error.code or 500
    return _refuse(status, "提交的内容过大" if status == 413 else "请求无法处理")


@georeport.errorhandler(Exception)
def crash(error: Exception) -> Response:
    """A database that is away or busy, or a fault of ours"""
    refusal = unavailable(error)
    if refusal is not None:
        return refuse(refusal)
    log.exception("unhandled error", path=told_path())
    return _refuse(500, INTERNAL[1])


def _refuse(status: int, description: str) -> Response:
    form = "xml" if request.path.endswith(".xml") else "json"
    return _answer([{"code": status, "description": description}], _ERRORS, form, status)


def _shared(told: Any, names: tuple[str, str], form: str) -> Response:
    """An answer that is the same for everybody: proxies may keep it a short while."""
    response = _answer(told, names, form)
    response.headers["Cache-Control"] = _CACHE
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _answer(told: Any, names: tuple[str, str], form: str, status: int = 200) -> Response:
    if form == "json":
        return Response(orjson.dumps(told), status, mimetype="application/json")
    root = ElementTree.Element(names[0])
    if isinstance(told, list):
        for each in told:
            _put(root, names[1], each)
    else:
        for name, value in told.items():
            _put(root, name, value)
    data = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(data, status, content_type="text/xml; charset=utf-8")


def _put(parent: ElementTree.Element, name: str, value: Any) -> None:
    child = ElementTree.SubElement(parent, name)
    if isinstance(value, dict):
        for each, content in value.items():
            _put(child, each, content)
    elif isinstance(value, bool):
        child.text = "true" if value else "false"
    elif value is not None and not isinstance(value, list):
        child.text = _UNSPEAKABLE.sub("", str(value))


@endpoint(
    blueprint,
    "GET",
    "/feedback/open311/keys",
    permission=Permission.FEEDBACK_MANAGE,
    out=ClientKeyOut,
    many=True,
)
def list_keys(actor: Actor) -> Any:
    """The keys of client programs, without themselves"""
    return queries.list_keys(actor)


@endpoint(
    blueprint,
    "POST",
    "/feedback/open311/keys",
    permission=Permission.FEEDBACK_MANAGE,
    body=ClientKeyIn,
    out=NewClientKeyOut,
    status=201,
    keeps_answer=False,
)
def create_key(actor: Actor, body: dict[str, Any]) -> Any:
    """A key for a client program, told this once"""
    return services.create_key(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/feedback/open311/keys/<id:key_id>/revoke",
    permission=Permission.FEEDBACK_MANAGE,
    out=ClientKeyOut,
)
def revoke_key(actor: Actor, key_id: int) -> Any:
    """Let a key open nothing any more"""
    return services.revoke_key(actor, key_id=key_id)
