"""Reads of the daily controls, scoped by the actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select

from backend import clock
from backend.actor import Actor
from backend.counting import Count
from backend.db import db
from canteen.food_safety import reach
from canteen.food_safety.controls.findings import queries as findings
from canteen.food_safety.controls.findings.queries import FindingView
from canteen.food_safety.controls.models import Area, ControlAnswer, ControlItem, DailyControl, Finding
from canteen.food_safety.controls.titles import AREA_NAMES
from canteen.food_safety.hygiene import queries as kitchen
from canteen.menu import queries as menu_queries
from canteen.menu.models import Meal, MealState

NONE, OPEN, CLOSED = "none", "open", "closed"
STATE_TITLES = {NONE: "未记录", OPEN: "未完成", CLOSED: "已完成"}


@dataclass(frozen=True, slots=True)
class Template:
    """The items of a canteen: its own, or the house's."""

    is_own: bool
    items: Sequence[ControlItem]


@dataclass(frozen=True, slots=True)
class Line:
    """An item with what was found of it, if anybody looked."""

    item_id: int
    area: str
    text: str
    answer: ControlAnswer | None
    finding: Finding | None = None

    @property
    def area_name(self) -> str:
        """What it is about."""
        return AREA_NAMES[Area(self.area)]


@dataclass(frozen=True, slots=True)
class ControlDay:
    """A day of a kitchen: its items, what was found, and the problems that came of it."""

    canteen_id: int
    canteen: str
    on: date
    is_open: bool
    control: DailyControl | None
    lines: Sequence[Line]
    findings: Sequence[FindingView]

    @property
    def state(self) -> str:
        """none, open or closed."""
        return state_of(self.control)

    @property
    def state_name(self) -> str:
        """How far the day is."""
        return STATE_TITLES[self.state]

    @property
    def answered(self) -> int:
        """How many items are answered."""
        return sum(line.answer is not None for line in self.lines)

    @property
    def items(self) -> int:
        """How many there are."""
        return len(self.lines)

    @property
    def is_zero_risk(self) -> bool:
        """Whether the day is closed and nothing was found."""
        return self.control is not None and self.control.closed_at is not None and not self.control.found


@dataclass(frozen=True, slots=True)
class DayState:
    """How far a day is; a gap is a working day that is over and was not closed.

    Of a day before the kitchen's first daily control (not `has_begun`) `is_open` is false, too: nothing is
    asked of it.
    """

    on: date
    is_open: bool
    has_begun: bool
    state: str
    found: int
    closed_by_name: str
    closed_at: datetime | None

    @property
    def state_name(self) -> str:
        """How far the day is."""
        return STATE_TITLES[self.state]

    @property
    def is_zero_risk(self) -> bool:
        """Whether the day is closed and nothing was found."""
        return self.state == CLOSED and not self.found

    @property
    def is_gap(self) -> bool:
        """Whether something is missing."""
        return self.state != CLOSED and self.on < clock.today() and (self.is_open or self.state == OPEN)


def state_of(control: DailyControl | None) -> str:
    """none, open or closed."""
    if control is None:
        return NONE
    return CLOSED if control.closed_at is not None else OPEN


def template_of(canteen_id: int) -> Template:
    """The items that are answered in a kitchen, by area; one statement."""
    rows = db.session.scalars(
        select(ControlItem)
        .where(
            ControlItem.is_active,
            or_(ControlItem.canteen_id == canteen_id, ControlItem.canteen_id.is_(None)),
        )
        .order_by(ControlItem.position, ControlItem.id)
    ).all()
    own = [each for each in rows if each.canteen_id is not None]
    items = own or [each for each in rows if each.canteen_id is None]
    places = {area.value: place for place, area in enumerate(Area)}
    return Template(bool(own), sorted(items, key=lambda each: places[each.area]))


def get_template(actor: Actor, *, canteen_id: int) -> Template:
    """The items of a canteen. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    return template_of(canteen_id)


def get_day(actor: Actor, *, canteen_id: int, on: date) -> ControlDay:
    """A day of a kitchen. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    return day_of(canteen_id, on)


def day_of(canteen_id: int, on: date) -> ControlDay:
    """The same for a caller who has made sure that it may be seen."""
    canteen = menu_queries.get_canteen(canteen_id)
    control = find_control(canteen_id, on)
    answers = answers_of([control.id]) if control is not None else []
    raised = findings.of_answers([each.id for each in answers])
    by_item = {each.item_id: each for each in answers}
    lines = [Line(each.item_id, each.area, each.text, each, raised.get(each.id)) for each in answers]
    if state_of(control) != CLOSED:
        lines = [
            Line(item.id, item.area, item.text, by_item.get(item.id), _raised(raised, by_item.get(item.id)))
            for item in template_of(canteen_id).items
        ]
    is_open = kitchen.open_days(canteen_id, on, on)[on]
    views = [
        FindingView(line.finding, canteen.name)
        for line in lines
        if line.finding is not None and not line.finding.is_withdrawn
    ]
    return ControlDay(canteen_id, canteen.name, on, is_open, control, lines, views)


def _raised(raised: dict[int, Finding], answer: ControlAnswer | None) -> Finding | None:
    return raised.get(answer.id) if answer is not None else None


def find_control(canteen_id: int, on: date) -> DailyControl | None:
    """The daily control of a day, or None."""
    return db.session.scalars(
        select(DailyControl).where(DailyControl.canteen_id == canteen_id, DailyControl.on_date == on)
    ).one_or_none()


def answers_of(control_ids: Collection[int]) -> Sequence[ControlAnswer]:
    """The answers of these days, in the order of the items."""
    return db.session.scalars(
        select(ControlAnswer)
        .join(ControlItem, ControlItem.id == ControlAnswer.item_id)
        .where(ControlAnswer.control_id.in_(control_ids))
        .order_by(ControlAnswer.control_id, ControlItem.position, ControlItem.id)
    ).all()


def list_days(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> list[DayState]:
    """How far these days are, the first one first. Raises CanteenNotFound or InvalidDateRange."""
    reach.get_canteen(actor, canteen_id)
    kitchen.ensure_range(from_on, until_on)
    return days_of(canteen_id, from_on, until_on)


def days_of(canteen_id: int, from_on: date, until_on: date) -> list[DayState]:
    """The same for a caller who has made sure that they may be seen.

    Before a kitchen's first daily control no day is missing: it had not begun to keep them.
    """
    rows = db.session.scalars(
        select(DailyControl).where(
            DailyControl.canteen_id == canteen_id, DailyControl.on_date.between(from_on, until_on)
        )
    )
    controls = {each.on_date: each for each in rows}
    first = db.session.scalar(
        select(func.min(DailyControl.on_date)).where(DailyControl.canteen_id == canteen_id)
    )
    begun = first or date.max
    return [
        _day_state(day, is_open and day >= begun, day >= begun, controls.get(day))
        for day, is_open in kitchen.open_days(canteen_id, from_on, until_on).items()
    ]


def unclosed(canteen_id: int, from_on: date, until_on: date) -> Count:
    """A count of the days [from_on, until_on] with meals whose daily control is not closed; unscoped.

    As in `days_of`, none is missing before the first one.
    """
    begun = select(func.min(DailyControl.on_date)).where(DailyControl.canteen_id == canteen_id)
    closed = select(DailyControl.id).where(
        DailyControl.canteen_id == canteen_id,
        DailyControl.on_date == Meal.served_on,
        DailyControl.closed_at.is_not(None),
    )
    return select(func.count(Meal.served_on.distinct())).where(
        Meal.canteen_id == canteen_id,
        Meal.served_on.between(from_on, until_on),
        Meal.served_on >= begun.scalar_subquery(),
        Meal.state != MealState.DRAFT.value,
        ~closed.exists(),
    )


def _day_state(day: date, is_open: bool, has_begun: bool, control: DailyControl | None) -> DayState:
    if control is None:
        return DayState(day, is_open, has_begun, NONE, 0, "", None)
    found, by_name, at = control.found, control.closed_by_name, control.closed_at
    return DayState(day, is_open, has_begun, state_of(control), found, by_name, at)
