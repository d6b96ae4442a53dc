"""The sentence under a forecast: which numbers it comes from."""

from typing import Protocol

from canteen.production.forecasts.methods import Beside, DayFacts, Estimate, Kind
from canteen.production.forecasts.models import Method
from canteen.production.forecasts.policies import Range, rounded
from canteen.production.forecasts.servings import Serving
from canteen.production.forecasts.titles import BESIDE_NAMES, BORROWED_NAMES, KIND_NAMES, WEEKDAY_NAMES


class Said(Protocol):
    """How an expectation came about."""

    @property
    def method(self) -> Method:
        """Where it comes from."""

    @property
    def estimate(self) -> Estimate | None:
        """What the history says; None without one."""


# A factor nearer to one than this changes nobody's mind.
_NO_EFFECT = 0.005


def of_meal(
    day: DayFacts, said: Said, booked: int | None, found: Range, level_percent: int, *, is_closed: bool
) -> str:
    """Of a meal, e.g. `已订 312 份，近 10 次实到约为预订的 94%，…，预计 301 人，按 80% 保障率备 312 份`."""
    method, estimate = said.method, said.estimate
    parts: list[str] = []
    if booked is not None:
        parts.append(f"已订 {booked} 份" if is_closed else f"订餐尚未截止，已订 {booked} 份")
    if method is Method.BOOKINGS or estimate is None:
        parts.append("尚无以往用餐记录，以预订数为准")
    else:
        parts += _ratio(method, estimate) + _weekday(day, method, estimate)
        if day.beside is not Beside.NEITHER and abs(estimate.factor - 1) >= _NO_EFFECT:
            parts.append(f"{BESIDE_NAMES[day.beside]}按 {estimate.factor:.2f} 调整")
    parts.append(f"预计 {found.expected} 人")
    parts.append(f"按 {level_percent}% 保障率备 {found.chosen} 份")
    return "，".join(parts)


def _ratio(method: Method, estimate: Estimate) -> list[str]:
    if method is not Method.RATIO or estimate.ratio is None:
        return []
    parts = [f"近 {estimate.ratios} 次实到约为预订的 {rounded(estimate.ratio * 100)}%"]
    if walk_ins := rounded(estimate.walk_ins):
        parts.append(f"另有未订就餐约 {walk_ins} 人")
    return parts


def _weekday(day: DayFacts, method: Method, estimate: Estimate) -> list[str]:
    if estimate.of_weekday is None:
        return []
    name = KIND_NAMES[day.kind] if day.kind is not Kind.ORDINARY else WEEKDAY_NAMES[day.on.weekday()]
    if estimate.is_borrowed:
        name = BORROWED_NAMES[day.kind]
    text = f"近 {estimate.alike} 个{name}中位 {rounded(estimate.of_weekday)} 人"
    if method is Method.RATIO:
        percent = 100 - rounded(estimate.mixing * 100)
        text += f"（占 {percent}%）" if percent else "（相差过大，不采用）"
    return [text]


def of_dish(serving: Serving, booked: int | None, found: Range) -> str:
    """Of a dish, e.g. `已订 120 份，近 9 次实取为预订的 97%，备 121 份`."""
    if serving.is_by_ratio:
        percent = rounded(serving.rate * 100)
        if serving.meals:
            why = f"近 {serving.meals} 次供应实取约为预订的 {percent}%"
        else:
            why = f"首次供应，按本餐实到比例 {percent}%"
        return f"已订 {rounded((booked or 0) / 100)} 份，{why}，备 {found.chosen} 份"
    percent = rounded(serving.rate * 100)
    why = f"近 {serving.meals} 次供应" if serving.meals else "同类菜品"
    return f"{why}每百人约取 {percent} 份，备 {found.chosen} 份"
