"""The demo's stores: what was ordered, delivered, issued to the kitchens and thrown away, as rows.

What is issued follows from the meals that were ordered, by the recipes; what is bought, from what is needed.
Fresh goods come the afternoon before, what keeps comes once a week. Every gram and fen goes by the rules of
the store itself.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, Final

from backend import clock
from backend.flows.demo.cookbook import FORMULAS
from backend.flows.demo.kitchens import KITCHENS
from backend.flows.demo.larder import FOOD_IDS, FOODS, SUPPLIERS, Food
from backend.flows.demo.menus import PlannedMeal
from backend.flows.demo.organisation import BUYER_NO, MANAGER_NO, STORE_NO
from backend.flows.demo.pantry import KEEPS_DAYS, Tables, pack_g, price
from backend.flows.demo.plan import Plan
from canteen.ordering.models import OrderState as MealOrderState
from canteen.purchasing.orders import policies as orders
from canteen.purchasing.orders.models import (
    Delivery,
    NumberCounter,
    OrderState,
    PurchaseLine,
    PurchaseOrder,
)
from canteen.purchasing.stock import policies
from canteen.purchasing.stock.models import (
    Batch,
    Certificate,
    LossCause,
    Movement,
    MovementKind,
    Receipt,
    ReceiptLine,
    ReceiptState,
)
from canteen.purchasing.stock.policies import Lot

# So many days of the past have books; before that the store was kept on paper.
DAYS: Final = 60
_SPARE_PERCENT: Final = 2
_WEEKLY_SPARE_PERCENT: Final = 20
_COMES_AT, _ORDERED_AT, _THROWN_AT = time(15, 0), time(10, 30), time(8, 0)
_COOKED_BEFORE: Final = timedelta(hours=3)
_ONE_DAY: Final = timedelta(days=1)
_CERTIFICATES: Final = {
    "meat": (Certificate.QUARANTINE, Certificate.MEAT_QUALITY),
    "poultry": (Certificate.QUARANTINE,),
    "aquatic": (Certificate.QUARANTINE,),
    "egg": (Certificate.PRODUCE,),
    "vegetable": (Certificate.PRODUCE,),
    "fruit": (Certificate.PRODUCE,),
}


def tables(plan: Plan, encrypt: Callable[[str], bytes]) -> Tables:
    """The books of the last days."""
    yield from _Books(plan).tables(encrypt)


@dataclass(slots=True)
class _Load:
    """What one supplier brings a canteen on a day: grams by ingredient."""

    canteen_id: int
    source: int
    came_at: datetime
    grams: dict[int, int] = field(default_factory=dict)


class _Books:
    """The books of the last days, written day by day."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.now = plan, plan.now
        self.today = clock.local(plan.now).date()
        self.begins_on = max(plan.started_on, self.today - timedelta(days=DAYS))
        self.buyer, self.manager = plan.member(BUYER_NO), plan.member(MANAGER_NO)
        self.keeper = plan.member(STORE_NO)
        self.lots: dict[tuple[int, int], list[Lot]] = defaultdict(list)
        self.batches: dict[int, list[Any]] = {}
        self.orders: list[tuple[Any, ...]] = []
        self.order_lines: list[tuple[Any, ...]] = []
        self.receipts: list[tuple[Any, ...]] = []
        self.receipt_lines: list[tuple[Any, ...]] = []
        self.movements: list[tuple[Any, ...]] = []
        self.deliveries: list[tuple[Any, ...]] = []
        self._orders, self._lines = count(1), count(1)
        self._numbers: Counter[int] = Counter()
        self._write()

    def tables(self, encrypt: Callable[[str], bytes]) -> Tables:
        """The rows, parents before children."""
        yield (
            NumberCounter,
            "kind year last",
            [(orders.ORDER_NUMBER, year, last) for year, last in self._numbers.items()],
        )
        yield (
            PurchaseOrder,
            "id number canteen_id supplier_id state revision expected_on total_fen note created_at created_by"
            " created_by_name submitted_at submitted_by submitted_by_name decided_at decided_by"
            " decided_by_name decision ended_at ended_by_name ended_reason",
            self.orders,
        )
        yield (
            PurchaseLine,
            "id order_id ingredient_id pack_g packs price_fen ordered_g received_g refused_g closed_g note",
            self.order_lines,
        )
        phones = [encrypt(firm.phone) for firm in SUPPLIERS]
        yield (
            Receipt,
            "id canteen_id order_id supplier_id supplier_name supplier_address supplier_contact"
            " supplier_phone_cipher purchased_on state received_at received_by received_by_name checked_at"
            " checked_by checked_by_name note reason",
            [(*row[:7], phones[row[3] - 1], *row[7:]) for row in self.receipts],
        )
        yield (
            ReceiptLine,
            "id receipt_id position order_line_id ingredient_id name spec brand packs gross_g tare_g net_g"
            " cost_fen lot produced_on shelf_days expires_on temperature_dc appearance certificates location"
            " is_accepted refusal",
            self.receipt_lines,
        )
        yield (
            Batch,
            "id canteen_id ingredient_id supplier_id receipt_line_id lot produced_on expires_on received_at"
            " quantity_g remaining_g cost_fen remaining_cost_fen location is_blocked",
            [tuple(row) for row in self.batches.values()],
        )
        yield (
            Movement,
            "id batch_id ingredient_id canteen_id kind delta_g cost_fen meal_id dish_id served_on period"
            " cause reason at by_id by_name",
            [(number, *row) for number, row in enumerate(self.movements, start=1)],
        )
        yield (
            Delivery,
            "canteen_id supplier_id ingredient_id order_line_id delivered_on net_g refused_g amount_fen word"
            " at by_id by_name",
            self.deliveries,
        )

    def _write(self) -> None:
        wanted = _wanted(self.plan, self.begins_on)
        for kitchen in KITCHENS:
            days = {day: meals for (canteen_id, day), meals in wanted.items() if canteen_id == kitchen.id}
            for day in sorted(days):
                self._throw_away(kitchen.id, day)
                self._buy(kitchen.id, day, days)
                for meal, dishes in days[day]:
                    self._issue(meal, dishes)
            if days:
                self._ahead(kitchen.id, days[max(days)])

    def _throw_away(self, canteen_id: int, day: date) -> None:
        """What ran out before this day."""
        at = clock.at_local(day, _THROWN_AT)
        for (owner, _), lots in self.lots.items():
            if owner != canteen_id:
                continue
            for lot in [lot for lot in lots if lot.expires_on and lot.expires_on < day]:
                lots.remove(lot)
                self._move(lot.id, MovementKind.LOSS, -lot.remaining_g, -lot.remaining_cost_fen, at)

    def _buy(self, canteen_id: int, day: date, days: Mapping[date, Any]) -> None:
        """What this day needs of fresh things, and this week of the others, unless it is there."""
        week = [other for other in days if other.isocalendar()[:2] == day.isocalendar()[:2]]
        is_first = day == min(week)
        fresh = _needs(days[day])
        keeping = _needs([each for other in week for each in days[other]])
        came_at = clock.at_local(day - _ONE_DAY, _COMES_AT)
        loads: dict[int, _Load] = {}
        for number, food in enumerate(FOODS, start=1):
            keeps = food.fresh_days >= KEEPS_DAYS
            need = keeping[number] if keeps else fresh[number]
            if not need or (keeps and not is_first):
                continue
            spare = _WEEKLY_SPARE_PERCENT if keeps else _SPARE_PERCENT
            there = sum(lot.remaining_g for lot in self.lots[canteen_id, number])
            short = -(-need * (100 + spare) // 100) - there
            if short > 0:
                load = loads.setdefault(food.source, _Load(canteen_id, food.source, came_at))
                load.grams[number] = -(-short // pack_g(food)) * pack_g(food)
        for load in loads.values():
            self._order(load, OrderState.RECEIVED)

    def _ahead(self, canteen_id: int, meals: Sequence[Any]) -> None:
        """What is ordered for the next days: one order on its way, one that waits for approval."""
        needs = _needs(meals)
        loads: dict[int, _Load] = {}
        for number, food in enumerate(FOODS, start=1):
            if needs[number] and food.source in (0, 1):
                load = loads.setdefault(food.source, _Load(canteen_id, food.source, self.now))
                load.grams[number] = -(-needs[number] // pack_g(food)) * pack_g(food)
        for load in loads.values():
            self._order(load, OrderState.APPROVED if load.source else OrderState.SUBMITTED)

    def _order(self, load: _Load, state: OrderState) -> None:
        order_id, is_here = next(self._orders), state is OrderState.RECEIVED
        ordered_at = clock.at_local(clock.local(load.came_at).date() - _ONE_DAY, _ORDERED_AT)
        expected_on = clock.local(load.came_at).date()
        year = clock.local(ordered_at).year
        self._numbers[year] += 1
        submitted_at = ordered_at + timedelta(minutes=20)
        decided_at = ordered_at + timedelta(hours=1) if state is not OrderState.SUBMITTED else None
        decided = (decided_at, self.manager.staff_id, self.manager.name) if decided_at else (None, None, "")
        total = sum(grams // pack_g(food) * price(food) for food, grams in _foods(load))
        self.orders.append(
            (
                *(order_id, orders.number_of(orders.ORDER_NUMBER, year, self._numbers[year])),
                *(load.canteen_id, load.source + 1, state.value, 3, expected_on, total, ""),
                *(ordered_at, self.buyer.staff_id, self.buyer.name),
                *(submitted_at, self.buyer.staff_id, self.buyer.name),
                *decided,
                "同意" if decided_at else "",
                *((load.came_at, "", "") if is_here else (None, "", "")),
            )
        )
        lines = []
        for food, grams in _foods(load):
            line_id = next(self._lines)
            lines.append((line_id, food, grams))
            self.order_lines.append(
                (
                    *(line_id, order_id, FOOD_IDS[food.name], pack_g(food), grams // pack_g(food)),
                    *(price(food), grams, grams if is_here else 0, 0, 0, ""),
                )
            )
        if is_here:
            self._receive(load, order_id, lines)

    def _receive(self, load: _Load, order_id: int, lines: Sequence[tuple[int, Food, int]]) -> None:
        receipt_id, firm = len(self.receipts) + 1, SUPPLIERS[load.source]
        came_on = clock.local(load.came_at).date()
        self.receipts.append(
            (
                *(receipt_id, load.canteen_id, order_id, load.source + 1),
                *(firm.name, firm.address, firm.contact),
                *(came_on, ReceiptState.ACCEPTED.value),
                *(load.came_at, self.keeper.staff_id, self.keeper.name),
                *(load.came_at + timedelta(minutes=10), self.manager.staff_id, self.manager.name, "", ""),
            )
        )
        for position, (line_id, food, grams) in enumerate(lines):
            batch_id = len(self.batches) + 1
            ingredient_id = FOOD_IDS[food.name]
            cost_fen = policies.pack_cost(grams, pack_g(food), price(food))
            produced_on = came_on - timedelta(days=0 if food.fresh_days < KEEPS_DAYS else 10)
            expires_on = policies.last_day(produced_on, food.fresh_days, None)
            lot = f"{produced_on:%Y%m%d}{chr(ord('A') + load.source)}"
            cold = {"chilled": 38, "frozen": -185}.get(food.storage)
            location = {"chilled": "冷藏库", "frozen": "冷冻库"}.get(food.storage, "主副食库")
            certificates = [
                {"kind": kind.value, "number": f"{lot}{position:02d}", "photo_id": None}
                for kind in _CERTIFICATES.get(food.category, (Certificate.FACTORY_REPORT,))
            ]
            self.receipt_lines.append(
                (
                    *(batch_id, receipt_id, position, line_id, ingredient_id, food.name, "", ""),
                    *(grams // pack_g(food), grams + 500, 500, grams, cost_fen, lot),
                    *(produced_on, food.fresh_days, expires_on, cold, "感官正常", certificates),
                    *(location, True, ""),
                )
            )
            self.batches[batch_id] = [
                *(batch_id, load.canteen_id, ingredient_id, load.source + 1, batch_id, lot, produced_on),
                *(expires_on, load.came_at, grams, 0, cost_fen, 0, location, False),
            ]
            self._move(batch_id, MovementKind.RECEIPT, grams, cost_fen, load.came_at)
            lots = self.lots[load.canteen_id, ingredient_id]
            lots.append(Lot(batch_id, grams, cost_fen, expires_on, load.came_at))
            self.deliveries.append(
                (
                    *(load.canteen_id, load.source + 1, ingredient_id, line_id, came_on, grams, 0, cost_fen),
                    *("", load.came_at, self.keeper.staff_id, self.keeper.name),
                )
            )

    def _issue(self, meal: PlannedMeal, dishes: Mapping[int, Mapping[int, int]]) -> None:
        at = meal.instants.serves_from - _COOKED_BEFORE
        if at > self.now:
            return
        for dish_id, needs in dishes.items():
            for ingredient_id, grams in needs.items():
                lots = self.lots[meal.canteen_id, ingredient_id]
                takings = policies.allocate(lots, grams) or ()
                self.lots[meal.canteen_id, ingredient_id] = [
                    lot for lot in policies.less(lots, takings) if lot.remaining_g
                ]
                for one in takings:
                    self._move(
                        one.batch_id,
                        MovementKind.ISSUE,
                        -one.grams,
                        -one.cost_fen,
                        at,
                        meal=meal,
                        dish_id=dish_id,
                    )

    def _move(
        self,
        batch_id: int,
        kind: MovementKind,
        delta_g: int,
        cost_fen: int,
        at: datetime,
        *,
        meal: PlannedMeal | None = None,
        dish_id: int | None = None,
    ) -> None:
        batch = self.batches[batch_id]
        batch[10] += delta_g
        batch[12] += cost_fen
        is_loss = kind is MovementKind.LOSS
        self.movements.append(
            (
                *(batch_id, batch[2], batch[1], kind.value, delta_g, cost_fen),
                *((meal.id, dish_id, meal.served_on, meal.period) if meal else (None, None, None, None)),
                LossCause.EXPIRED.value if is_loss else None,
                "过期报损" if is_loss else "",
                *(at, self.keeper.staff_id, self.keeper.name),
            )
        )


_Meals = list[tuple[PlannedMeal, dict[int, dict[int, int]]]]


def _wanted(plan: Plan, begins_on: date) -> dict[tuple[int, date], _Meals]:
    """By canteen and day: of each meal the raw grams that its dishes need, by ingredient."""
    portions: dict[int, Counter[int]] = defaultdict(Counter)
    meals: dict[int, PlannedMeal] = {}
    grams_of = {dish.id: dish.pool for dish in plan.dishes}
    today = clock.local(plan.now).date()
    for order in plan.orders:
        meal = order.meal
        if not begins_on <= meal.served_on <= today or order.state == MealOrderState.CANCELLED:
            continue
        meals[meal.id] = meal
        for line in order.lines:
            portions[meal.id][line.offered.dish.id] += line.portion.weight_g * line.quantity
    found: dict[tuple[int, date], _Meals] = defaultdict(list)
    for meal_id in sorted(meals):
        meal = meals[meal_id]
        found[meal.canteen_id, meal.served_on].append(
            (
                meal,
                {
                    dish_id: _raw(grams_of[dish_id].name, cooked_g, grams_of[dish_id].weight_g)
                    for dish_id, cooked_g in portions[meal_id].items()
                },
            )
        )
    return found


def _raw(dish: str, cooked_g: int, portion_g: int) -> dict[int, int]:
    """Raw grams by ingredient, with what is cooked beyond the bookings."""
    cooked = cooked_g * (100 + _SPARE_PERCENT)
    return {FOOD_IDS[name]: -(-grams * cooked // (portion_g * 100)) for name, grams in FORMULAS[dish].lines}


def _needs(meals: Iterable[tuple[PlannedMeal, Mapping[int, Mapping[int, int]]]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for _, dishes in meals:
        for needs in dishes.values():
            found.update(needs)
    return found


def _foods(load: _Load) -> list[tuple[Food, int]]:
    return [(FOODS[number - 1], grams) for number, grams in load.grams.items()]
