"""Rules of the menu: pure functions and the values that they speak of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import Forbidden
from canteen.menu.errors import (
    CanteenNotFound,
    DuplicateDish,
    InvalidDateRange,
    InvalidPeriod,
    InvalidPortions,
    MealChanged,
    MealFrozen,
    MealStateConflict,
    PastDate,
)
from canteen.menu.models import (
    FULL_PORTION,
    Canteen,
    Dish,
    MealState,
    Period,
    Portion,
)

M = TypeVar("M", bound=Any)  # Whatever has a `served_on` and a `period`.

PERIOD_ORDER: Final = {period.value: place for place, period in enumerate(Period)}
PORTION_ORDER: Final = {portion.value: place for place, portion in enumerate(Portion)}

# How many days one request may span: two months.
MAX_DAYS = 62


class SaleState(StrEnum):
    """Whether a meal on the menu can be ordered now."""

    OPEN = "open"
    CLOSED = "closed"


def covers(actor: Actor, permission: Permission, canteen: Canteen) -> bool:
    """Whether the actor holds the permission for this canteen."""
    return actor.reach(permission).covers(campus_id=canteen.campus_id, canteen_id=canteen.id)


def ensure_manages(actor: Actor, canteen: Canteen) -> None:
    """The actor manages the canteen. Raises Forbidden if it may only read it, else CanteenNotFound."""
    if covers(actor, Permission.CANTEEN_MANAGE, canteen):
        return
    raise Forbidden if covers(actor, Permission.CANTEEN_READ, canteen) else CanteenNotFound


def ensure_reads(actor: Actor, canteen: Canteen) -> None:
    """The actor may read what the canteen's management sees. Raises CanteenNotFound."""
    if not covers(actor, Permission.CANTEEN_READ, canteen):
        raise CanteenNotFound


TRANSITIONS: Final[Mapping[MealState, frozenset[MealState]]] = {
    MealState.DRAFT: frozenset({MealState.PUBLISHED}),
    MealState.PUBLISHED: frozenset({MealState.FROZEN}),
    MealState.FROZEN: frozenset(),
}


def in_order(meals: Iterable[M]) -> list[M]:
    """Meals by day, and those of a day in its order."""
    return sorted(meals, key=lambda meal: (meal.served_on, PERIOD_ORDER[meal.period]))


def ensure_transition(before: str, after: MealState) -> None:
    """The meal may take this step. Raises MealStateConflict."""
    if after not in TRANSITIONS[MealState(before)]:
        raise MealStateConflict(before=before, after=after.value)


def ensure_changeable(state: str) -> None:
    """The meal is not frozen. Raises MealFrozen."""
    if state == MealState.FROZEN:
        raise MealFrozen


def ensure_seen(seen: int | None, standing: int) -> None:
    """Who changes a meal has seen it as it stands; None: does not say. Raises MealChanged."""
    if seen is not None and seen != standing:
        raise MealChanged(revision=standing)


def ensure_not_past(on_date: date, today: date) -> None:
    """A menu is made for today or later. Raises PastDate."""
    if on_date < today:
        raise PastDate(date=on_date.isoformat())


def ensure_range(from_on: date, until_on: date) -> None:
    """Both days included, from one to MAX_DAYS days. Raises InvalidDateRange."""
    if not timedelta() <= until_on - from_on < timedelta(days=MAX_DAYS):
        raise InvalidDateRange(days=MAX_DAYS)


def sale_state(state: str, order_closes_at: datetime | None, now: datetime) -> SaleState:
    """Open while the meal is published and its order cutoff lies ahead; at the cutoff itself it is closed."""
    is_open = state == MealState.PUBLISHED and order_closes_at is not None and now < order_closes_at
    return SaleState.OPEN if is_open else SaleState.CLOSED


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Until when: the time `at`, `days` calendar days before, or `minutes` before the window opens."""

    days: int = 0
    at: time | None = None
    minutes: int | None = None

    def on(self, served_on: date, window_from: time) -> datetime:
        """The instant of the cutoff of a meal, in UTC; from then on it is too late."""
        if self.at is not None:
            return clock.at_local(served_on - timedelta(days=self.days), self.at)
        return clock.at_local(served_on, window_from) - timedelta(minutes=self.minutes or 0)


@dataclass(frozen=True, slots=True)
class PeriodRules:
    """How a canteen serves one period. Windows are half-open spans of wall time within one day.

    `pickup_lead_minutes` before the window pick-up begins; None lets it begin at once.
    """

    period: Period
    name: str
    is_active: bool
    window_from: time
    window_until: time
    order_cutoff: Cutoff
    cancel_cutoff: Cutoff
    pickup_lead_minutes: int | None


@dataclass(frozen=True, slots=True)
class PeriodVersion:
    """A period's rules as one version of them says, from an instant on."""

    id: int
    rules: PeriodRules
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class Instants:
    """What a period's rules mean for one day. The names are those of the columns of `meals`."""

    order_closes_at: datetime
    cancel_closes_at: datetime
    freezes_at: datetime
    pickup_from: datetime | None
    serves_from: datetime
    serves_until: datetime


def serving(versions: Sequence[PeriodVersion], served_on: date) -> PeriodVersion | None:
    """The version that judges a meal: the last that is in force when its own window opens, if any is.

    `versions` are in the order in which they take effect. A change made in the morning thus holds for the
    dinner of that day, and one of the evening for none of it.
    """
    for version in reversed(versions):
        if version.effective_at <= clock.at_local(served_on, version.rules.window_from):
            return version
    return None


def ensure_rules(rules: PeriodRules) -> None:
    """The window opens before it closes, and each cutoff is of one kind and no later than the window's end.

    Raises InvalidPeriod with the period and the reason.
    """
    if rules.window_from >= rules.window_until:
        raise InvalidPeriod(period=rules.period.value, reason="供餐开始时间须早于结束时间")
    for cutoff, name in ((rules.order_cutoff, "订餐截止"), (rules.cancel_cutoff, "取消截止")):
        if (cutoff.at is None) == (cutoff.minutes is None):
            raise InvalidPeriod(period=rules.period.value, reason=f"{name}须为钟点或提前分钟数，二者取一")
        if cutoff.at is None and cutoff.days:
            raise InvalidPeriod(period=rules.period.value, reason=f"{name}按提前分钟数计算时，天数应为 0")
        if cutoff.at is not None and not cutoff.days and cutoff.at > rules.window_until:
            raise InvalidPeriod(period=rules.period.value, reason=f"{name}不能晚于供餐结束时间")


def instants_of(rules: PeriodRules, served_on: date) -> Instants:
    """The instants of a meal. The prep list is final at the later of the two cutoffs."""
    order_closes_at = rules.order_cutoff.on(served_on, rules.window_from)
    cancel_closes_at = rules.cancel_cutoff.on(served_on, rules.window_from)
    serves_from = clock.at_local(served_on, rules.window_from)
    lead = rules.pickup_lead_minutes
    return Instants(
        order_closes_at=order_closes_at,
        cancel_closes_at=cancel_closes_at,
        freezes_at=max(order_closes_at, cancel_closes_at),
        pickup_from=serves_from - timedelta(minutes=lead) if lead is not None else None,
        serves_from=serves_from,
        serves_until=clock.at_local(served_on, rules.window_until),
    )


@dataclass(frozen=True, slots=True)
class PortionSpec:
    """A portion with its own price, weight and share of a cap in centi-portions."""

    portion: Portion
    price_fen: int
    weight_g: int
    share: int


@dataclass(frozen=True, slots=True)
class DishSpec:
    """All that a manager says of a dish. Price and weight are those of the standard portion.

    `price_fen` None: not priced yet; `allergens` None: not declared yet. Nutrition is per 100 g.
    """

    name: str
    category: str
    description: str
    price_fen: int | None
    weight_g: int
    portions: tuple[PortionSpec, ...]
    allergens: tuple[str, ...] | None
    tags: tuple[str, ...]
    energy_kcal: Decimal | None
    protein_g: Decimal | None
    fat_g: Decimal | None
    carbohydrate_g: Decimal | None
    sodium_mg: Decimal | None
    is_active: bool
    photo_id: int | None = None
    cost_fen_per_kg: int | None = None
    price_fen_per_kg: int | None = None

    @property
    def is_servable(self) -> bool:
        """Whether it may stand on a published menu."""
        return self.is_active and self.price_fen is not None and self.allergens is not None


def portions_of(
    price_fen: int | None, weight_g: int, given: Sequence[PortionSpec]
) -> tuple[PortionSpec, ...]:
    """The portions of a dish: the standard one, which follows from the dish, and the others as given.

    A dish without a price has none. Raises InvalidPortions for a portion given twice, for one by weight,
    for a standard one that contradicts the dish, and for portions of a dish without a price.
    """
    if len({portion.portion for portion in given}) < len(given):
        raise InvalidPortions(reason="同一份型重复出现")
    if any(one.portion is Portion.WEIGHT for one in given):
        raise InvalidPortions(reason="称重的价格请填写“称重单价”，不作为份型")
    if price_fen is None:
        if given:
            raise InvalidPortions(reason="菜品未定价，不能设置份型")
        return ()
    standard = PortionSpec(Portion.STANDARD, price_fen, weight_g, FULL_PORTION)
    if any(one.portion is Portion.STANDARD and one != standard for one in given):
        raise InvalidPortions(reason="标准份的价格和重量应与菜品一致，占用份数为 100")
    others = (one for one in given if one.portion is not Portion.STANDARD)
    return (standard, *sorted(others, key=lambda one: PORTION_ORDER[one.portion.value]))


def spec_of(dish: Dish) -> DishSpec:
    """What a row and its portions say of a dish."""
    return DishSpec(
        name=dish.name,
        category=dish.category,
        description=dish.description,
        price_fen=dish.price_fen,
        weight_g=dish.weight_g,
        portions=tuple(
            PortionSpec(Portion(one.portion), one.price_fen, one.weight_g, one.share)
            for one in sorted(dish.portions, key=lambda one: PORTION_ORDER[one.portion])
        ),
        allergens=None if dish.allergens is None else tuple(dish.allergens),
        tags=tuple(dish.tags),
        energy_kcal=dish.energy_kcal,
        protein_g=dish.protein_g,
        fat_g=dish.fat_g,
        carbohydrate_g=dish.carbohydrate_g,
        sodium_mg=dish.sodium_mg,
        is_active=dish.is_active,
        photo_id=dish.photo_id,
        cost_fen_per_kg=dish.cost_fen_per_kg,
        price_fen_per_kg=dish.price_fen_per_kg,
    )


def remaining(cap: int | None, taken: int, share: int = FULL_PORTION) -> int | None:
    """How many portions of this share are left, whole ones only; None without a cap."""
    return None if cap is None else max(0, (cap * FULL_PORTION - taken) // share)


def portions_text(taken: int) -> str:
    """Centi-portions as standard portions for a sentence: 250 as `2.5`."""
    return f"{Decimal(taken) / FULL_PORTION:f}"


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A dish that a manager wants on a meal, with its cap in standard portions; None is uncapped."""

    dish_id: int
    cap: int | None


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A dish that stands on a meal. `taken` is in centi-portions."""

    id: int
    dish_id: int
    cap: int | None
    taken: int
    position: int


@dataclass(frozen=True, slots=True)
class LineChanges:
    """What leads from the standing lines to the wanted; `changed` has (line, new position, new cap)."""

    added: tuple[tuple[int, WantedLine], ...]
    changed: tuple[tuple[StandingLine, int, int | None], ...]
    removed: tuple[StandingLine, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.added or self.changed or self.removed)


def ensure_distinct(wanted: Sequence[WantedLine]) -> None:
    """No dish stands twice. Raises DuplicateDish naming those that do."""
    ids = [line.dish_id for line in wanted]
    if len(set(ids)) < len(ids):
        raise DuplicateDish(dish_ids=sorted({dish_id for dish_id in ids if ids.count(dish_id) > 1}))


def changes_between(standing: Collection[StandingLine], wanted: Sequence[WantedLine]) -> LineChanges:
    """What to add, change and remove; changes and removals in the order of the lines' ids."""
    by_dish = {line.dish_id: line for line in standing}
    wished = {line.dish_id: (position, line.cap) for position, line in enumerate(wanted)}
    return LineChanges(
        added=tuple((place, line) for place, line in enumerate(wanted) if line.dish_id not in by_dish),
        changed=tuple(
            (line, *wished[line.dish_id])
            for line in sorted(standing, key=lambda one: one.id)
            if line.dish_id in wished and wished[line.dish_id] != (line.position, line.cap)
        ),
        removed=tuple(
            line for line in sorted(standing, key=lambda one: one.id) if line.dish_id not in wished
        ),
    )
