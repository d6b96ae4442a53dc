"""通告栏."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from feedback.notices import audiences, queries, services, views
from feedback.notices.schemas import (
    AudienceChoicesOut,
    ManagedNoticeItemOut,
    ManagedNoticeOut,
    ManagedNoticesQuery,
    NoticeEditIn,
    NoticeIn,
    NoticeItemOut,
    NoticeOut,
    NoticePinIn,
    NoticePublishIn,
    NoticeReadOut,
    NoticeRevisionIn,
    NoticesQuery,
    NoticeWithdrawIn,
    SeatsIn,
    SeatsOut,
)

blueprint = Blueprint("notices", __name__, description="通告栏")

_ONE = "/feedback/notices/<id:notice_id>"
_MANAGE = Permission.NOTICES_MANAGE


@endpoint(
    blueprint,
    "GET",
    "/feedback/notices",
    permission=Permission.SELF,
    query=NoticesQuery,
    out=NoticeItemOut,
    many=True,
)
def list_notices(actor: Actor, query: dict[str, Any]) -> Any:
    """The notices that address oneself, pinned ones first"""
    return queries.page_own(actor, **query)


@endpoint(blueprint, "GET", _ONE, permission=Permission.SELF, out=NoticeOut)
def get_notice(actor: Actor, notice_id: int) -> Any:
    """A notice; a withdrawn one only says so, to those who had opened it"""
    return queries.get_own(actor, notice_id)


@endpoint(blueprint, "POST", f"{_ONE}/read", permission=Permission.SELF, out=NoticeReadOut)
def read_notice(actor: Actor, notice_id: int) -> Any:
    """Take away one's own dot; nobody learns who has read"""
    return services.read(actor, notice_id=notice_id)


@endpoint(
    blueprint,
    "GET",
    "/admin/feedback/notices",
    permission=_MANAGE,
    query=ManagedNoticesQuery,
    out=ManagedNoticeItemOut,
    many=True,
)
def list_managed_notices(actor: Actor, query: dict[str, Any]) -> Any:
    """Every notice within reach, in whatever state"""
    return views.page_managed(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/admin/feedback/notices/<id:notice_id>",
    permission=_MANAGE,
    out=ManagedNoticeOut,
)
def get_managed_notice(actor: Actor, notice_id: int) -> Any:
    """A notice with its audience, its history and how many have read it"""
    return views.get_managed(actor, notice_id)


@endpoint(
    blueprint,
    "GET",
    "/admin/feedback/notices/audiences",
    permission=_MANAGE,
    out=AudienceChoicesOut,
)
def list_audiences(actor: Actor) -> Any:
    """What one may address"""
    return audiences.choices(actor)


@endpoint(
    blueprint,
    "POST",
    "/feedback/notices",
    permission=_MANAGE,
    body=NoticeIn,
    out=ManagedNoticeOut,
    status=201,
)
def create_notice(actor: Actor, body: dict[str, Any]) -> Any:
    """Draft a notice"""
    return services.create(actor, **body)


@endpoint(blueprint, "PUT", _ONE, permission=_MANAGE, body=NoticeEditIn, out=ManagedNoticeOut)
def edit_notice(actor: Actor, notice_id: int, body: dict[str, Any]) -> Any:
    """Say a notice anew; the history of a published one keeps what it said"""
    return services.edit(actor, notice_id=notice_id, **body)


@endpoint(blueprint, "DELETE", _ONE, permission=_MANAGE)
def discard_notice(actor: Actor, notice_id: int) -> Any:
    """Delete a draft"""
    return services.discard(actor, notice_id=notice_id)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/publish",
    permission=_MANAGE,
    body=NoticePublishIn,
    out=ManagedNoticeOut,
)
def publish_notice(actor: Actor, notice_id: int, body: dict[str, Any]) -> Any:
    """Publish a notice, now or at an instant to come"""
    return services.publish(actor, notice_id=notice_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/unschedule",
    permission=_MANAGE,
    body=NoticeRevisionIn,
    out=ManagedNoticeOut,
)
def unschedule_notice(actor: Actor, notice_id: int, body: dict[str, Any]) -> Any:
    """Make a scheduled notice a draft again"""
    return services.unschedule(actor, notice_id=notice_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/withdraw",
    permission=_MANAGE,
    body=NoticeWithdrawIn,
    out=ManagedNoticeOut,
)
def withdraw_notice(actor: Actor, notice_id: int, body: dict[str, Any]) -> Any:
    """Take a published notice back, saying why"""
    return services.withdraw(actor, notice_id=notice_id, **body)


@endpoint(blueprint, "POST", f"{_ONE}/pin", permission=_MANAGE, body=NoticePinIn, out=ManagedNoticeOut)
def pin_notice(actor: Actor, notice_id: int, body: dict[str, Any]) -> Any:
    """Keep a notice on top until an instant, or no longer"""
    return services.pin(actor, notice_id=notice_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/feedback/department-campuses",
    permission=_MANAGE,
    out=SeatsOut,
    many=True,
)
def list_department_campuses(actor: Actor) -> Any:
    """On which campuses each department sits"""
    return audiences.seats()


@endpoint(
    blueprint,
    "PUT",
    "/feedback/department-campuses/<id:department_id>",
    permission=_MANAGE,
    body=SeatsIn,
    out=SeatsOut,
)
def set_department_campuses(actor: Actor, department_id: int, body: dict[str, Any]) -> Any:
    """Say on which campuses a department sits, with all below it"""
    return services.set_seats(actor, department_id=department_id, **body)
