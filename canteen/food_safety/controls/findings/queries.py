"""Reads of the findings, scoped by the actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from sqlalchemy import case, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from canteen.food_safety import reach
from canteen.food_safety.controls import policies
from canteen.food_safety.controls.errors import FindingNotFound
from canteen.food_safety.controls.models import Area, Finding, FindingEvent, FindingState, Source
from canteen.food_safety.controls.policies import STATE_NAMES
from canteen.food_safety.controls.titles import AREA_NAMES, SOURCE_NAMES, STEP_NAMES
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen


@dataclass(frozen=True, slots=True)
class Event:
    """A step that a finding took."""

    row: FindingEvent

    @property
    def step_name(self) -> str:
        """What the step is called."""
        return STEP_NAMES[self.row.step]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as people read it; the steps and the photos only of one that is looked at by itself."""

    row: Finding
    canteen: str
    events: Sequence[Event] = ()
    photos: Sequence[PhotoLinks] = ()

    @property
    def source_name(self) -> str:
        """Where it was found."""
        return SOURCE_NAMES[Source(self.row.source)]

    @property
    def area_name(self) -> str:
        """What it is about."""
        return AREA_NAMES[Area(self.row.area)]

    @property
    def state_name(self) -> str:
        """How far it is; 已撤销 for one that was none."""
        return "已撤销" if self.row.is_withdrawn else STATE_NAMES[FindingState(self.row.state)]

    @property
    def is_overdue(self) -> bool:
        """Whether its day is over and it is still not put right."""
        return policies.is_overdue(self.row, clock.today())


def page_findings(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    state: FindingState | None = None,
    is_overdue: bool | None = None,
    area: Area | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    q: str = "",
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The findings of the kitchens within reach: those that are due first come first, closed ones last.

    Raises CanteenNotFound for a canteen beyond reach.
    """
    statement = _within_reach(actor, canteen_id)
    if state is not None:
        statement = statement.where(Finding.state == state.value)
    if is_overdue:
        statement = statement.where(Finding.state == FindingState.OPEN.value, Finding.due_on < clock.today())
    if area is not None:
        statement = statement.where(Finding.area == area.value)
    if from_on is not None:
        statement = statement.where(Finding.found_on >= from_on)
    if until_on is not None:
        statement = statement.where(Finding.found_on <= until_on)
    if q:
        statement = statement.where(Finding.description.contains(q, autoescape=True))
    ordered = statement.order_by(
        Finding.state == FindingState.CLOSED.value, Finding.due_on, Finding.id.desc()
    )
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page([FindingView(row, canteen) for row, canteen in found.rows], found.total, page, page_size)


def _within_reach(actor: Actor, canteen_id: int | None) -> Any:
    statement: Any = select(Finding, Canteen.name).join(Canteen, Canteen.id == Finding.canteen_id)
    if canteen_id is not None:
        reach.get_canteen(actor, canteen_id)
        return statement.where(Finding.canteen_id == canteen_id)
    return statement.where(reach.within(actor, *reach.READERS))


def get_finding(actor: Actor, finding_id: int) -> FindingView:
    """A finding with its steps. Raises FindingNotFound."""
    row = db.session.get(Finding, finding_id)
    if row is None or not _covers(actor, row, *reach.READERS):
        raise FindingNotFound
    return view_of(row)


def view_of(row: Finding) -> FindingView:
    """A finding that the caller may see, with its steps and photos."""
    canteen = menu_queries.get_canteen(row.canteen_id)
    events = db.session.scalars(
        select(FindingEvent).where(FindingEvent.finding_id == row.id).order_by(FindingEvent.id)
    )
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [row.id])
    return FindingView(row, canteen.name, [Event(each) for each in events], photos.get(row.id, ()))


def lock_finding(actor: Actor, finding_id: int, permission: Permission) -> Finding:
    """A finding of a kitchen where the actor may go on with it, locked. Raises FindingNotFound."""
    row = db.session.scalars(
        select(Finding)
        .where(Finding.id == finding_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not _covers(actor, row, permission):
        raise FindingNotFound
    return row


def _covers(actor: Actor, row: Finding, *permissions: Permission) -> bool:
    return reach.may(actor, menu_queries.get_canteen(row.canteen_id), *permissions)


def findings_between(canteen_id: int, from_on: date, until_on: date) -> list[FindingView]:
    """What was found on these days, and what was open then; the first one first. One statement."""
    first = clock.at_local(from_on, time.min)
    rows = db.session.execute(
        select(Finding, Canteen.name)
        .join(Canteen, Canteen.id == Finding.canteen_id)
        .where(
            Finding.canteen_id == canteen_id,
            Finding.is_withdrawn.is_(False),
            Finding.found_on <= until_on,
            (Finding.found_on >= from_on) | Finding.closed_at.is_(None) | (Finding.closed_at >= first),
        )
        .order_by(Finding.found_on, Finding.id)
    )
    return [FindingView(row, canteen) for row, canteen in rows]


def of_answers(answer_ids: Collection[int]) -> dict[int, Finding]:
    """The findings that came from these answers."""
    if not answer_ids:
        return {}
    rows = db.session.scalars(select(Finding).where(Finding.answer_id.in_(answer_ids)))
    return {row.answer_id: row for row in rows if row.answer_id is not None}


@dataclass(frozen=True, slots=True)
class OpenCount:
    """How many findings of a canteen wait to be put right, of them overdue, and how many to be checked."""

    canteen_id: int
    canteen: str
    open: int
    overdue: int
    rectified: int


def open_counts(actor: Actor) -> list[OpenCount]:
    """What is open at the kitchens within reach; one statement. Kitchens without are left out."""
    late = func.sum(case((Finding.due_on < clock.today(), 1), else_=0))
    rows = db.session.execute(
        select(Finding.canteen_id, Canteen.name, Finding.state, func.count(), late)
        .join(Canteen, Canteen.id == Finding.canteen_id)
        .where(Finding.state != FindingState.CLOSED.value, reach.within(actor, *reach.READERS))
        .group_by(Finding.canteen_id, Canteen.name, Finding.state)
    )
    found: dict[int, OpenCount] = {}
    for canteen_id, canteen, state, count, overdue in rows:
        before = found.get(canteen_id, OpenCount(canteen_id, canteen, 0, 0, 0))
        found[canteen_id] = (
            replace(before, open=count, overdue=overdue)
            if state == FindingState.OPEN.value
            else replace(before, rectified=count)
        )
    return [found[key] for key in sorted(found)]


def overdue(canteen_id: int) -> Count:
    """A count of the findings of a canteen whose day is over and that are still not put right."""
    return _counted(canteen_id, FindingState.OPEN).where(Finding.due_on < clock.today())


def to_check(actor: Actor, canteen_id: int) -> Count:
    """A count of what was put right at a canteen, not by the actor, and waits to be checked."""
    return _counted(canteen_id, FindingState.RECTIFIED).where(Finding.rectified_by != actor.staff_id)


def _counted(canteen_id: int, state: FindingState) -> Count:
    return select(func.count(Finding.id)).where(
        Finding.canteen_id == canteen_id, Finding.state == state.value
    )


def due_until(day: date) -> list[FindingView]:
    """The open findings whose last day is `day` or before, of somebody who can be told."""
    rows = db.session.execute(
        select(Finding, Canteen.name)
        .join(Canteen, Canteen.id == Finding.canteen_id)
        .where(
            Finding.state == FindingState.OPEN.value,
            Finding.due_on <= day,
            Finding.responsible_id.is_not(None),
        )
        .order_by(Finding.id)
    )
    return [FindingView(row, canteen) for row, canteen in rows]
