"""Kitchen workers: certificates, morning checks and who is at their post."""

from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.food_safety.workers import boards, listing, queries, services, titles
from canteen.food_safety.workers.schemas import (
    CheckDetailsOut,
    CheckSheetOut,
    CheckSheetQuery,
    ChecksQuery,
    ChecksTakenOut,
    CheckStatisticsOut,
    CheckStatisticsQuery,
    DutiesQuery,
    DutyIn,
    HealthCertificateIn,
    HealthNoticeIn,
    HealthNoticeOut,
    KitchenDutyOut,
    KitchenWorkerIn,
    KitchenWorkerOut,
    KitchenWorkersQuery,
    MorningCheckOut,
    NewWorkerIn,
    SafetyReasonIn,
    WorkerChecksIn,
)

blueprint = Blueprint("kitchen_workers", __name__, description="晨检与健康证")

_KITCHEN: Final = "/canteen/kitchen"
WORKERS: Final = f"{_KITCHEN}/workers"
CHECKS: Final = f"{_KITCHEN}/morning-checks"
DUTIES: Final = f"{_KITCHEN}/duties"
READ, RECORD, MANAGE = Permission.SAFETY_READ, Permission.SAFETY_RECORD, Permission.SAFETY_MANAGE


@endpoint(
    blueprint, "GET", WORKERS, permission=READ, query=KitchenWorkersQuery, out=KitchenWorkerOut, many=True
)
def list_workers(actor: Actor, query: dict[str, Any]) -> Any:
    """The kitchen workers within reach, with the certificates that count"""
    return listing.list_workers(actor, **query)


@endpoint(blueprint, "POST", WORKERS, permission=MANAGE, body=NewWorkerIn, out=KitchenWorkerOut, status=201)
def create_worker(actor: Actor, body: dict[str, Any]) -> Any:
    """Take somebody into a kitchen's list"""
    return services.create_worker(actor, **body)


@endpoint(blueprint, "GET", f"{WORKERS}/<id:worker_id>", permission=READ, out=KitchenWorkerOut)
def get_worker(actor: Actor, worker_id: int) -> Any:
    """A worker with all certificates"""
    return listing.get_worker(actor, worker_id)


@endpoint(
    blueprint,
    "PUT",
    f"{WORKERS}/<id:worker_id>",
    permission=MANAGE,
    body=KitchenWorkerIn,
    out=KitchenWorkerOut,
)
def change_worker(actor: Actor, worker_id: int, body: dict[str, Any]) -> Any:
    """Another name or job, or that somebody left or came back"""
    return services.change_worker(actor, worker_id=worker_id, **body)


@endpoint(blueprint, "GET", f"{_KITCHEN}/health-notice", permission=RECORD, out=HealthNoticeOut)
def get_health_notice(actor: Actor) -> Any:
    """What workers are shown before their health is asked after"""
    return {"version": titles.NOTICE_VERSION, "text": titles.NOTICE_TEXT}


@endpoint(
    blueprint,
    "POST",
    f"{WORKERS}/<id:worker_id>/notice",
    permission=MANAGE,
    body=HealthNoticeIn,
    out=KitchenWorkerOut,
)
def note_notice(actor: Actor, worker_id: int, body: dict[str, Any]) -> Any:
    """Note that a worker was told, or has consented"""
    return services.note_notice(actor, worker_id=worker_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{WORKERS}/<id:worker_id>/certificates",
    permission=MANAGE,
    body=HealthCertificateIn,
    out=KitchenWorkerOut,
    status=201,
)
def add_certificate(actor: Actor, worker_id: int, body: dict[str, Any]) -> Any:
    """Enter a health certificate"""
    return services.add_certificate(actor, worker_id=worker_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_KITCHEN}/certificates/<id:certificate_id>/withdraw",
    permission=MANAGE,
    body=SafetyReasonIn,
    out=KitchenWorkerOut,
)
def withdraw_certificate(actor: Actor, certificate_id: int, body: dict[str, Any]) -> Any:
    """Take back a certificate that was entered wrongly"""
    return services.withdraw_certificate(actor, certificate_id=certificate_id, **body)


@endpoint(blueprint, "GET", f"{CHECKS}/sheet", permission=RECORD, query=CheckSheetQuery, out=CheckSheetOut)
def get_check_sheet(actor: Actor, query: dict[str, Any]) -> Any:
    """Everybody of a kitchen before a shift"""
    return boards.get_sheet(actor, **query)


@endpoint(blueprint, "POST", CHECKS, permission=RECORD, body=WorkerChecksIn, out=ChecksTakenOut, status=201)
def record_checks(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter a shift's checks: all of them, or nothing"""
    return services.record_checks(actor, **body)


@endpoint(blueprint, "GET", CHECKS, permission=READ, query=ChecksQuery, out=MorningCheckOut, many=True)
def list_checks(actor: Actor, query: dict[str, Any]) -> Any:
    """How a canteen's checks ended, the latest first"""
    return queries.list_checks(actor, **query)


@endpoint(
    blueprint,
    "GET",
    f"{CHECKS}/stats",
    permission=READ,
    query=CheckStatisticsQuery,
    out=CheckStatisticsOut,
)
def get_check_statistics(actor: Actor, query: dict[str, Any]) -> Any:
    """How checks ended day by day, without names"""
    return boards.get_statistics(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{CHECKS}/<id:check_id>/details",
    permission=Permission.HEALTH_READ,
    out=CheckDetailsOut,
    keeps_answer=False,
)
def read_check_details(actor: Actor, check_id: int) -> Any:
    """Temperature and symptoms of a check; every reading is audited"""
    return services.read_details(actor, check_id=check_id)


@endpoint(
    blueprint,
    "POST",
    f"{CHECKS}/<id:check_id>/clear",
    permission=MANAGE,
    body=SafetyReasonIn,
    out=MorningCheckOut,
)
def clear_check(actor: Actor, check_id: int, body: dict[str, Any]) -> Any:
    """Let a blocked worker work again"""
    return services.clear_check(actor, check_id=check_id, **body)


@endpoint(blueprint, "POST", DUTIES, permission=RECORD, body=DutyIn, out=KitchenDutyOut, status=201)
def put_on_duty(actor: Actor, body: dict[str, Any]) -> Any:
    """Put a fit worker at their post for a shift of today"""
    return services.put_on_duty(actor, **body)


@endpoint(blueprint, "POST", f"{DUTIES}/<id:duty_id>/end", permission=RECORD, out=KitchenDutyOut)
def end_duty(actor: Actor, duty_id: int) -> Any:
    """A worker leaves their post"""
    return services.end_duty(actor, duty_id=duty_id)


@endpoint(blueprint, "GET", DUTIES, permission=READ, query=DutiesQuery, out=KitchenDutyOut, many=True)
def list_duties(actor: Actor, query: dict[str, Any]) -> Any:
    """Who was at their post on a day"""
    return queries.list_duties(actor, **query)
