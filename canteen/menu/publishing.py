"""What stands against publishing a menu, and what a manager should know: pure rules beside `policies`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from backend.dates import day_text
from canteen.menu.models import Period
from canteen.menu.policies import PERIOD_ORDER, PeriodRules, instants_of
from canteen.menu.titles import PERIOD_NAMES


class Finding(StrEnum):
    """What publishing may find. The last three only warn."""

    NO_DISH = "no_dish"
    PRICE_MISSING = "price_missing"
    ALLERGENS_UNDECLARED = "allergens_undeclared"
    DISH_INACTIVE = "dish_inactive"
    PERIOD_NOT_CONFIGURED = "period_not_configured"
    CLOSED_DAY = "closed_day"
    CUTOFF_PASSED = "cutoff_passed"
    REPEATED_SAME_DAY = "repeated_same_day"
    REPEATED_RECENTLY = "repeated_recently"
    CALENDAR_PROVISIONAL = "calendar_provisional"


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about one meal, or about one of its dishes."""

    served_on: date
    period: str
    finding: Finding
    msg: str
    dish_id: int | None = None
    dish: str | None = None

    def as_data(self) -> dict[str, object]:
        """The shape on the wire."""
        return {
            "date": self.served_on.isoformat(),
            "period": self.period,
            "dish_id": self.dish_id,
            "dish": self.dish,
            "problem": self.finding.value,
            "msg": self.msg,
        }


@dataclass(frozen=True, slots=True)
class DishFacts:
    """What publishing asks of a dish."""

    dish_id: int
    name: str
    price_fen: int | None
    allergens: Sequence[str] | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class MealFacts:
    """What publishing asks of a meal."""

    served_on: date
    period: str
    dishes: Sequence[DishFacts]

    @property
    def name(self) -> str:
        """`11月24日午餐`, for a sentence."""
        return f"{day_text(self.served_on)}{PERIOD_NAMES[Period(self.period)]}"

    def problem(self, finding: Finding, text: str, dish: DishFacts | None = None) -> Problem:
        """A finding about this meal, or about one of its dishes."""
        subject = f"{self.name}「{dish.name}」" if dish else self.name
        return Problem(
            self.served_on,
            self.period,
            finding,
            f"{subject}{text}",
            dish.dish_id if dish else None,
            dish.name if dish else None,
        )


@dataclass(frozen=True, slots=True)
class ServedDish:
    """A dish on a meal of any state."""

    meal_id: int
    served_on: date
    period: str
    dish_id: int


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Whether a canteen serves on a day. `name` is the holiday's, if it is one."""

    is_open: bool
    is_provisional: bool
    name: str


def dish_problems(meal: MealFacts) -> list[Problem]:
    """What stands against offering the meal's dishes."""
    checks: tuple[tuple[Finding, str, Callable[[DishFacts], bool]], ...] = (
        (Finding.DISH_INACTIVE, "已停用", lambda dish: not dish.is_active),
        (Finding.PRICE_MISSING, "尚未定价", lambda dish: dish.price_fen is None),
        (Finding.ALLERGENS_UNDECLARED, "尚未申报过敏原", lambda dish: dish.allergens is None),
    )
    found = [
        meal.problem(finding, text, dish)
        for dish in meal.dishes
        for finding, text, is_wrong in checks
        if is_wrong(dish)
    ]
    return found if meal.dishes else [meal.problem(Finding.NO_DISH, "没有菜品")]


def publishing_problems(
    meal: MealFacts, rules: PeriodRules | None, day: OpenDay, now: datetime
) -> list[Problem]:
    """What stands against publishing a meal. `rules` None: the canteen does not serve the period."""
    problems = dish_problems(meal)
    if not day.is_open:
        reason = f"（{day.name}）" if day.name else ""
        problems.append(meal.problem(Finding.CLOSED_DAY, f"当日食堂不开放{reason}"))
    if rules is None:
        problems.append(meal.problem(Finding.PERIOD_NOT_CONFIGURED, "的餐别未设置或已停用"))
    elif instants_of(rules, meal.served_on).order_closes_at <= now:
        problems.append(meal.problem(Finding.CUTOFF_PASSED, "已过订餐截止时间"))
    return problems


def publishing_warnings(
    meal: MealFacts, day: OpenDay, served: Iterable[ServedDish], *, repeat_days: int
) -> list[Problem]:
    """What a manager should know before publishing a meal: repeated dishes, and a day that may yet close.

    `served` has the dishes of the canteen's meals around, this one included; one that was served up to
    `repeat_days` before is repeated.
    """
    recently = timedelta(days=repeat_days)
    others: dict[int, list[tuple[date, str]]] = {}
    for one in served:
        others.setdefault(one.dish_id, []).append((one.served_on, one.period))
    warnings = []
    if day.is_provisional:
        warnings.append(
            meal.problem(Finding.CALENDAR_PROVISIONAL, "所在年份的放假安排尚未公布，暂按周末推算")
        )
    for dish in meal.dishes:
        standing = sorted(others.get(dish.dish_id, ()), key=lambda one: (one[0], PERIOD_ORDER[one[1]]))
        same = [period for on, period in standing if on == meal.served_on and period != meal.period]
        recent = [on for on, _ in standing if meal.served_on - recently <= on < meal.served_on]
        if same:
            names = "、".join(PERIOD_NAMES[Period(period)] for period in same)
            warnings.append(meal.problem(Finding.REPEATED_SAME_DAY, f"当日{names}也有", dish))
        if recent:
            last = recent[-1]
            warnings.append(meal.problem(Finding.REPEATED_RECENTLY, f"{day_text(last)}刚供应过", dish))
    return warnings
