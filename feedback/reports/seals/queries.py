"""Reads of the wishes to open a seal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db, unit
from backend.identity.models import Staff
from backend.paging import Page, paginate
from feedback.reports import queries as reports
from feedback.reports.models import Report
from feedback.reports.seals import policies
from feedback.reports.seals.errors import SealRequestNotFound
from feedback.reports.seals.models import SealRequest
from feedback.reports.seals.policies import SealState

_Asker, _Decider = aliased(Staff), aliased(Staff)


@dataclass(frozen=True, slots=True)
class SealView:
    """A request with the report's number and who had to do with it; never whom it is about."""

    request: SealRequest
    number: str
    asked_by_name: str
    decided_by_name: str
    is_own: bool
    now: datetime

    @property
    def state(self) -> SealState:
        """How it stands."""
        return policies.state_of(self.request, self.now)

    @property
    def state_name(self) -> str:
        """待审批 …"""
        return policies.STATE_NAMES[self.state]

    @property
    def look_until(self) -> datetime | None:
        """Until when who asked may look."""
        is_open = self.state is SealState.GRANTED and self.request.decided_at is not None
        return self.request.decided_at + policies.LOOK_WITHIN if is_open and self.request.decided_at else None

    @property
    def can_decide(self) -> bool:
        """Whether the reader may decide."""
        return self.state is SealState.WAITING and not self.is_own

    @property
    def can_look(self) -> bool:
        """Whether the reader may look."""
        return self.state is SealState.GRANTED and self.is_own


def page_requests(actor: Actor, *, page: int, page_size: int) -> Page:
    """The requests within reach, the newest first; two statements."""
    found = paginate(
        _rows(actor).order_by(SealRequest.id.desc()), page=page, page_size=page_size, scalars=False
    )
    now = clock.now()
    return Page([_view(actor, row, now) for row in found.rows], found.total, page, page_size)


def view(actor: Actor, request_id: int) -> SealView:
    """One request within reach. Raises SealRequestNotFound."""
    row = db.session.execute(_rows(actor).where(SealRequest.id == request_id)).one_or_none()
    if row is None:
        raise SealRequestNotFound
    return _view(actor, row, clock.now())


def to_decide(actor: Actor) -> Count:
    """How many requests of others wait for a decision within reach."""
    return (
        select(func.count())
        .select_from(SealRequest)
        .join(Report, Report.id == SealRequest.report_id)
        .where(
            SealRequest.decided_at.is_(None),
            SealRequest.asked_by != actor.staff_id,
            reports.covered(actor.reach(Permission.REPORTS_UNSEAL)),
        )
    )


def lock(actor: Actor, request_id: int) -> tuple[SealRequest, Report]:
    """A request within reach, locked, and its report. Raises SealRequestNotFound."""
    unit()
    reach = reports.covered(actor.reach(Permission.REPORTS_UNSEAL))
    row = db.session.execute(
        select(SealRequest, Report)
        .join(Report, Report.id == SealRequest.report_id)
        .where(SealRequest.id == request_id, reach)
        .with_for_update(of=SealRequest)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise SealRequestNotFound
    return row[0], row[1]


def _rows(actor: Actor) -> Any:
    return (
        select(SealRequest, Report.number, _Asker.name, _Decider.name)
        .join(Report, Report.id == SealRequest.report_id)
        .join(_Asker, _Asker.id == SealRequest.asked_by)
        .outerjoin(_Decider, _Decider.id == SealRequest.decided_by)
        .where(reports.covered(actor.reach(Permission.REPORTS_UNSEAL)))
    )


def _view(actor: Actor, row: Any, now: datetime) -> SealView:
    request, number, asker, decider = row
    return SealView(request, number, asker, decider or "", request.asked_by == actor.staff_id, now)
