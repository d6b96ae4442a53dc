"""Logging in, binding an account, and oneself."""

from typing import Any

from flask import request
from flask_smorest import Blueprint

from backend import rate_limits
from backend.actor import Actor, Permission
from backend.endpoints import PUBLIC
from backend.http import endpoint
from backend.identity import queries as identity_queries
from backend.identity.access import schemas as access_schemas
from backend.identity.access import services as access_services
from backend.identity.binding import schemas as binding_schemas
from backend.identity.binding import services as binding_services
from backend.identity.passwords import services as password_services
from backend.identity.policies import PASSWORD
from backend.identity.schemas import ProfileOut

blueprint = Blueprint("identity", __name__)


# Coming in and going out


@endpoint(
    blueprint,
    "POST",
    "/auth/login",
    permission=PUBLIC,
    body=access_schemas.LoginIn,
    out=access_schemas.LoginOut,
)
def login(body: dict[str, Any]) -> Any:
    """Log in by a provider's code, or by staff number and password (and second factor)."""
    is_password = body["provider"] == PASSWORD
    # By password on the phone or in the console is one thing; what nobody can guess does not lock it.
    with rate_limits.attempt("password" if is_password else "provider"):
        return access_services.log_in(
            provider=body["provider"],
            app=body["staff_no"] if is_password else body["app"],
            code=body["password"] if is_password else body["code"],
            second_factor_code=body["second_factor_code"],
            device=request.user_agent.string,
        )


@endpoint(
    blueprint,
    "POST",
    "/auth/bind",
    permission=PUBLIC,
    body=binding_schemas.BindIn,
    out=binding_schemas.BindOut,
)
def bind(body: dict[str, Any]) -> Any:
    """Bind an unknown account by a phone code, or ask an administrator to."""
    with rate_limits.attempt("bind"):
        if "phone_code" in body:
            return binding_services.bind_by_phone(**body, device=request.user_agent.string)
        return binding_services.ask_to_bind(**body)


@endpoint(blueprint, "POST", "/auth/logout", permission=Permission.SELF)
def logout(actor: Actor) -> None:
    """End the present session."""
    access_services.log_out(actor)


# Oneself


@endpoint(blueprint, "GET", "/me", permission=Permission.SELF, out=ProfileOut)
def me(actor: Actor) -> Any:
    """Oneself."""
    return identity_queries.own_profile(actor)


@endpoint(blueprint, "PUT", "/me/password", permission=Permission.SELF, body=access_schemas.PasswordChangeIn)
def change_password(actor: Actor, body: dict[str, Any]) -> None:
    """Change one's own password; the other sessions end."""
    password_services.change_password(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/me/sessions",
    permission=Permission.SELF,
    out=access_schemas.SessionOut,
    many=True,
)
def my_sessions(actor: Actor) -> Any:
    """One's own sessions, the latest first."""
    return identity_queries.own_sessions(actor)


@endpoint(blueprint, "DELETE", "/me/sessions/<id:session_id>", permission=Permission.SELF)
def end_session(actor: Actor, session_id: int) -> None:
    """End one of one's own sessions."""
    access_services.end_session(actor, session_id=session_id)


@endpoint(blueprint, "POST", "/me/unbind", permission=Permission.SELF)
def unbind(actor: Actor) -> None:
    """Remove one's own account at the login provider; every session ends."""
    access_services.unbind(actor)
