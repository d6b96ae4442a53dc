"""The administration of departments, roster, roles and bind requests."""

from typing import Any

from flask import request
from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.flows import grants as grant_flows
from backend.http import endpoint
from backend.identity.binding import queries as binding_queries
from backend.identity.binding import schemas as binding_schemas
from backend.identity.binding import services as binding_services
from backend.identity.passwords import services as password_services
from backend.identity.roles import queries as role_queries
from backend.identity.roles import schemas as role_schemas
from backend.identity.roles import services as role_services
from backend.identity.roster import queries as roster_queries
from backend.identity.roster import schemas as roster_schemas
from backend.identity.roster import services as roster_services
from backend.identity.sheets import documents as sheet_documents
from backend.identity.sheets import parsing as sheet_parsing
from backend.identity.sheets import schemas as sheet_schemas
from backend.identity.sheets import services as sheet_services
from backend.identity.sheets.errors import FileMissing

blueprint = Blueprint("identity_admin", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Room for the multipart frame around the largest sheet.
_UPLOAD_LIMIT = sheet_parsing.MAX_BYTES + 10_000


def _prepare() -> None:
    """What must be settled before the body is read for its idempotency key."""
    if request.endpoint in ("identity_admin.import_staff", "identity_admin.preview_staff"):
        request.max_content_length = _UPLOAD_LIMIT


blueprint.before_request(_prepare)


# Departments


@endpoint(
    blueprint,
    "GET",
    "/admin/departments",
    permission=Permission.IDENTITY_READ,
    out=roster_schemas.DepartmentOut,
    many=True,
)
def departments(actor: Actor) -> Any:
    """The tree of departments."""
    return roster_queries.department_views(actor)


@endpoint(
    blueprint,
    "POST",
    "/admin/departments",
    permission=Permission.IDENTITY_MANAGE,
    body=roster_schemas.DepartmentIn,
    out=roster_schemas.DepartmentOut,
    status=201,
)
def create_department(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a department."""
    return roster_services.create_department(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/admin/departments/<id:department_id>",
    permission=Permission.IDENTITY_MANAGE,
    body=roster_schemas.DepartmentChangeIn,
    out=roster_schemas.DepartmentOut,
)
def change_department(actor: Actor, department_id: int, body: dict[str, Any]) -> Any:
    """Rename or move a department."""
    return roster_services.change_department(actor, department_id=department_id, **body)


# The roster


@endpoint(
    blueprint,
    "GET",
    "/admin/staff",
    permission=Permission.IDENTITY_READ,
    query=roster_schemas.StaffQuery,
    out=roster_schemas.StaffOut,
    many=True,
)
def staff(actor: Actor, query: dict[str, Any]) -> Any:
    """Find members of staff."""
    return roster_queries.page_staff(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/admin/staff",
    permission=Permission.IDENTITY_MANAGE,
    body=roster_schemas.StaffIn,
    out=roster_schemas.StaffDetailOut,
    status=201,
)
def create_staff(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a member of staff."""
    return roster_services.create_staff(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/admin/staff/<id:staff_id>",
    permission=Permission.IDENTITY_READ,
    out=roster_schemas.StaffDetailOut,
)
def one_of_staff(actor: Actor, staff_id: int) -> Any:
    """One member of staff."""
    return roster_queries.staff_detail(actor, staff_id=staff_id)


@endpoint(
    blueprint,
    "PUT",
    "/admin/staff/<id:staff_id>",
    permission=Permission.IDENTITY_MANAGE,
    body=roster_schemas.StaffChangeIn,
    out=roster_schemas.StaffDetailOut,
)
def change_staff(actor: Actor, staff_id: int, body: dict[str, Any]) -> Any:
    """Change a member of staff; what is left out stays."""
    return roster_services.change_staff(actor, staff_id=staff_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/staff/<id:staff_id>/leave",
    permission=Permission.IDENTITY_MANAGE,
    out=roster_schemas.StaffDetailOut,
)
def leave(actor: Actor, staff_id: int) -> Any:
    """Let a member of staff leave; all access ends."""
    return roster_services.leave(actor, staff_id=staff_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/staff/<id:staff_id>/unmask",
    permission=Permission.IDENTITY_UNMASK,
    body=roster_schemas.UnmaskIn,
    out=roster_schemas.UnmaskOut,
    keeps_answer=False,
)
def unmask_staff(actor: Actor, staff_id: int, body: dict[str, Any]) -> Any:
    """Tell one number in the clear; who asked and why is recorded."""
    return roster_services.unmask(actor, staff_id=staff_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/staff/<id:staff_id>/reset-password",
    permission=Permission.IDENTITY_MANAGE,
    out=roster_schemas.InitialPasswordOut,
    keeps_answer=False,
)
def reset_password(actor: Actor, staff_id: int) -> Any:
    """Give a member of staff a random password, told once."""
    return password_services.reset_password(actor, staff_id=staff_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/staff/import/preview",
    permission=Permission.IDENTITY_MANAGE,
    query=sheet_schemas.PreviewQuery,
    out=sheet_schemas.PreviewOut,
    keeps_answer=False,
)
def preview_staff(actor: Actor, query: dict[str, Any]) -> Any:
    """What importing the Excel sheet in the multipart field `file` would do; nothing is changed."""
    return sheet_services.preview_import(actor, data=_sheet(), **query)


@endpoint(
    blueprint,
    "POST",
    "/admin/staff/import",
    permission=Permission.IDENTITY_MANAGE,
    query=sheet_schemas.ImportQuery,
    out=sheet_schemas.ImportOut,
)
def import_staff(actor: Actor, query: dict[str, Any]) -> Any:
    """Bring the roster up to date with the Excel sheet in the multipart field `file`."""
    return sheet_services.import_roster(actor, data=_sheet(), **query)


def _sheet() -> bytes:
    uploaded = request.files.get("file")
    if uploaded is None:
        raise FileMissing
    data: bytes = uploaded.read()
    return data


@endpoint(
    blueprint,
    "GET",
    "/admin/staff/export",
    permission=Permission.IDENTITY_MANAGE,
    query=roster_schemas.StaffFilter,
    file=XLSX,
)
def export_staff(actor: Actor, query: dict[str, Any]) -> File:
    """The roster, or a part of it, as an Excel sheet; phone and ID masked."""
    data = sheet_documents.roster_workbook(sheet_services.export_roster(actor, **query))
    return File(data, "花名册.xlsx")


# Roles


@endpoint(
    blueprint,
    "GET",
    "/admin/roles",
    permission=Permission.IDENTITY_READ,
    out=role_schemas.RoleOut,
    many=True,
)
def roles(actor: Actor) -> Any:
    """All roles."""
    return role_queries.list_roles(actor)


@endpoint(
    blueprint,
    "GET",
    "/admin/staff/<id:staff_id>/grants",
    permission=Permission.IDENTITY_READ,
    out=role_schemas.GrantOut,
    many=True,
)
def grants(actor: Actor, staff_id: int) -> Any:
    """The roles of a member of staff."""
    return role_queries.list_grants(actor, staff_id=staff_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/staff/<id:staff_id>/grants",
    permission=Permission.IDENTITY_MANAGE,
    body=role_schemas.GrantIn,
    out=role_schemas.GrantOut,
    status=201,
)
def grant_role(actor: Actor, staff_id: int, body: dict[str, Any]) -> Any:
    """Give a role within a scope; sessions end."""
    return grant_flows.grant_role(actor, staff_id=staff_id, **body)


@endpoint(
    blueprint,
    "DELETE",
    "/admin/staff/<id:staff_id>/grants/<id:grant_id>",
    permission=Permission.IDENTITY_MANAGE,
)
def revoke_role(actor: Actor, staff_id: int, grant_id: int) -> None:
    """Take a role away; sessions end."""
    role_services.revoke_role(actor, staff_id=staff_id, grant_id=grant_id)


# Bind requests


@endpoint(
    blueprint,
    "GET",
    "/admin/bind-requests",
    permission=Permission.IDENTITY_READ,
    query=binding_schemas.BindRequestsQuery,
    out=binding_schemas.BindRequestOut,
    many=True,
)
def bind_requests(actor: Actor, query: dict[str, Any]) -> Any:
    """Requests to bind an account, the oldest pending first."""
    return binding_queries.page_requests(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/admin/bind-requests/<id:request_id>/approve",
    permission=Permission.IDENTITY_MANAGE,
    out=binding_schemas.BindRequestOut,
)
def approve_bind_request(actor: Actor, request_id: int) -> Any:
    """Bind the account."""
    return binding_services.approve_request(actor, request_id=request_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/bind-requests/<id:request_id>/reject",
    permission=Permission.IDENTITY_MANAGE,
    out=binding_schemas.BindRequestOut,
)
def reject_bind_request(actor: Actor, request_id: int) -> Any:
    """Turn the request down."""
    return binding_services.reject_request(actor, request_id=request_id)
