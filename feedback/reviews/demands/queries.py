"""Reads of meetings and demands."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.identity.models import Department
from backend.paging import Page, paginate
from feedback.offices.models import Office
from feedback.reports.people import offices_of
from feedback.reviews.demands import policies
from feedback.reviews.demands.errors import DemandNotFound, MeetingNotFound
from feedback.reviews.demands.models import AgendaItem, Demand, DemandEvent, DemandState, Meeting, MeetingUnit
from feedback.reviews.demands.policies import STATE_NAMES, STEP_NAMES, Step

_UNANSWERED = sorted(state.value for state in policies.UNANSWERED)


@dataclass(frozen=True, slots=True)
class UnitName:
    """A resident unit."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class EventView:
    """One entry of a demand's timeline."""

    at: datetime
    step: str
    step_name: str
    actor_name: str
    text: str


@dataclass(frozen=True, slots=True)
class DemandView:
    """A demand with its words; `can` is among answer, amend, confirm, return, withdraw."""

    demand: Demand
    meeting_on: date
    department_name: str
    office_name: str
    is_overdue: bool
    can: Sequence[str]
    is_carried: bool = False
    events: Sequence[EventView] = ()

    @property
    def state_name(self) -> str:
        """待答复 …"""
        return STATE_NAMES[DemandState(self.demand.state)]


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting; the agenda only where it is read alone."""

    meeting: Meeting
    units: Sequence[UnitName]
    demands: int
    carried: int
    agenda: Sequence[DemandView] = ()


@dataclass(frozen=True, slots=True)
class DemandFigures:
    """What demands came to: brought forward and answered in some days; open and overdue now."""

    recorded: int
    answered: int
    unanswered: int
    overdue: Sequence[DemandView]


def page_meetings(*, page: int, page_size: int) -> Page:
    """The meetings, the latest first."""
    found = paginate(select(Meeting).order_by(Meeting.held_on.desc()), page=page, page_size=page_size)
    return Page(_meetings(found.rows), found.total, page, page_size)


def find_meeting(actor: Actor, meeting_id: int) -> MeetingView:
    """A meeting with its agenda: what was carried over first. Raises MeetingNotFound."""
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None:
        raise MeetingNotFound
    [view] = _meetings([meeting])
    rows = db.session.execute(
        select(Demand, AgendaItem.is_carried)
        .join(AgendaItem, AgendaItem.demand_id == Demand.id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.is_carried.desc(), Demand.id)
    ).all()
    carried = {demand.id: is_carried for demand, is_carried in rows}
    agenda = _views(actor, [demand for demand, _ in rows], carried=carried)
    return MeetingView(meeting, view.units, view.demands, view.carried, agenda)


def latest_meeting() -> Meeting | None:
    """The meeting that was held last."""
    return db.session.scalars(select(Meeting).order_by(Meeting.held_on.desc()).limit(1)).one_or_none()


def page_demands(
    actor: Actor,
    *,
    state: DemandState | None = None,
    office_id: int | None = None,
    is_overdue: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The demands that the actor may know of, by due; what is answered comes last."""
    statement = select(Demand).where(_visible(actor))
    if state is not None:
        statement = statement.where(Demand.state == state.value)
    if office_id is not None:
        statement = statement.where(Demand.office_id == office_id)
    if is_overdue:
        statement = statement.where(_is_overdue())
    ordered = statement.order_by(Demand.state.not_in(_UNANSWERED), Demand.due_on, Demand.id)
    found = paginate(ordered, page=page, page_size=page_size)
    return Page(_views(actor, found.rows), found.total, page, page_size)


def find_demand(actor: Actor, demand_id: int) -> DemandView:
    """A demand with its timeline. Raises DemandNotFound."""
    demand = db.session.scalars(
        select(Demand)
        .where(Demand.id == demand_id, _visible(actor))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if demand is None:
        raise DemandNotFound
    return view(actor, demand)


def view(actor: Actor, demand: Demand) -> DemandView:
    """A demand with its words and its timeline."""
    [found] = _views(actor, [demand])
    events = db.session.scalars(
        select(DemandEvent).where(DemandEvent.demand_id == demand.id).order_by(DemandEvent.id)
    )
    return DemandView(
        found.demand,
        found.meeting_on,
        found.department_name,
        found.office_name,
        found.is_overdue,
        found.can,
        events=[
            EventView(each.at, each.step, STEP_NAMES[Step(each.step)], each.actor_name, each.text)
            for each in events
        ],
    )


def unit_names(department_ids: Collection[int]) -> dict[int, str]:
    """The names of those of these departments that there are."""
    rows = db.session.execute(select(Department.id, Department.name).where(Department.id.in_(department_ids)))
    return {row.id: row.name for row in rows}


def attends(meeting_id: int, department_id: int) -> bool:
    """Whether a unit took part in a meeting."""
    return db.session.get(MeetingUnit, (meeting_id, department_id)) is not None


def figures(actor: Actor, from_at: datetime, until_at: datetime, *, most: int = 20) -> DemandFigures:
    """What demands came to in [from_at, until_at), and what is open and overdue now."""
    between = Demand.recorded_at >= from_at, Demand.recorded_at < until_at
    answered = select(func.count(func.distinct(DemandEvent.demand_id))).where(
        DemandEvent.step == Step.ANSWER.value, DemandEvent.at >= from_at, DemandEvent.at < until_at
    )
    overdue = db.session.scalars(
        select(Demand).where(_is_overdue()).order_by(Demand.due_on).limit(most)
    ).all()
    return DemandFigures(
        recorded=_count(*between),
        answered=db.session.scalar(answered) or 0,
        unanswered=_count(Demand.state.in_(_UNANSWERED)),
        overdue=_views(actor, overdue),
    )


def overdue(actor: Actor) -> Count:
    """How many of the demands that the actor may know of nobody has answered in time."""
    return select(func.count(Demand.id)).where(_is_overdue(), _visible(actor))


def answered() -> Count:
    """How many wait for their units to say whether they are content."""
    return select(func.count(Demand.id)).where(Demand.state == DemandState.ANSWERED.value)


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Demand).where(*conditions)) or 0


def _is_overdue() -> ColumnElement[bool]:
    return Demand.state.in_(_UNANSWERED) & (Demand.due_on < clock.today())


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Everything for those who read feedback or keep the review; else what one's offices answer for."""
    if any(actor.reach(each).everywhere for each in (Permission.FEEDBACK_READ, Permission.REVIEWS_MANAGE)):
        return true()
    return Demand.office_id.in_(offices_of(actor))


def _meetings(meetings: Sequence[Meeting]) -> list[MeetingView]:
    ids = [meeting.id for meeting in meetings]
    units: dict[int, list[UnitName]] = defaultdict(list)
    for meeting_id, department_id, name in db.session.execute(
        select(MeetingUnit.meeting_id, Department.id, Department.name)
        .join(Department, Department.id == MeetingUnit.department_id)
        .where(MeetingUnit.meeting_id.in_(ids))
        .order_by(Department.name)
    ):
        units[meeting_id].append(UnitName(department_id, name))
    rows: Any = db.session.execute(
        select(AgendaItem.meeting_id, AgendaItem.is_carried, func.count())
        .where(AgendaItem.meeting_id.in_(ids))
        .group_by(AgendaItem.meeting_id, AgendaItem.is_carried)
    )
    counts = {(meeting_id, is_carried): count for meeting_id, is_carried, count in rows}
    return [
        MeetingView(each, units[each.id], counts.get((each.id, False), 0), counts.get((each.id, True), 0))
        for each in meetings
    ]


def _views(
    actor: Actor, demands: Sequence[Demand], *, carried: Mapping[int, bool] | None = None
) -> list[DemandView]:
    if not demands:
        return []
    units = unit_names({each.department_id for each in demands})
    rows: Any = db.session.execute(
        select(Meeting.id, Meeting.held_on).where(Meeting.id.in_({each.meeting_id for each in demands}))
    )
    held = {row.id: row.held_on for row in rows}
    named: dict[int, str] = {
        row.id: row.name
        for row in db.session.execute(
            select(Office.id, Office.name).where(Office.id.in_({each.office_id for each in demands}))
        )
    }
    own, today = offices_of(actor), clock.today()
    manages = actor.reach(Permission.REVIEWS_MANAGE).everywhere
    return [
        DemandView(
            demand=each,
            meeting_on=held[each.meeting_id],
            department_name=units.get(each.department_id, ""),
            office_name=named.get(each.office_id, ""),
            is_overdue=policies.is_overdue(each, today),
            can=policies.actions(each, manages=manages, is_member=each.office_id in own),
            is_carried=bool(carried and carried.get(each.id)),
        )
        for each in demands
    ]
