"""A canteen's week at a glance, for its managers: days across, periods down."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Calendar, Day, DayKind
from canteen.menu import checking, policies, queries
from canteen.menu.models import Meal, MealDish, MealState, Period
from canteen.menu.publishing import Problem
from canteen.menu.queries import ManagedMeal

_ONE_WEEK: Final = timedelta(days=7)
# How many weeks before and after the one shown are offered as sources of a copy.
_SOURCES_BEFORE, _SOURCES_AFTER = 12, 2


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week. `note` is the holiday's name or the like, empty on an ordinary workday."""

    on_date: date
    is_open: bool
    is_past: bool
    is_today: bool
    note: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One period on one day. `is_served`: the period's rules say that it is served; then one may plan it."""

    day: WeekDay
    period: str
    is_served: bool
    managed: ManagedMeal | None
    problems: Sequence[Problem]
    warnings: Sequence[Problem]

    @property
    def state(self) -> str:
        """The meal's state; empty if there is no meal."""
        return self.managed.meal.state if self.managed else ""

    @property
    def is_editable(self) -> bool:
        """Whether its dishes may still be changed, or a menu may be made."""
        if self.day.is_past or self.state == MealState.FROZEN:
            return False
        return self.managed is not None or self.is_served

    @property
    def revision(self) -> int:
        """What a change must name as seen; 0 if there is no meal."""
        return self.managed.meal.revision if self.managed else 0


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period over the days of the week."""

    period: str
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Week:
    """A canteen's week, from Monday."""

    canteen_id: int
    canteen: str
    days: Sequence[WeekDay]
    rows: Sequence[PeriodRow]

    @property
    def monday(self) -> date:
        """Its first day."""
        return self.days[0].on_date

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.days[-1].on_date

    @property
    def cells(self) -> list[Cell]:
        """All of them, period by period."""
        return [cell for row in self.rows for cell in row.cells]

    def has_meals(self, day: WeekDay) -> bool:
        """Whether any menu was made for a day."""
        return any(cell.managed for cell in self.cells if cell.day is day)

    def count(self, state: str) -> int:
        """How many meals are in a state."""
        return sum(cell.state == state for cell in self.cells)


@dataclass(frozen=True, slots=True)
class SourceWeek:
    """A week with menus that another may be copied from."""

    monday: date
    meals: int

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)


def get_week(actor: Actor, canteen_id: int, on_date: date) -> Week:
    """The week in which a day lies, with what publishing its drafts would find. Raises CanteenNotFound."""
    canteen = queries.get_canteen(canteen_id)
    policies.ensure_reads(actor, canteen)
    dates = Calendar.week_of(on_date)
    meals = queries.meals_between(canteen_id, dates[0], dates[-1])
    days = _days(canteen_id, dates)
    problems, warnings = _findings(canteen_id, meals)
    return Week(canteen_id, canteen.name, days, _rows(canteen_id, days, meals, problems, warnings))


def get_cell(actor: Actor, canteen_id: int, on_date: date, period: Period) -> Cell:
    """One cell of the week, without findings. Raises CanteenNotFound."""
    policies.ensure_reads(actor, queries.get_canteen(canteen_id))
    (day,) = _days(canteen_id, [on_date])
    meals = queries.meals_between(canteen_id, on_date, on_date)
    managed = next((one for one in meals if one.meal.period == period), None)
    is_served = day.is_open and period.value in queries.served_rules(canteen_id, on_date)
    return Cell(day, period.value, is_served, managed, [], [])


def source_weeks(canteen_id: int, on_date: date) -> list[SourceWeek]:
    """The weeks around that of `on_date`, without it, that have menus; the nearest before it comes first."""
    monday = Calendar.week_of(on_date)[0]
    first_on, until_on = monday - _SOURCES_BEFORE * _ONE_WEEK, monday + (_SOURCES_AFTER + 1) * _ONE_WEEK
    rows = db.session.execute(
        select(Meal.served_on, func.count(Meal.id.distinct()))
        .join(MealDish, MealDish.meal_id == Meal.id)
        .where(Meal.canteen_id == canteen_id, Meal.served_on >= first_on, Meal.served_on < until_on)
        .group_by(Meal.served_on)
    )
    counts: dict[date, int] = {}
    for served_on, meals in rows:
        of_week = served_on - timedelta(days=served_on.weekday())
        counts[of_week] = counts.get(of_week, 0) + meals
    counts.pop(monday, None)
    found = [SourceWeek(*pair) for pair in counts.items()]
    return sorted(found, key=lambda one: (one.monday > monday, abs(one.monday - monday)))


def _days(canteen_id: int, dates: Sequence[date]) -> list[WeekDay]:
    calendar, today = workday_queries.calendar_for(dates[0], dates[-1]), clock.today()
    return [
        WeekDay(
            on_date,
            queries.day_of(calendar, canteen_id, on_date).is_open,
            on_date < today,
            on_date == today,
            _note(calendar.day(on_date)),
        )
        for on_date in dates
    ]


def _note(day: Day) -> str:
    if day.kind is DayKind.MAKEUP_WORKDAY:
        return f"{day.name}调休上班"
    if day.kind is DayKind.OVERRIDE:
        return day.name or ("调整为工作日" if day.is_workday else "调整为休息")
    if not day.is_workday:
        return day.name or "休息日"
    return day.name


def _findings(
    canteen_id: int, meals: Iterable[ManagedMeal]
) -> tuple[Mapping[tuple[date, str], list[Problem]], Mapping[tuple[date, str], list[Problem]]]:
    """What stands against publishing each draft that is still to come, and what would be warned of."""
    today = clock.today()
    drafts = [
        checking.draft_of(one)
        for one in meals
        if one.meal.state == MealState.DRAFT and one.meal.served_on >= today
    ]
    if not drafts:
        return {}, {}
    found = checking.check(canteen_id, drafts, lambda ids: queries.dish_facts(canteen_id, ids))
    return _by_meal(found.problems), _by_meal(found.warnings)


def _by_meal(problems: Collection[Problem]) -> dict[tuple[date, str], list[Problem]]:
    found: dict[tuple[date, str], list[Problem]] = {}
    for one in problems:
        found.setdefault((one.served_on, one.period), []).append(one)
    return found


def _rows(
    canteen_id: int,
    days: Sequence[WeekDay],
    meals: Sequence[ManagedMeal],
    problems: Mapping[tuple[date, str], list[Problem]],
    warnings: Mapping[tuple[date, str], list[Problem]],
) -> list[PeriodRow]:
    """The periods that the canteen has on any of the days, and those with a meal."""
    standing = {(one.meal.served_on, one.meal.period): one for one in meals}
    served = {day.on_date: queries.served_rules(canteen_id, day.on_date) for day in days}
    rows = []
    for period in Period:
        cells = [
            Cell(
                day,
                period.value,
                day.is_open and period.value in served[day.on_date],
                standing.get((day.on_date, period.value)),
                problems.get((day.on_date, period.value), []),
                warnings.get((day.on_date, period.value), []),
            )
            for day in days
        ]
        if any(cell.managed or period.value in served[cell.day.on_date] for cell in cells):
            rows.append(
                PeriodRow(period.value, queries.meal_name(canteen_id, days[-1].on_date, period.value), cells)
            )
    return rows
