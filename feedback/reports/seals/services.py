"""Use cases of the seals: asking, deciding by somebody else, looking once, and forgetting."""

from collections.abc import Callable
from datetime import time
from typing import Final, TypeVar

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, Actor, Permission
from backend.audit.models import Result
from backend.audit.operations import record
from backend.dates import months_before
from backend.db import atomic, db
from backend.errors import AppError
from backend.identity import queries as identity
from backend.identity.models import Department, Posting, Staff
from backend.notifications.operations import notify
from backend.refusals import recording
from backend.rules import queries as rules
from backend.vault import keyed_hash
from feedback.reports import moving, people, sealing
from feedback.reports import policies as report_policies
from feedback.reports.errors import ReportNotFound
from feedback.reports.rules import SEAL_MONTHS
from feedback.reports.seals import operations, policies, queries
from feedback.reports.seals.errors import NothingSealed, SealClosed, SealNotYours, SealWaits
from feedback.reports.seals.messages import ASKED, DECIDED, LOOKED
from feedback.reports.seals.models import SealRequest
from feedback.reports.seals.queries import SealView

R = TypeVar("R")
PAGE: Final = "pages/feedback/seals"
_MINE: Final = "pages/feedback/mine"


def _leaving_trace(step: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`atomic` for a use case that takes (actor, request_id, …); a refusal is recorded as well."""

    def note(actor: Actor, request_id: int, refused: AppError) -> None:
        record(actor, step, "seal_request", request_id, result=Result.REFUSED, code=refused.code)

    return recording(note, SealNotYours, SealClosed)


@atomic
def ask(actor: Actor, *, report_id: int, reason: str) -> SealView:
    """Ask to know who an unnamed reporter is; the other keepers are told.

    Raises ReportNotFound, ReportNotYours, NothingSealed or SealWaits.
    """
    report = moving.locked(report_id)
    who = people.standing(actor, report)
    if not who.is_visible:
        raise ReportNotFound
    report_policies.ensure(who.unseals)
    if not report.reporter_cipher:
        raise NothingSealed
    # The report's row is locked: nobody else asks meanwhile.
    waiting = SealRequest.report_id == report.id, SealRequest.decided_at.is_(None)
    if db.session.scalar(select(SealRequest.id).where(*waiting)) is not None:
        raise SealWaits
    request = SealRequest(report_id=report.id, asked_by=actor.staff_id, asked_at=clock.now(), reason=reason)
    db.session.add(request)
    db.session.flush()
    record(actor, "feedback.seal_asked", "seal_request", request.id, number=report.number, reason=reason)
    keepers = identity.holders(
        Permission.REPORTS_UNSEAL, campus_id=report.campus_id, building_id=report.building_id
    )
    notify(
        ASKED,
        keepers - {actor.staff_id},
        {"number": report.number, "who": actor.name, "why": reason},
        page=PAGE,
        dedupe=f"seal {request.id} asked",
    )
    return queries.view(actor, request.id)


@_leaving_trace("feedback.seal_decided")
def decide(actor: Actor, request_id: int, *, is_granted: bool, text: str = "") -> SealView:
    """Say whether who asked may look; never about one's own wish.

    Raises SealRequestNotFound, SealNotYours or SealDecided.
    """
    request, report = queries.lock(actor, request_id)
    now = clock.now()
    policies.ensure_decidable(request, actor.staff_id, now)
    request.is_granted, request.decided_by, request.decided_at = is_granted, actor.staff_id, now
    request.text = text
    db.session.flush()
    record(
        actor,
        "feedback.seal_decided",
        "seal_request",
        request.id,
        number=report.number,
        is_granted=is_granted,
    )
    notify(
        DECIDED,
        [request.asked_by],
        {"number": report.number, "result": "同意" if is_granted else "不同意"},
        page=PAGE,
        dedupe=f"seal {request.id} decided",
    )
    return queries.view(actor, request.id)


@_leaving_trace("feedback.seal_opened")
def look(actor: Actor, request_id: int) -> dict[str, str]:
    """The reporter's name, staff number and department: once, within a day, for who asked.

    Recorded without the name; the reporter is told. Raises SealRequestNotFound, SealNotYours, SealClosed or
    NothingSealed.
    """
    request, report = queries.lock(actor, request_id)
    now = clock.now()
    policies.ensure_may_look(request, actor.staff_id, now)
    staff_id = sealing.reporter_of(report)
    staff = db.session.get(Staff, staff_id) if staff_id is not None else None
    if staff is None or not report.is_anonymous:
        raise NothingSealed
    request.looked_at = now
    record(actor, "feedback.seal_opened", "seal_request", request.id, number=report.number)
    dedupe = keyed_hash(f"seal {request.id} looked").hex()[:32]
    notify(LOOKED, [staff.id], {}, page=_MINE, dedupe=dedupe)
    department = db.session.scalar(
        select(Department.name)
        .join(Posting, Posting.department_id == Department.id)
        .where(Posting.staff_id == staff.id, Posting.is_primary)
    )
    return {"name": staff.name, "staff_no": staff.staff_no, "department_name": department or ""}


@atomic
def forget_old() -> int:
    """Forget the names of unnamed reporters whose reports ended long ago by the rule; returns how many."""
    until = months_before(clock.today(), rules.value(SEAL_MONTHS))
    forgotten = operations.forget(operations.over(clock.at_local(until, time.min)))
    if forgotten:
        record(SYSTEM, "feedback.seals_forgotten", "report", "list", count=forgotten)
    return forgotten
