"""What copying a week of menus would do: a pure plan, made before anything is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from backend.dates import day_text
from canteen.menu.models import Period
from canteen.menu.policies import WantedLine
from canteen.menu.publishing import OpenDay
from canteen.menu.titles import PERIOD_NAMES


class SkipReason(StrEnum):
    """Why nothing was copied to a day, or to one of its periods."""

    PAST = "past"
    CLOSED = "closed"
    EMPTY = "empty"
    EXISTS = "exists"
    PERIOD_NOT_CONFIGURED = "period_not_configured"


_REASONS: Final[Mapping[SkipReason, str]] = {
    SkipReason.PAST: "日期已过",
    SkipReason.CLOSED: "食堂不开放",
    SkipReason.EMPTY: "来源周没有可复制的菜品",
    SkipReason.EXISTS: "已有菜单，保留原样",
    SkipReason.PERIOD_NOT_CONFIGURED: "餐别未设置或已停用",
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day of the target week, or one of its periods, to which nothing was copied.

    `name` is the holiday's; 休息日 for a closed day without one.
    """

    served_on: date
    period: str | None
    reason: SkipReason
    name: str

    @property
    def msg(self) -> str:
        """`10月1日（国庆节）：食堂不开放`, for a person."""
        name = f"（{self.name}）" if self.name else ""
        return f"{_meal(self.served_on, self.period)}{name}：{_REASONS[self.reason]}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A dish that was not copied, because it is no longer active."""

    served_on: date
    period: str
    dish_id: int
    dish: str

    @property
    def msg(self) -> str:
        """`11月24日午餐「红烧肉」已停用，未复制`, for a person."""
        return f"{_meal(self.served_on, self.period)}「{self.dish}」已停用，未复制"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A dish of a meal that is copied."""

    dish_id: int
    name: str
    cap: int | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class SourceMeal:
    """A meal that is copied."""

    period: str
    lines: Sequence[SourceLine]


@dataclass(frozen=True, slots=True)
class PlannedMeal:
    """A draft that is to be made."""

    served_on: date
    period: str
    lines: Sequence[WantedLine]

    @property
    def msg(self) -> str:
        """`11月24日午餐：12 道菜`, for a person."""
        return f"{_meal(self.served_on, self.period)}：{len(self.lines)} 道菜"


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What copying a week does. `is_provisional`: the calendar of some target day is not published yet."""

    created: Sequence[PlannedMeal]
    skipped: Sequence[Skipped]
    left_out: Sequence[LeftOut]
    is_provisional: bool


def plan_copy(
    source: Mapping[int, Sequence[SourceMeal]],
    target: Sequence[tuple[date, OpenDay]],
    *,
    standing: Collection[tuple[date, str]],
    served: Collection[tuple[date, str]],
    today: date,
) -> CopyPlan:
    """Copy weekday by weekday: `source` has the meals of a weekday (0 Monday), in the day's order.

    `target` has the seven days from Monday; `standing` the (date, period) that are there already,
    and `served` those that the canteen serves.
    """
    created: list[PlannedMeal] = []
    skipped: list[Skipped] = []
    left_out: list[LeftOut] = []
    for weekday, (served_on, day) in enumerate(target):
        meals = source.get(weekday, ())
        reason = _reason_to_skip(served_on, day, today, meals)
        if reason is not None:
            name = day.name or ("" if day.is_open else "休息日")
            skipped.append(Skipped(served_on, None, reason, name))
            continue
        for meal in meals:
            lines = [WantedLine(line.dish_id, line.cap) for line in meal.lines if line.is_active]
            if (served_on, meal.period) in standing:
                skipped.append(Skipped(served_on, meal.period, SkipReason.EXISTS, day.name))
                continue
            if (served_on, meal.period) not in served:
                skipped.append(Skipped(served_on, meal.period, SkipReason.PERIOD_NOT_CONFIGURED, day.name))
                continue
            left_out += [
                LeftOut(served_on, meal.period, line.dish_id, line.name)
                for line in meal.lines
                if not line.is_active
            ]
            if lines:
                created.append(PlannedMeal(served_on, meal.period, lines))
            else:
                skipped.append(Skipped(served_on, meal.period, SkipReason.EMPTY, day.name))
    return CopyPlan(created, skipped, left_out, any(day.is_provisional for _, day in target))


def without_lost(plan: CopyPlan, made: Collection[tuple[date, str]]) -> CopyPlan:
    """The plan when only some of its meals could be made, because others came first: those are kept."""
    lost = [meal for meal in plan.created if (meal.served_on, meal.period) not in made]
    return replace(
        plan,
        created=[meal for meal in plan.created if meal not in lost],
        skipped=[
            *plan.skipped,
            *(Skipped(meal.served_on, meal.period, SkipReason.EXISTS, "") for meal in lost),
        ],
    )


def _meal(served_on: date, period: str | None) -> str:
    name = PERIOD_NAMES[Period(period)] if period else ""
    return f"{day_text(served_on)}{name}"


def _reason_to_skip(
    served_on: date, day: OpenDay, today: date, meals: Sequence[SourceMeal]
) -> SkipReason | None:
    if served_on < today:
        return SkipReason.PAST
    if not day.is_open:
        return SkipReason.CLOSED
    return None if meals else SkipReason.EMPTY
