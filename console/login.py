"""Logging in to the console, step by step, and out. The token is a cookie that no script can read.

A login is a page and a few small JSON endpoints of its own, because its answers set the cookie. They take
JSON alone, which no foreign page can make a browser send.
"""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response, redirect, render_template, request
from marshmallow import Schema
from werkzeug.wrappers import Response as AnyResponse

from backend import errors, rate_limits
from backend.answers import envelope, respond
from backend.authentication import console_cookie, console_session, csrf_token, ensure_own_page
from backend.config import Mode, settings
from backend.endpoints import load, read_json
from backend.flows import demo
from backend.http import public
from backend.identity.access import services as access_services
from backend.identity.console import services
from backend.identity.console.operations import ConsoleLogin
from backend.identity.models import SessionStage
from backend.identity.queries import FoundSession
from backend.identity.second_factor import services as second_factor_services
from backend.wire import In, Str
from console.pages import own_page, pages

blueprint = pages("console_login", __name__)


class PasswordIn(In):
    """The first step."""

    staff_no = Str(required=True, min_length=1, max_length=40)
    password = Str(required=True, min_length=1, max_length=200)


class CodeIn(In):
    """A code of the second factor, or a recovery code."""

    code = Str(required=True, min_length=6, max_length=40)


class NewPasswordIn(In):
    """A change of the password."""

    old_password = Str(required=True, min_length=1, max_length=200)
    new_password = Str(required=True, min_length=1, max_length=200)


@blueprint.get("/login")
@public
def page() -> AnyResponse:
    """The step that the login lacks; whoever is logged in goes on."""
    session = console_session()
    target = own_page(request.args.get("next", ""))
    if session is not None and session.stage is SessionStage.COMPLETE:
        return redirect(target)
    enrolment = None
    if session is not None and session.stage is SessionStage.ENROLMENT_NEEDED:
        enrolment = second_factor_services.begin_enrolment(session.actor)
    return Response(
        render_template(
            "login.html",
            stage=session.stage.value if session else "password",
            next=target,
            csrf=csrf_token() if session else "",
            enrolment=enrolment,
            demo=_demo(),
        )
    )


def step(rule: str, body: type[Schema]) -> Callable[[Callable[..., ConsoleLogin]], Any]:
    """Declare a step of the login: JSON in, the next stage out, the new token into the cookie."""
    schema = body()

    def decorate(use_case: Callable[..., ConsoleLogin]) -> Any:
        def handle() -> Response:
            body = load(schema, read_json())
            with rate_limits.attempt("password"):
                login = use_case(body)
            return _remember(login)

        handle.__name__ = use_case.__name__
        handle.__doc__ = use_case.__doc__
        blueprint.post(rule)(public(handle))
        return handle

    return decorate


@step("/login", PasswordIn)
def enter_password(body: dict[str, Any]) -> ConsoleLogin:
    """Prove the password."""
    before = console_session()
    login = services.log_in_console(**body, device=request.headers.get("User-Agent", ""))
    if before is not None:  # Its cookie goes, so that nobody could end it any more.
        access_services.log_out(before.actor)
    return login


@step("/login/code", CodeIn)
def enter_code(body: dict[str, Any]) -> ConsoleLogin:
    """Prove the second factor."""
    return services.enter_code(_begun().actor, **body)


@step("/login/password", NewPasswordIn)
def change_password(body: dict[str, Any]) -> ConsoleLogin:
    """Change the password that was only for the first login, or has grown too old."""
    return services.change_password(_begun().actor, **body)


@blueprint.post("/login/enrolment")
@public
def enrol() -> Response:
    """Set the second factor up with its first code; tells the recovery codes, this once."""
    body = load(CodeIn(), read_json())
    with rate_limits.attempt("password"):
        enrolled = services.confirm_enrolment(_begun().actor, **body)
    return _remember(enrolled.login, recovery_codes=enrolled.recovery_codes)


@blueprint.post("/logout")
@public
def log_out() -> Response:
    """End the session and forget the cookie."""
    session = console_session()
    if session is not None:
        ensure_own_page()
        access_services.log_out(session.actor)
    response = respond(envelope(b"null"))
    response.delete_cookie(console_cookie(), path="/", httponly=True, secure=_is_over_tls(), samesite="Lax")
    return response


def _begun() -> FoundSession:
    session = console_session()
    if session is None:
        raise errors.Unauthenticated
    ensure_own_page()
    return session


def _remember(login: ConsoleLogin, **more: Any) -> Response:
    response = respond(envelope(orjson.dumps({"stage": login.stage.value, **more})))
    response.set_cookie(
        console_cookie(),
        login.token,
        path="/",
        httponly=True,
        secure=_is_over_tls(),
        samesite="Lax",
    )
    return response


def _is_over_tls() -> bool:
    return settings().mode is Mode.PRODUCTION or request.is_secure


def _demo() -> Any:
    """The demo's accounts, to be tried at a glance; None in production."""
    return demo if settings().mode is Mode.DEMO else None
