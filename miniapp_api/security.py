"""The second factor and sessions: one's own, and those of others as an administrator ends or resets them.

What verifies a code keeps no answer for a repeated request: the attempt itself must count each time.
"""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.identity import queries as identity_queries
from backend.identity.access import schemas as access_schemas
from backend.identity.access import services as access_services
from backend.identity.second_factor import services
from backend.identity.second_factor.schemas import FactorCodeIn, RecoveryCodesOut

blueprint = Blueprint("security", __name__)


@endpoint(
    blueprint,
    "POST",
    "/me/second-factor",
    permission=Permission.SELF,
    body=FactorCodeIn,
    out=RecoveryCodesOut,
    keeps_answer=False,
)
def confirm_second_factor(actor: Actor, body: dict[str, Any]) -> Any:
    """Confirm the secret that this console session was shown; the other sessions end."""
    return {"recovery_codes": services.confirm_enrolment(actor, **body)}


@endpoint(
    blueprint,
    "POST",
    "/me/second-factor/recovery-codes",
    permission=Permission.SELF,
    body=FactorCodeIn,
    out=RecoveryCodesOut,
    keeps_answer=False,
)
def renew_recovery_codes(actor: Actor, body: dict[str, Any]) -> Any:
    """Exchange one's recovery codes for new ones."""
    return {"recovery_codes": services.regenerate_recovery_codes(actor, **body)}


@endpoint(
    blueprint,
    "POST",
    "/me/second-factor/disable",
    permission=Permission.SELF,
    body=FactorCodeIn,
    keeps_answer=False,
)
def disable_second_factor(actor: Actor, body: dict[str, Any]) -> None:
    """Do without a second factor, where one may; the other sessions end."""
    services.disable(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/me/second-factor/prove",
    permission=Permission.SELF,
    body=FactorCodeIn,
    keeps_answer=False,
)
def prove_second_factor(actor: Actor, body: dict[str, Any]) -> None:
    """Enter a code once more, for what asks for a recent proof."""
    services.prove_again(actor, **body)


@endpoint(
    blueprint, "POST", "/me/sessions/end-others", permission=Permission.SELF, out=access_schemas.EndedOut
)
def end_other_sessions(actor: Actor) -> Any:
    """End one's own sessions but this one."""
    return access_services.end_other_sessions(actor)


@endpoint(
    blueprint,
    "GET",
    "/admin/staff/<id:staff_id>/sessions",
    permission=Permission.IDENTITY_MANAGE,
    out=access_schemas.SessionOut,
    many=True,
)
def staff_sessions(actor: Actor, staff_id: int) -> Any:
    """The sessions of a member of staff, the latest first."""
    return identity_queries.list_sessions(actor, staff_id=staff_id)


@endpoint(
    blueprint,
    "DELETE",
    "/admin/staff/<id:staff_id>/sessions",
    permission=Permission.IDENTITY_MANAGE,
    out=access_schemas.EndedOut,
)
def end_staff_sessions(actor: Actor, staff_id: int) -> Any:
    """End all sessions of a member of staff."""
    return access_services.end_sessions_of(actor, staff_id=staff_id)


@endpoint(
    blueprint,
    "DELETE",
    "/admin/staff/<id:staff_id>/sessions/<id:session_id>",
    permission=Permission.IDENTITY_MANAGE,
    out=access_schemas.EndedOut,
)
def end_staff_session(actor: Actor, staff_id: int, session_id: int) -> Any:
    """End one session of a member of staff."""
    return access_services.end_sessions_of(actor, staff_id=staff_id, session_id=session_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/staff/<id:staff_id>/second-factor/reset",
    permission=Permission.IDENTITY_MANAGE,
)
def reset_second_factor(actor: Actor, staff_id: int) -> None:
    """Take a member of staff's second factor away, e.g. because the phone is lost; their sessions end."""
    services.reset(actor, staff_id=staff_id)
