"""Hiding a report with all its photos, and bringing it back, within an open unit of work.

A hidden report is out of everybody's sight but of those who work on it and of who reported it; its photos
are out of everybody's, and links to them end. Its clock stands still meanwhile. What the wall showed of it
does not come back with it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db
from backend.media import operations as media
from feedback.deadlines import operations as clocks
from feedback.deadlines.models import ClockKind
from feedback.reports import moving, policies, rollups, wall
from feedback.reports.models import Assignment, Report, ReportEvent, State
from feedback.reports.policies import Step


def hide(actor: Actor, report: Report, *, text: str, at: datetime) -> None:
    """Take a locked report out of sight. Raises ReportState."""
    wall.take_down(actor, report, at=at)
    was_open, was_pending = report.state in policies.OPEN, report.state == State.PENDING
    with rollups.kept(report):
        moving.move(actor, report, Step.HIDE, text=text, at=at)
        if was_pending:
            clocks.meet(report.id, report.cycle, ClockKind.RESPONSE, at)
        if was_open:
            clocks.pause(report.id, report.cycle, at)
    for owner_kind, owner_ids in _owners(report).items():
        media.hide_all(actor, owner_kind, owner_ids)


def unhide(actor: Actor, report: Report, *, text: str, at: datetime) -> None:
    """Bring a locked report back to where it was, but not to the wall. Raises ReportState."""
    with rollups.kept(report):
        moving.move(actor, report, Step.UNHIDE, text=text, at=at)
        if report.state in policies.OPEN and report.state != State.SUSPENDED:
            clocks.resume(report.id, report.cycle, at)
    for owner_kind, owner_ids in _owners(report).items():
        media.unhide(actor, owner_kind, owner_ids)


def _owners(report: Report) -> dict[str, Collection[int]]:
    """Whose photos the report's are."""
    events = db.session.scalars(select(ReportEvent.id).where(ReportEvent.report_id == report.id)).all()
    orders = db.session.scalars(
        select(Assignment.order_id).where(Assignment.report_id == report.id, Assignment.order_id.is_not(None))
    ).all()
    return {
        policies.PHOTOS: [report.id],
        policies.PHOTOS_NOTE: events,
        policies.PHOTOS_FORWARDED: [order_id for order_id in orders if order_id is not None],
    }
