"""Use cases of who reports: bringing forward, taking back, urging, meeting the same; and the export."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit import operations as audit
from backend.db import atomic, db, table, unit
from backend.identity import queries as identity
from backend.identity.models import Staff, StaffStatus
from backend.identity.policies import normalise_phone
from backend.places import queries as places
from backend.places.policies import Ref
from backend.rules import queries as rules
from backend.statements import insert_or_nothing
from feedback.deadlines import operations as deadlines
from feedback.reports import (
    intake,
    listing,
    masters,
    moving,
    people,
    policies,
    reading,
    rollups,
    sealing,
    telling,
    views,
)
from feedback.reports.errors import (
    AlreadyFollowed,
    ExportTooLarge,
    FollowsInvalid,
    NotExported,
    NotFollowed,
    OnBehalfNotAllowed,
    OwnReport,
    RemindedLately,
    ReporterUnknown,
    ReportNotFound,
)
from feedback.reports.listing import ReportRow, Scope
from feedback.reports.messages import REMINDED
from feedback.reports.models import Follower, Origin, Report, ReportEvent
from feedback.reports.policies import Step, Verb
from feedback.reports.refusals import leaving_trace
from feedback.reports.rules import REMIND_HOURS
from feedback.reports.views import ReportView

MOST_EXPORTED: Final = 20_000
_FOLLOWER: Final = table(Follower)
_FOLLOW: Final = insert_or_nothing(_FOLLOWER, ["report_id", "staff_id", "at"], returning="staff_id")


@atomic
def submit(
    actor: Actor,
    *,
    category: str = "",
    category_id: int | None = None,
    place: Ref | None = None,
    plate: str = "",
    position: tuple[int, int] | None = None,
    text: str,
    photo_ids: Sequence[int] = (),
    is_anonymous: bool = False,
    is_wall_consented: bool = False,
    follows_id: int | None = None,
    is_on_behalf: bool = False,
    contact: str = "",
    contact_phone: str = "",
    reporter_staff_no: str = "",
) -> ReportRow:
    """Bring something forward; the desk may do so for somebody who called or came.

    Raises OnBehalfNotAllowed, ReporterUnknown, TooManyOpen, TooManyToday, FollowsInvalid, PlateNotFound or
    PlateRevoked, and as `intake.raise_report`.
    """
    for_another = is_on_behalf or bool(contact or contact_phone or reporter_staff_no)
    if for_another and not actor.can(Permission.REPORTS_TRIAGE):
        raise OnBehalfNotAllowed
    if not for_another:
        # Whoever submits twice at once waits in line, so that they are counted.
        identity.lock_staff(actor.staff_id)
        intake.ensure_within_quota(actor.staff_id, clock.now())
    if follows_id is not None:
        _ensure_follows(actor, follows_id, is_anonymous=is_anonymous)
    filed = reading.found_category(category, category_id)
    report = intake.raise_report(
        actor,
        origin=Origin.DESK if for_another else Origin.PHONE,
        category_id=filed.id,
        category=filed,
        place=places.find_by_token(plate).place.ref if plate else place,
        position=position,
        text=text,
        photo_ids=photo_ids,
        is_anonymous=is_anonymous,
        is_wall_consented=is_wall_consented,
        reporter_id=_reporter(reporter_staff_no) if for_another else actor.staff_id,
        contact=contact,
        contact_phone=normalise_phone(contact_phone) if contact_phone else "",
        follows_id=follows_id,
    )
    return views.row(actor, report)


@leaving_trace(Verb.WITHDRAW)
def withdraw(actor: Actor, report_id: int, *, reason: str = "") -> ReportView:
    """Take back what no office has yet. Raises ReportNotFound, ReportState or ReportNotYours."""
    report, who, step = people.entering(actor, report_id, Step.WITHDRAW)
    policies.ensure(who.is_reporter)
    now = clock.now()
    with rollups.kept(report):
        moving.move(actor, report, step, text=reason, at=now)
        deadlines.void(report.id, report.cycle, now)
    sealing.record(actor, report, "feedback.report_withdrawn", number=report.number)
    masters.tell_result(report, "诉求人已撤回；问题仍在的，请重新提交")
    return views.view(actor, report)


@leaving_trace(Verb.REMIND)
def remind(actor: Actor, report_id: int) -> ReportView:
    """Urge what is not answered (催办).

    Raises ReportNotFound, ReportState, ReportNotYours or RemindedLately.
    """
    report, who = people.entering_in(actor, report_id, policies.NOTES[Step.REMIND])
    policies.ensure(who.is_reporter)
    now, pause = clock.now(), timedelta(hours=rules.value(REMIND_HOURS))
    last_at = db.session.scalar(
        select(func.max(ReportEvent.at)).where(
            ReportEvent.report_id == report.id, ReportEvent.step == Step.REMIND.value
        )
    )
    if last_at is not None and now < last_at + pause:
        raise RemindedLately(minutes=-(-(last_at + pause - now) // timedelta(minutes=1)))
    with rollups.kept(report):
        report.reminders += 1
        moving.note(actor, report, Step.REMIND, at=now)
    if report.assignment_id is not None:
        telling.tell_office(report, REMINDED, event="reminded")
    else:
        telling.tell_holders(report, REMINDED, Permission.REPORTS_TRIAGE, event="reminded")
    return views.view(actor, report)


@leaving_trace(Verb.FOLLOW)
def follow(actor: Actor, report_id: int) -> ReportView:
    """Say that one has met the same (我也遇到).

    Raises ReportNotFound, ReportState, OwnReport or AlreadyFollowed.
    """
    report = moving.locked(report_id)
    if sealing.is_reporter(actor, report):
        raise OwnReport
    is_open = report.state in policies.OPEN
    if report.kind not in policies.SHARED_KINDS or not is_open:
        # What is between others and the desk does not exist for who may not see it.
        if not people.standing(actor, report).is_visible:
            raise ReportNotFound
        raise policies.refusal(report.state)
    values = {"report_id": report.id, "staff_id": actor.staff_id, "at": clock.now()}
    if _FOLLOW.row(unit(), values) is None:
        raise AlreadyFollowed
    report.followers += 1
    return views.view(actor, report)


@leaving_trace(Verb.UNFOLLOW)
def unfollow(actor: Actor, report_id: int) -> dict[str, int]:
    """Take that back; returns how many follow it then. Raises ReportNotFound or NotFollowed."""
    report, who = people.entering_any(actor, report_id)
    if not who.is_follower:
        raise NotFollowed
    gone = unit().execute(
        delete(Follower).where(Follower.report_id == report.id, Follower.staff_id == actor.staff_id)
    )
    report.followers -= gone.rowcount
    return {"followers": report.followers}


@atomic
def export(actor: Actor, *, scope: Scope, **filters: Any) -> list[ReportRow]:
    """What the workbook of a list holds; recorded. Raises NotExported, ScopeForbidden or ExportTooLarge."""
    if scope not in (Scope.DESK, Scope.OFFICE):
        raise NotExported
    total, found = listing.list_reports(actor, scope=scope, limit=MOST_EXPORTED, **filters)
    if total > MOST_EXPORTED:
        raise ExportTooLarge(count=total, limit=MOST_EXPORTED)
    audit.record(actor, "feedback.reports_exported", "report", "list", scope=scope.value, count=total)
    return found


def _reporter(staff_no: str) -> int | None:
    if not staff_no:
        return None
    found = db.session.scalar(
        select(Staff.id).where(Staff.staff_no == staff_no, Staff.status == StaffStatus.ACTIVE.value)
    )
    if found is None:
        raise ReporterUnknown
    return found


def _ensure_follows(actor: Actor, follows_id: int, *, is_anonymous: bool) -> None:
    before = db.session.get(Report, follows_id)
    is_own = before is not None and sealing.is_reporter(actor, before)
    if not is_own or before is None or before.state not in policies.ENDED:
        raise FollowsInvalid
    if before.is_anonymous is not is_anonymous:  # One that is signed would name who did not sign the other.
        raise FollowsInvalid
