"""请假、出差 and 培训: filed by the person, decided, recorded and imported by approvers."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.flows import absence_orders
from backend.flows import absences as flow
from backend.http import endpoint
from backend.identity.absences import queries, services
from backend.identity.absences.schemas import (
    AbsenceAnswerIn,
    AbsenceApprovalIn,
    AbsenceDecisionOut,
    AbsenceIn,
    AbsenceOut,
    AbsenceRecordIn,
    AbsencesImportedOut,
    AbsencesQuery,
    ManagedAbsenceOut,
    OrderWithinOut,
    OwnAbsencesQuery,
)

blueprint = Blueprint("absences", __name__, description="请假与出差")


@endpoint(
    blueprint,
    "GET",
    "/me/absences",
    permission=Permission.SELF,
    query=OwnAbsencesQuery,
    out=AbsenceOut,
    many=True,
)
def list_own(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own absences, the latest first"""
    return queries.page_own(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/me/absences",
    permission=Permission.SELF,
    body=AbsenceIn,
    out=AbsenceOut,
    status=201,
)
def file_absence(actor: Actor, body: dict[str, Any]) -> Any:
    """Ask to be absent; an approver decides"""
    return services.file_absence(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/me/absences/<id:absence_id>/orders",
    permission=Permission.SELF,
    out=OrderWithinOut,
    many=True,
)
def list_orders_within(actor: Actor, absence_id: int) -> Any:
    """What became of one's own orders within an absence"""
    return absence_orders.own_orders(actor, absence_id)


@endpoint(
    blueprint,
    "POST",
    "/me/absences/<id:absence_id>/withdraw",
    permission=Permission.SELF,
    out=AbsenceOut,
)
def withdraw(actor: Actor, absence_id: int) -> Any:
    """Take one's own absence back; orders that were cancelled with it stay cancelled"""
    return services.withdraw_absence(actor, absence_id=absence_id)


@endpoint(
    blueprint,
    "GET",
    "/admin/absences",
    permission=Permission.ABSENCES_MANAGE,
    query=AbsencesQuery,
    out=ManagedAbsenceOut,
    many=True,
)
def list_all(actor: Actor, query: dict[str, Any]) -> Any:
    """Everybody's absences, what is pending first"""
    return queries.page_all(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/admin/absences/<id:absence_id>",
    permission=Permission.ABSENCES_MANAGE,
    out=ManagedAbsenceOut,
)
def get_one(actor: Actor, absence_id: int) -> Any:
    """One of everybody's absences"""
    return queries.get_managed(actor, absence_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/absences",
    permission=Permission.ABSENCES_MANAGE,
    body=AbsenceRecordIn,
    out=AbsenceDecisionOut,
    status=201,
)
def record_approved(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter an absence that was approved elsewhere; the orders within it are cancelled"""
    return flow.record_approved(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/absences/<id:absence_id>/approve",
    permission=Permission.ABSENCES_MANAGE,
    body=AbsenceApprovalIn,
    out=AbsenceDecisionOut,
)
def approve(actor: Actor, absence_id: int, body: dict[str, Any]) -> Any:
    """Approve an absence; the orders within it are cancelled as far as it is not too late"""
    return flow.approve(actor, absence_id=absence_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/absences/<id:absence_id>/reject",
    permission=Permission.ABSENCES_MANAGE,
    body=AbsenceAnswerIn,
    out=ManagedAbsenceOut,
)
def reject(actor: Actor, absence_id: int, body: dict[str, Any]) -> Any:
    """Refuse an absence, saying why"""
    return flow.reject(actor, absence_id=absence_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/absences/<id:absence_id>/revoke",
    permission=Permission.ABSENCES_MANAGE,
    body=AbsenceAnswerIn,
    out=ManagedAbsenceOut,
)
def revoke(actor: Actor, absence_id: int, body: dict[str, Any]) -> Any:
    """Take an approval back, saying why; orders that were cancelled with it are not restored"""
    return flow.revoke(actor, absence_id=absence_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/absences/import",
    permission=Permission.ABSENCES_MANAGE,
    upload="file",
    out=AbsencesImportedOut,
)
def import_approved(actor: Actor, file: BinaryIO) -> Any:
    """Enter the approved absences of the Excel sheet in the multipart field `file`: all or none"""
    return flow.import_approved(actor, data=file.read())
