"""From a request to one page: the session's cookie, permission, query, template; errors as pages.

Pages only read. Whatever a page changes goes to the JSON API (`static/console.js` sends it there with the
page's CSRF token), so that there is one way to write, with one set of schemas, refusals and permissions.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from flask import Blueprint, Response, redirect, render_template, request
from marshmallow import Schema
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from backend import errors, rate_limits
from backend.actor import Actor, Permission, ensure_everywhere
from backend.answers import INTERNAL, File, download, fail, request_id, status_of, told_path
from backend.authentication import SAFE_METHODS, console_session, csrf_token
from backend.endpoints import load
from backend.http import public, unavailable
from backend.identity.models import SessionStage
from console import navigation, scope

log = structlog.get_logger(__name__)

View = Callable[..., Any]

# Pictures within a style sheet (data:) are drawn by Swagger UI's buttons and by Tabler's controls.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
LOGIN = "/console/login"


def protect(response: Response) -> Response:
    """Let the page load only what this server gives, and be shown in no foreign frame."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    return response


def keep_private(response: Response) -> Response:
    """What somebody may see is kept by no cache, and is not shown again after the logout."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def pages(name: str, import_name: str) -> Blueprint:
    """A blueprint of pages under /console: protected, never cached, its errors shown as pages."""
    blueprint = Blueprint(name, import_name, url_prefix="/console", template_folder="templates")
    blueprint.after_request(protect)
    blueprint.after_request(keep_private)
    blueprint.register_error_handler(errors.AppError, _refused)
    blueprint.register_error_handler(HTTPException, _http_error)
    blueprint.register_error_handler(Exception, _crashed)
    return blueprint


def page(
    blueprint: Blueprint,
    rule: str,
    *,
    permission: Permission,
    query: type[Schema] | None = None,
    at_canteen: str = "",
    is_compound_wide: bool = False,
) -> Callable[[View], View]:
    """Declare a page.

    The view is called with `actor`, the path's variables and `query` as its schema reads it. It returns
    HTML (from `render`) or a `backend.answers.File`, e.g. for Excel, to be kept by the browser. A page about
    the canteen at hand says its title as `at_canteen`: its view is called with that `canteen`, too, and who
    reaches none is told so. A form of what belongs to no campus `is_compound_wide`, like the use case that
    it sends to: who holds the permission for less is refused it, and not only when it is sent.
    """
    query_schema = query() if query else None

    def decorate(view: View) -> View:
        is_file = view.__annotations__.get("return") is File

        @wraps(view)
        def handle(**path: Any) -> AnyResponse:
            session = console_session()
            if session is None or session.stage is not SessionStage.COMPLETE:
                return to_login()
            actor = request.environ["houqin.actor"] = session.actor
            rate_limits.count_person(actor, is_heavy=is_file)
            if not actor.can(permission):
                raise errors.Forbidden
            if is_compound_wide:
                ensure_everywhere(actor, permission)
            arguments = {**path, "actor": actor}
            if query_schema is not None:
                arguments["query"] = load(query_schema, _said(query_schema))
            if at_canteen:
                arguments["canteen"] = scope.of(actor).canteen
                if arguments["canteen"] is None:
                    return Response(render("canteen/none.html", title=at_canteen))
            result = view(**arguments)
            if isinstance(result, File):
                if not is_file:  # A page that gives its rows as a sheet, if it is asked to.
                    rate_limits.count_heavy(actor)
                return download(result, result.mimetype)
            return result if isinstance(result, AnyResponse) else Response(result)

        handle.permission = permission  # type: ignore[attr-defined] # A test walks the URL map and asks.
        blueprint.get(rule)(handle)
        return handle

    return decorate


def render(template: str, **context: Any) -> str:
    """A page within the console's frame. Views add what their page shows."""
    actor: Actor = request.environ["houqin.actor"]
    return render_template(
        template,
        actor=actor,
        csrf=csrf_token(),
        navigation=navigation.visible(actor),
        here=request.path,
        scope=scope.of(actor),
        **context,
    )


def own_page(wanted: str) -> str:
    """The address if it is a page of ours, else the home page: nobody is led to somebody else's address."""
    parts = urlsplit(wanted)
    is_ours = (
        wanted.isprintable()
        and not parts.scheme
        and not parts.netloc
        and parts.path.startswith("/console/")
        and not {"..", "\\"} & set(re.split(r"/|(\\)", wanted))
    )
    return wanted if is_ours else "/console/"


def to_login() -> AnyResponse:
    """Send the browser to the login, and back here afterwards."""
    target = f"{LOGIN}?{urlencode({'next': request.full_path.rstrip('?')})}"
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": LOGIN})
    return redirect(target)


def link(**changes: Any) -> str:
    """The present page with some of its query changed, from its first page on; None removes."""
    query = request.args.to_dict()
    if "page" not in changes:
        query.pop("page", None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{urlencode(query)}" if query else request.path


def _said(schema: Schema) -> dict[str, Any]:
    """The query without its blanks: a filter form sends every field. A field that is a list has them all."""
    said: dict[str, Any] = {}
    for name, values in request.args.lists():
        given = [value for value in values if value.strip()]
        if given:
            is_list = getattr(schema.fields.get(name), "inner", None) is not None
            said[name] = given if is_list else given[-1]
    return said


def _error_page(status: int, msg: str, fields: Any = None) -> AnyResponse:
    return Response(
        render_template(
            "error.html", status=status, msg=msg, fields=fields or {}, request_id=request_id(), link=link
        ),
        status,
    )


def _refused(error: errors.AppError) -> AnyResponse:
    if request.method not in SAFE_METHODS:  # A form's script reads the envelope.
        return fail(status_of(error), error.code, error.msg, error.data)
    if isinstance(error, errors.Unauthenticated):
        return to_login()
    return _error_page(status_of(error), error.msg, error.data.get("fields"))


def _http_error(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return Response(error.get_body(), status, headers=error.get_headers())
    return _error_page(status, "没有找到这个页面" if status == 404 else "页面未能打开")


def _crashed(error: Exception) -> AnyResponse:
    refusal = unavailable(error)
    if refusal is not None:
        return _refused(refusal)
    log.exception("unhandled error", path=told_path())
    if request.method not in SAFE_METHODS:
        return fail(500, *INTERNAL)
    return _error_page(500, INTERNAL[1])


def install_catch_all(blueprint: Blueprint) -> None:
    """Give paths that no page has a page of their own, in the console's manner."""

    @blueprint.get("/<path:rest>")
    @public
    def nowhere(rest: str) -> AnyResponse:
        return _error_page(404, "没有找到这个页面")
