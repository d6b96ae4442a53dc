"""What a dish is worth to a week, what a week comes to, and in which words. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median_low
from typing import Final, TypeVar

from backend.dates import day_text
from backend.money import yuan
from canteen.advice.weeks.drafts import DAILY, MAIN, Candidate, MealSlot, portions_of
from canteen.advice.weeks.errors import ProposalDecided
from canteen.advice.weeks.models import ProposalState
from canteen.menu.models import Category, Tag
from canteen.menu.titles import CATEGORY_NAMES

N = TypeVar("N", int, Fraction)

MOST_POINTS: Final = 100
# Where nothing is known: neither for it nor against it.
UNKNOWN: Final = 50
# A dish that was not served for so long is as fresh as it gets.
FRESH_DAYS: Final = 28
# From such a share of leftovers on a dish has no points for it.
WORST_LEFT: Final = Fraction(40, 100)
MOST_REASONS: Final = 4
_GOOD: Final = 65

STATE_NAMES: Final = {
    ProposalState.OPEN: "待处理",
    ProposalState.ADOPTED: "已采用",
    ProposalState.DISMISSED: "已放弃",
}
OBJECTIVE: Final = (
    "在间隔天数、清真与素食、过敏原已声明等条件内，使各菜得分之和最高：得分按评价、剩余、受欢迎程度、应季、成本、"
    "间隔加权，主料或做法重复时减分，超出成本上限的每 1 % 另减分。先逐餐择优，再反复调换改进。"
)


def ensure_open(state: str) -> None:
    """Raise ProposalDecided for a proposal that nobody may decide about any more."""
    if state != ProposalState.OPEN:
        raise ProposalDecided


@dataclass(frozen=True, slots=True)
class DishRecord:
    """What is known of a dish when a week is suggested.

    `meals` are the periods that it may be served at, `taken` the centi-portions that were taken of it at
    `offered` meals. `rating` is the mean of `ratings` scores, `left` the share left over; None where too
    little is known. `seasonal` are its ingredients that have a season, and whether it is theirs.
    """

    dish_id: int
    name: str
    category: str
    tags: Collection[str]
    allergens: Sequence[str]
    weight_g: int
    meals: frozenset[str]
    cap: int | None = None
    cost_fen: int | None = None
    offered: int = 0
    taken: int = 0
    last_on: date | None = None
    rating: Decimal | None = None
    ratings: int = 0
    left: Fraction | None = None
    main: str = ""
    method: str = ""
    seasonal: Sequence[str] = ()
    is_in_season: bool | None = None
    is_halal: bool | None = None

    @property
    def serves_halal(self) -> bool:
        """Whether it is declared 清真 and no ingredient of its recipe contradicts that."""
        return Tag.HALAL.value in self.tags and self.is_halal is not False

    @property
    def demand(self) -> int | None:
        """Centi-portions per meal at which it was offered."""
        return self.taken // self.offered if self.offered and self.taken else None


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual of a category: the middle of its costs and of its demands; None where none is known."""

    cost_fen: int | None
    demand: int | None
    left: Fraction | None


def usual_of(records: Iterable[DishRecord]) -> dict[str, Usual]:
    """By category; medians, which a single odd dish does not move."""
    of: dict[str, list[DishRecord]] = {}
    for record in records:
        of.setdefault(record.category, []).append(record)
    return {
        category: Usual(
            _middle(one.cost_fen for one in those),
            _middle(one.demand for one in those),
            _middle(one.left for one in those),
        )
        for category, those in of.items()
    }


def _middle(values: Iterable[N | None]) -> N | None:
    known = [value for value in values if value is not None]
    return median_low(known) if known else None


def points_of(record: DishRecord, usual: Usual, on_date: date) -> dict[str, int]:
    """0 to 100 for each thing that counts, by the names of the weights."""
    return {
        "rating": _clamp((record.rating - 1) * 25) if record.rating is not None else UNKNOWN,
        "leftover": (
            _clamp(MOST_POINTS * (1 - record.left / WORST_LEFT)) if record.left is not None else UNKNOWN
        ),
        "popularity": _against(record.demand, usual.demand, is_more_better=True),
        "season": {True: MOST_POINTS, False: 0, None: UNKNOWN}[record.is_in_season],
        "cost": _against(record.cost_fen, usual.cost_fen, is_more_better=False),
        "freshness": (
            MOST_POINTS
            if record.last_on is None
            else min((on_date - record.last_on).days, FRESH_DAYS) * MOST_POINTS // FRESH_DAYS
        ),
    }


def _against(value: int | None, usual: int | None, *, is_more_better: bool) -> int:
    """50 at what is usual; 100, or 0, at twice as much, and the contrary at nothing."""
    if value is None or not usual:
        return UNKNOWN
    points = _clamp(Fraction(value * UNKNOWN, usual))
    return points if is_more_better else MOST_POINTS - points


def _clamp(value: Fraction | Decimal | int) -> int:
    return max(0, min(MOST_POINTS, int(value)))


def weighted(points: Mapping[str, int], weights: Mapping[str, int]) -> int:
    """The weighted mean in hundredths of a point; without any weight everything is worth the same."""
    total = sum(weights.values())
    if not total:
        return UNKNOWN * 100
    return sum(points[name] * weight * 100 for name, weight in weights.items()) // total


def candidate_of(
    record: DishRecord, usual: Mapping[str, Usual], weights: Mapping[str, int], on_date: date
) -> Candidate:
    """The dish as composing takes it."""
    mine = usual[record.category]
    return Candidate(
        dish_id=record.dish_id,
        category=record.category,
        points=weighted(points_of(record, mine, on_date), weights),
        demand=max(1, record.demand or mine.demand or 100),
        meals=record.meals,
        is_halal=record.serves_halal,
        is_vegetarian=Tag.VEGETARIAN.value in record.tags,
        main=record.main,
        method=record.method,
        cost_fen=record.cost_fen,
        left_g=None if record.left is None else int(record.weight_g * record.left),
    )


# The pattern


def pattern_of(meals: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """How many dishes of each category a meal usually has, from its past meals; the lower median."""
    past = list(meals)
    categories = {category for meal in past for category in meal}
    found = {
        category.value: median_low([meal.get(category.value, 0) for meal in past])
        for category in Category
        if category.value in categories
    }
    return {category: count for category, count in found.items() if count}


# What a week comes to


@dataclass(frozen=True, slots=True)
class Served:
    """A meal of a week with its dishes, suggested or copied."""

    slot: MealSlot
    dishes: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Context:
    """What figures need beside the dishes: the records, the usual diners of a meal, the days about."""

    records: Mapping[int, DishRecord]
    diners: Mapping[str, int]
    served: Mapping[int, Collection[date]]
    apart_days: int


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """A number of a week. `is_less_better` None: it is neither good nor bad."""

    key: str
    name: str
    unit: str
    is_less_better: bool | None


FIGURES: Final = (
    FigureSpec("cost_fen", "预计食材成本", "元", True),
    FigureSpec("cost_fen_per_diner", "每人每餐成本", "元", True),
    FigureSpec("costed_percent", "成本已知的份数占比", "%", None),
    FigureSpec("left_g", "预计剩余", "克", True),
    FigureSpec("left_percent", "预计剩余率", "%", True),
    FigureSpec("left_known_percent", "剩余已知的份数占比", "%", None),
    FigureSpec("rating", "按份数平均的评分", "分", False),
    FigureSpec("dishes", "菜品道次", "道", None),
    FigureSpec("distinct", "不同菜品", "道", False),
    FigureSpec("too_soon", "间隔不足的重复", "道次", True),
    FigureSpec("mains", "主料种类", "种", False),
    FigureSpec("same_main", "同餐主料重复", "次", True),
    FigureSpec("methods", "做法种类", "种", False),
    FigureSpec("in_season", "应季菜品", "道次", False),
    FigureSpec("halal_days", "有清真菜的天数", "天", False),
    FigureSpec("vegetarian_days", "有素食菜的天数", "天", False),
)


def figures_of(week: Sequence[Served], context: Context) -> dict[str, str | int | None]:
    """The numbers of `FIGURES`; ratios as text with one or two decimals, rounded half up once."""
    portions: Counter[Candidate] = Counter()
    for meal in week:
        portions.update(portions_of(meal.slot, meal.dishes))
    total = sum(portions.values())
    costed = {dish: count for dish, count in portions.items() if dish.cost_fen is not None}
    cost = sum((dish.cost_fen or 0) * count for dish, count in costed.items())
    left = {dish: count for dish, count in portions.items() if dish.left_g is not None}
    left_g = sum((dish.left_g or 0) * count for dish, count in left.items())
    left_of = sum(context.records[dish.dish_id].weight_g * count for dish, count in left.items())
    rated = {d: n for d, n in portions.items() if context.records[d.dish_id].rating is not None}
    stars = sum((context.records[d.dish_id].rating or Decimal()) * n for d, n in rated.items())
    diners = sum(context.diners.get(meal.slot.period, 0) for meal in week)
    dishes = [dish for meal in week for dish in meal.dishes]
    changing = [dish for dish in dishes if dish.category not in DAILY]
    return {
        "cost_fen": cost if costed else None,
        "cost_fen_per_diner": _whole(cost, diners) if costed else None,
        "costed_percent": _decimal(100 * sum(costed.values()), total, 1),
        "left_g": left_g if left else None,
        "left_percent": _decimal(100 * left_g, left_of, 1),
        "left_known_percent": _decimal(100 * sum(left.values()), total, 1),
        "rating": _decimal(stars, sum(rated.values()), 2),
        "dishes": len(dishes),
        "distinct": len({dish.dish_id for dish in dishes}),
        "too_soon": too_soon(week, context.served, context.apart_days),
        "mains": len({dish.main for dish in changing if dish.main}),
        "same_main": sum(_repeated(meal.dishes) for meal in week),
        "methods": len({dish.method for dish in changing if dish.method}),
        "in_season": sum(context.records[dish.dish_id].is_in_season is True for dish in dishes),
        "halal_days": _days(week, lambda dish: dish.is_halal),
        "vegetarian_days": _days(week, lambda dish: dish.is_vegetarian),
    }


def too_soon(week: Sequence[Served], served: Mapping[int, Collection[date]], apart_days: int) -> int:
    """How many dishes come again on fewer days after the last than they should; 主食 and 饮品 may."""
    days: dict[int, list[date]] = {}
    for meal in week:
        for dish in meal.dishes:
            if dish.category not in DAILY:
                days.setdefault(dish.dish_id, []).append(meal.slot.served_on)
    count = 0
    for dish_id, mine in days.items():
        before = [each for each in served.get(dish_id, ()) if each < min(mine)]
        every = [*([max(before)] if before else []), *sorted(mine)]
        count += sum((two - one).days < apart_days for one, two in pairwise(every))
    return count


def _repeated(dishes: Iterable[Candidate]) -> int:
    mains = Counter(dish.main for dish in dishes if dish.main and dish.category not in DAILY)
    return sum(count - 1 for count in mains.values())


def _days(week: Iterable[Served], is_one: Callable[[Candidate], bool]) -> int:
    return len(
        {
            meal.slot.served_on
            for meal in week
            for dish in meal.dishes
            if dish.category in MAIN and is_one(dish)
        }
    )


def _whole(part: int, whole: int) -> int | None:
    return (2 * part + whole) // (2 * whole) if whole else None


def _decimal(part: int | Decimal, whole: int, places: int) -> str | None:
    if not whole:
        return None
    return str((Decimal(part) / whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


# Why


@dataclass(slots=True)
class _Reasons:
    """Each with how much it speaks for the dish; those of a weight of 0 are not told."""

    weights: Mapping[str, int]
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, name: str, points: int, text: str) -> None:
        if points >= _GOOD and self.weights.get(name, 0):
            self.found.append((-(points - UNKNOWN) * self.weights[name], text))


def reasons_of(
    record: DishRecord,
    usual: Usual,
    weights: Mapping[str, int],
    on_date: date,
    *,
    cover: str,
    is_early: bool,
) -> list[str]:
    """Why it is suggested, the strongest reason first; each with its number."""
    points, reasons = points_of(record, usual, on_date), _Reasons(weights)
    category = CATEGORY_NAMES[Category(record.category)]
    if record.rating is not None:
        reasons.add("rating", points["rating"], f"评分 {record.rating}（{record.ratings} 人次）")
    if record.left is not None:
        text = f"近期剩余率 {_percent(record.left)} %"
        if usual.left is not None and record.left < usual.left:
            text += f"，低于{category}居中的 {_percent(usual.left)} %"
        reasons.add("leftover", points["leftover"], text)
    if record.demand is not None and usual.demand:
        text = f"每餐平均取用 {_portions(record.demand)} 份，{category}居中为 {_portions(usual.demand)} 份"
        reasons.add("popularity", points["popularity"], text)
    if record.is_in_season:
        reasons.add("season", points["season"], f"{'、'.join(record.seasonal)}当季（{on_date.month} 月）")
    if record.cost_fen is not None and usual.cost_fen:
        text = f"每份成本 {yuan(record.cost_fen)} 元，{category}居中为 {yuan(usual.cost_fen)} 元"
        reasons.add("cost", points["cost"], text)
    if record.category not in DAILY:
        last = record.last_on
        text = "近期没有供应过" if last is None else f"上次供应是 {day_text(last)}"
        reasons.add("freshness", points["freshness"], text)
    told = [text for _, text in sorted(reasons.found, key=lambda pair: pair[0])]
    first = _covering(cover, is_early)
    return [*first, *told][:MOST_REASONS] or [f"符合这一餐{category}的通常搭配"]


def _covering(cover: str, is_early: bool) -> list[str]:
    if not cover:
        return []
    name = {"halal": "清真", "vegetarian": "素食"}[cover]
    return [f"保证当天有{name}菜" + ("；菜库中这类菜不够，间隔不足而提前重复" if is_early else "")]


def _percent(share: Fraction) -> str:
    value = Decimal(share.numerator * 100) / share.denominator
    return str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def _portions(centi: int) -> str:
    return f"{(Decimal(centi) / 100).quantize(Decimal(1), ROUND_HALF_UP)}"
