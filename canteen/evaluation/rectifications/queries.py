"""Reads of rectifications: managers see all of them, a unit's reporters their own unit's."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.evaluation import people
from canteen.evaluation.rectifications import policies
from canteen.evaluation.rectifications.errors import RectificationNotFound
from canteen.evaluation.rectifications.models import (
    ExtensionState,
    Origin,
    Rectification,
    RectificationAttempt,
    RectificationExtension,
    RectificationItem,
    RectificationStep,
    State,
)
from canteen.evaluation.rectifications.policies import Step
from canteen.evaluation.rectifications.rules import REMINDER_DAYS
from canteen.evaluation.units.models import Unit

_LIVE = [state.value for state in policies.LIVE]


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationRow:
    """A rectification as a list shows it."""

    id: int
    unit_id: int
    unit_name: str
    origin: str
    origin_id: int | None
    title: str
    state: str
    due_on: date
    first_due_on: date
    failures: int
    opened_at: datetime
    opened_by_name: str
    ended_at: datetime | None
    in_time: bool | None
    has_extension: bool

    @property
    def state_name(self) -> str:
        """整改中, 待复查 …"""
        return policies.STATE_NAMES[State(self.state)]

    @property
    def origin_name(self) -> str:
        """现场抽查, 季度评估 or 日常发现."""
        return policies.ORIGIN_NAMES[Origin(self.origin)]

    @property
    def is_overdue(self) -> bool:
        """Whether the unit should have put it right by now."""
        return policies.is_overdue(self.state, self.due_on, clock.today())


@dataclass(frozen=True, slots=True)
class Measure:
    """What was done about the item at this position."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class AttemptView:
    """A report of the unit, and its re-check."""

    attempt: RectificationAttempt
    photos: Sequence[PhotoLinks]

    @property
    def measures(self) -> list[Measure]:
        """What was done, item by item."""
        return [Measure(int(position), text) for position, text in self.attempt.measures.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationView(RectificationRow):
    """All of a rectification. `can` are the steps that the reader may take now."""

    revision: int
    demand: str
    escalated_at: datetime | None
    problems: Sequence[RectificationItem] = ()
    attempts: Sequence[AttemptView] = ()
    extensions: Sequence[RectificationExtension] = ()
    steps: Sequence[RectificationStep] = ()
    can: Sequence[Step] = field(default=())


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How many fell due, and how many of them were put right in time."""

    due: int
    in_time: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How the rectifications stand; `open` are with the units, `to_check` wait for their re-check."""

    open: int
    to_check: int
    overdue: int
    due_soon: int
    extensions: int
    escalated: int
    closed_this_year: int


@dataclass(frozen=True, slots=True)
class Tally:
    """A unit's rectifications that were opened in a year; withdrawn ones are left out."""

    opened: int = 0
    closed: int = 0
    in_time: int = 0
    overdue: int = 0
    escalated: int = 0


def page_rectifications(
    actor: Actor,
    *,
    state: State | None = None,
    unit_id: int | None = None,
    is_overdue: bool = False,
    year: int | None = None,
    page: int,
    page_size: int,
) -> Page:
    """All rectifications as rows, what is due first at the head. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    statement = _rows(state=state, is_overdue=is_overdue, year=year)
    if unit_id is not None:
        statement = statement.where(Rectification.unit_id == unit_id)
    return _page(statement, page, page_size)


def page_mine(actor: Actor, *, state: State | None = None, page: int, page_size: int) -> Page:
    """Those of the units for which the actor reports."""
    own = people.spoken_for_by(actor)
    return _page(_rows(state=state).where(own), page, page_size)


def list_rows(actor: Actor, *, year: int) -> list[RectificationRow]:
    """Those that were opened in a year, for the register (问题台账). Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    rows = db.session.execute(_rows(year=year).order_by(Rectification.id))
    return [RectificationRow(**row) for row in rows.mappings()]


def get_rectification(actor: Actor, rectification_id: int) -> RectificationView:
    """All of one; seven statements. Raises RectificationNotFound for what the actor may not know of."""
    row = (
        db.session.execute(
            _rows().add_columns(
                Rectification.revision, Rectification.demand, Rectification.escalated_at
            ).where(Rectification.id == rectification_id, visible_to(actor))
        )
        .mappings()
        .one_or_none()
    )  # fmt: skip
    if row is None:
        raise RectificationNotFound
    attempts = _of(RectificationAttempt, rectification_id, RectificationAttempt.number)
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [each.id for each in attempts])
    return RectificationView(
        **row,
        problems=_of(RectificationItem, rectification_id, RectificationItem.position),
        attempts=[AttemptView(each, photos.get(each.id, [])) for each in attempts],
        extensions=_of(RectificationExtension, rectification_id, RectificationExtension.id),
        steps=_of(RectificationStep, rectification_id, RectificationStep.id),
        can=_steps(actor, row["unit_id"], row["state"], has_extension=row["has_extension"]),
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """What the actor may know of, as a condition on units."""
    if actor.reach(Permission.EVALUATION_MANAGE).everywhere:
        return true()
    return people.spoken_for_by(actor)


def positions_of(rectification_id: int) -> list[int]:
    """The positions of its items."""
    return [each.position for each in _of(RectificationItem, rectification_id, RectificationItem.position)]


def last_attempt(rectification_id: int) -> RectificationAttempt | None:
    """What the unit reported last."""
    found = _of(RectificationAttempt, rectification_id, RectificationAttempt.number)
    return found[-1] if found else None


def extension_asked_by(rectification_id: int) -> int | None:
    """Who asked for the time that nobody has decided about; None if nobody did."""
    return db.session.scalar(
        select(RectificationExtension.asked_by).where(
            RectificationExtension.rectification_id == rectification_id,
            RectificationExtension.state == ExtensionState.WAITING.value,
        )
    )


def of_origin(origin: Origin, origin_id: int) -> list[int]:
    """The rectifications that came from it."""
    return list(
        db.session.scalars(
            select(Rectification.id)
            .where(Rectification.origin == origin.value, Rectification.origin_id == origin_id)
            .order_by(Rectification.id)
        )
    )


def due_by(day: date) -> list[Rectification]:
    """Those with their units whose deadline is that day or an earlier one."""
    return list(
        db.session.scalars(
            select(Rectification)
            .where(Rectification.state.in_(_LIVE), Rectification.due_on <= day)
            .order_by(Rectification.id)
        )
    )


def timeliness(unit_ids: Collection[int], from_on: date, until_on: date) -> dict[int, Timeliness]:
    """Per unit, what fell due in [from_on, until_on], both included, and what of it was put right in time.

    Due is what has passed its deadline or its re-check, and was not withdrawn; what was reported in time and
    waits for its re-check is left out until then. Units without any are left out. One statement.
    """
    reported = (
        select(func.max(RectificationAttempt.reported_at))
        .where(RectificationAttempt.rectification_id == Rectification.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Rectification.unit_id, Rectification.state, Rectification.due_on, Rectification.in_time, reported
        ).where(
            Rectification.unit_id.in_(unit_ids),
            Rectification.due_on.between(from_on, until_on),
            Rectification.state != State.WITHDRAWN.value,
        )
    )
    found: dict[int, list[bool]] = defaultdict(list)
    today = clock.today()
    for unit_id, state, due_on, in_time, reported_at in rows:
        waits = state == State.REPORTED and policies.is_in_time(clock.local(reported_at).date(), due_on)
        if not waits and (due_on < today or state == State.CLOSED):
            found[unit_id].append(bool(in_time))
    return {unit_id: Timeliness(len(each), sum(each)) for unit_id, each in found.items()}


def counts(actor: Actor) -> Counts:
    """How they stand today, for the dashboard; two statements. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    today = clock.today()
    soon = today + timedelta(days=rule_queries.value(REMINDER_DAYS))
    live = Rectification.state.in_(_LIVE)

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    year_began = clock.at_local(date(today.year, 1, 1), datetime.min.time())
    row = db.session.execute(
        select(
            number(live),
            number(Rectification.state == State.REPORTED.value),
            number(and_(live, Rectification.due_on < today)),
            number(and_(live, Rectification.due_on.between(today, soon))),
            number(Rectification.state == State.ESCALATED.value),
            number(and_(Rectification.state == State.CLOSED.value, Rectification.ended_at >= year_began)),
        )
    ).one()
    waiting = (
        db.session.scalar(
            select(func.count()).where(RectificationExtension.state == ExtensionState.WAITING.value)
        )
        or 0
    )
    open_, to_check, overdue, due_soon, escalated, closed = map(int, row)
    return Counts(open_, to_check, overdue, due_soon, int(waiting), escalated, closed)


def of_units(year: int) -> dict[int, Tally]:
    """Per unit, how the rectifications that were opened in a year stand; one statement."""
    today = clock.today()
    rows = db.session.execute(
        select(
            Rectification.unit_id,
            Rectification.state,
            Rectification.due_on,
            Rectification.in_time,
            Rectification.escalated_at,
        ).where(_opened_in(year), Rectification.state != State.WITHDRAWN.value)
    )
    found: dict[int, list[tuple[bool, bool, bool, bool]]] = defaultdict(list)
    for unit_id, state, due_on, in_time, escalated_at in rows:
        found[unit_id].append(
            (
                state == State.CLOSED,
                bool(in_time),
                policies.is_overdue(state, due_on, today),
                escalated_at is not None,
            )
        )
    return {unit_id: Tally(len(each), *map(sum, zip(*each, strict=True))) for unit_id, each in found.items()}


def _steps(actor: Actor, unit_id: int, state: str, *, has_extension: bool) -> list[Step]:
    manages = actor.reach(Permission.EVALUATION_MANAGE).everywhere
    speaks = people.speaks_for(actor, unit_id)
    possible = [step for step, (before, _) in policies.TRANSITIONS.items() if state in before]
    hidden = {Step.EXTEND} if has_extension else {Step.GRANT, Step.REFUSE}
    return [
        step
        for step in possible
        if step not in hidden and (speaks if step in policies.UNIT_STEPS else manages)
    ]


def _rows(*, state: State | None = None, is_overdue: bool = False, year: int | None = None) -> Select[Any]:
    waiting = (
        select(RectificationExtension.id)
        .where(
            RectificationExtension.rectification_id == Rectification.id,
            RectificationExtension.state == ExtensionState.WAITING.value,
        )
        .exists()
    )
    names = (
        *("id", "unit_id", "origin", "origin_id", "title", "state", "due_on", "first_due_on", "failures"),
        *("opened_at", "opened_by_name", "ended_at", "in_time"),
    )
    statement = select(
        *(getattr(Rectification, name) for name in names),
        Unit.name.label("unit_name"),
        waiting.label("has_extension"),
    ).join(Unit, Unit.id == Rectification.unit_id)
    if state is not None:
        statement = statement.where(Rectification.state == state.value)
    if is_overdue:
        statement = statement.where(Rectification.state.in_(_LIVE), Rectification.due_on < clock.today())
    return statement.where(_opened_in(year)) if year is not None else statement


def _opened_in(year: int) -> ColumnElement[bool]:
    first, next_first = (clock.at_local(date(each, 1, 1), datetime.min.time()) for each in (year, year + 1))
    return and_(Rectification.opened_at >= first, Rectification.opened_at < next_first)


def _page(statement: Select[Any], page: int, page_size: int) -> Page:
    ended = case((Rectification.ended_at.is_(None), 0), else_=1)
    ordered = statement.order_by(ended, Rectification.due_on, Rectification.id)
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page([RectificationRow(**row._mapping) for row in found.rows], found.total, page, page_size)


def _of(model: Any, rectification_id: int, order: Any) -> list[Any]:
    return list(
        db.session.scalars(select(model).where(model.rectification_id == rectification_id).order_by(order))
    )
