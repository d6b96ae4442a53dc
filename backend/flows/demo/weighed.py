"""The demo's weighings as rows: devices, containers, facts, rounds of trays, and the rollups that follow."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from backend import clock
from backend.db import Base
from backend.devices.models import Device
from backend.flows.demo import leftovers, scales
from backend.flows.demo.leftovers import Served, Weighed
from backend.flows.demo.menus import LibraryDish
from backend.flows.demo.organisation import MANAGER_NO, VISITOR_NO, WAITER_NO
from backend.flows.demo.plan import Plan
from backend.flows.demo.scales import GATEWAYS, PAPER_KITCHEN, SCALES, SMART_KITCHEN, TRAY_SCALE, Vessel
from canteen.waste import policies
from canteen.waste.measures.models import MeasureKind, WasteMeasure
from canteen.waste.models import (
    Container,
    ContainerKind,
    Kind,
    Quarantine,
    Status,
    TrayBinding,
    TrayRound,
    WasteDepartment,
    WasteDish,
    WasteMeal,
    WasteStage,
    Weighing,
)
from canteen.waste.rollups import (
    DEPARTMENT_KEYS,
    DEPARTMENT_SUMS,
    DISH_KEYS,
    DISH_SUMS,
    MEAL_KEYS,
    MEAL_SUMS,
    STAGE_KEYS,
    STAGE_SUMS,
    Tally,
)
from canteen.waste.rounds import Binding, TrayEvent, rounds_of
from canteen.waste.rules import COST_FEN_PER_KG
from canteen.waste.tray_rounds import ROUND_FIELDS, TrayKey, round_row
from canteen.waste.trays.models import TrayConsent

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

# So many days back trays are bound to diners; the visitor sees their own.
_BOUND_FOR: Final = timedelta(days=45)
_SENT_AFTER: Final = timedelta(seconds=40)
_FIRMWARE: Final = "1.4.2"


class _Row(NamedTuple):
    """A weighing, as its columns are."""

    id: int
    device_id: int | None
    seq: int | None
    payload_hash: bytes | None
    entered_by: int | None
    captured_at: datetime
    received_at: datetime
    clock_skew_s: int
    canteen_id: int
    served_on: date
    period: str
    kind: str
    stage: str
    source: str
    edible: str
    container_id: int | None
    dish_id: int | None
    gross_g: int | None
    tare_g: int | None
    net_g: int
    counted_g: int
    is_stable: bool
    raw_frame: str
    reason: str
    cost_fen_per_kg: int
    cost_fen: int
    disposition: str
    status: str
    quarantine_code: str | None


class _Ledger:
    """Everything that was weighed, while it is gathered."""

    def __init__(self, plan: Plan, vessels: Sequence[Vessel]) -> None:
        self.plan = plan
        self.dishes = {dish.id: dish for dish in plan.dishes}
        self.rows: list[_Row] = []
        self.bindings: list[tuple[Any, ...]] = []
        self.rounds: list[tuple[Any, ...]] = []
        self.tally = Tally()
        self.seqs: dict[int, int] = {}
        self._bins = {(each.canteen_id, each.stage, each.edible): each for each in vessels if each.stage}
        self._trays = [each for each in vessels if each.kind == ContainerKind.TRAY]
        self._waiter_id = plan.staff_id(WAITER_NO)
        self._visitor_id = plan.staff_id(VISITOR_NO)

    def add(self, served: Served, weighed: Sequence[Weighed]) -> None:
        """The weighings of one meal, and the rounds of its trays."""
        meal, events = served.meal, dict[int, list[_Row]]()
        for one in weighed:
            row = self._row(served, one)
            self.rows.append(row)
            self.tally.add(row)
            if one.tray is not None and one.doubt is None and row.container_id is not None:
                events.setdefault(row.container_id, []).append(row)
        bound = self._bind(served, events)
        for container_id, rows in sorted(events.items()):
            key: TrayKey = (container_id, meal.served_on, meal.period)
            rounds = rounds_of(bound.get(container_id, ()), [_event(row) for row in rows])
            for ordinal, round_ in enumerate(rounds):
                self.rounds.append(round_row(key, meal.canteen_id, ordinal, round_))
                self.tally.add_round(meal.canteen_id, meal.served_on, meal.period, round_, 1)

    def _row(self, served: Served, one: Weighed) -> _Row:
        meal = served.meal
        disposition = one.disposition.value
        stage = policies.stage_of(one.kind, disposition) or one.stage
        assert stage is not None  # noqa: S101 - a bin's and an entry's is always given.
        vessel = self._vessel(meal.canteen_id, one)
        counted_g = 0 if one.doubt else policies.counted(one.kind, one.net_g)
        rate = cost_of(self.dishes[one.dish_id]) if one.dish_id else COST_FEN_PER_KG.default
        tare_g = vessel.tare_g if vessel is not None and one.tray is not None else 0
        device_id, seq = self._number(meal.canteen_id, one)
        entered_by = self._waiter_id if device_id is None else None
        marks = f"{device_id} {seq} {one}".encode()
        return _Row(
            len(self.rows) + 1,
            device_id,
            seq,
            None if device_id is None else blake2b(marks, digest_size=16).digest(),
            entered_by,
            one.at,
            min(one.at + _SENT_AFTER, self.plan.now),
            0,
            meal.canteen_id,
            meal.served_on,
            meal.period,
            one.kind.value,
            stage.value,
            policies.SPECS[one.kind].source.value,
            one.edible.value,
            vessel.id if vessel is not None else None,
            one.dish_id,
            one.net_g + tare_g,
            tare_g,
            one.net_g,
            counted_g,
            one.doubt is not Quarantine.UNSTABLE,
            "",
            "",
            rate,
            policies.cost_of(counted_g, rate),
            disposition,
            (Status.QUARANTINED if one.doubt else Status.OK).value,
            one.doubt.value if one.doubt else None,
        )

    def _vessel(self, canteen_id: int, one: Weighed) -> Vessel | None:
        if one.tray is not None:
            return self._trays[one.tray - 1]
        if one.stage is None:
            return None
        return self._bins[canteen_id, one.stage.value, one.edible.value]

    def _number(self, canteen_id: int, one: Weighed) -> tuple[int | None, int | None]:
        if canteen_id == PAPER_KITCHEN:
            return None, None
        device = TRAY_SCALE if one.kind is Kind.TRAY_RETURN else GATEWAYS[canteen_id]
        self.seqs[device.id] = self.seqs.get(device.id, 0) + 1
        return device.id, self.seqs[device.id]

    def _bind(self, served: Served, events: Mapping[int, Sequence[_Row]]) -> dict[int, list[Binding]]:
        """To whom the trays of late were given; only the visitor wants to know it later."""
        meal = served.meal
        if meal.served_on < clock.local(self.plan.now).date() - _BOUND_FOR or not served.orders:
            return {}
        visitor_id = self._visitor_id
        # The visitor's first, so that they have a tray; then as the others came.
        orders = sorted(served.orders, key=lambda order: (order.diner.staff_id != visitor_id, order.id))
        found: dict[int, list[Binding]] = {}
        for (container_id, rows), order in zip(sorted(events.items()), orders, strict=False):
            bound_at = rows[0].captured_at - timedelta(minutes=21)
            is_own = order.diner.staff_id == visitor_id
            self.bindings.append(
                (len(self.bindings) + 1, container_id, meal.canteen_id, meal.served_on, meal.period, bound_at,
                 self._waiter_id, visitor_id if is_own else None, order.diner.department_id,
                 order.id if is_own else None, is_own)
            )  # fmt: skip
            found[container_id] = [Binding(bound_at, len(self.bindings), order.diner.department_id)]
        return found


def _event(row: _Row) -> TrayEvent:
    tie = (row.device_id or 0, row.seq or 0, row.counted_g)
    return TrayEvent(row.captured_at, row.kind, tie, row.counted_g, row.edible, row.cost_fen)


def cost_of(dish: LibraryDish) -> int:
    """What a kilogram of a dish costs to make in fen: four fifths of its price."""
    return round(dish.price_fen * 1000 * 0.8 / dish.pool.weight_g)


def tables(plan: Plan, encrypt: Callable[[str], bytes]) -> Tables:
    """All tables of weighing, parents before children."""
    vessels = scales.vessels()
    ledger = _Ledger(plan, vessels)
    meals = leftovers.served_meals(plan.orders, plan.receptions)
    for meal in plan.meals:
        served = meals.get(meal.id)
        if served is not None and meal.served_on >= plan.started_on:
            ledger.add(served, leftovers.weighings(served, ledger.dishes, plan.started_on, plan.now))
    yield from _equipment(plan, vessels, ledger.seqs, encrypt(scales.DEMO_DEVICE_SECRET))
    yield Weighing, " ".join(_Row._fields), ledger.rows
    yield (
        TrayBinding,
        "id container_id canteen_id served_on period bound_at bound_by staff_id department_id order_id"
        " shows_own",
        ledger.bindings,
    )
    yield TrayRound, " ".join(ROUND_FIELDS), ledger.rounds
    yield from _rollups(plan, ledger.tally, meals)
    yield from _measures(plan)


def _equipment(plan: Plan, vessels: Sequence[Vessel], seqs: Mapping[int, int], secret: bytes) -> Tables:
    opened_at = clock.at_local(plan.opened_on, time(9))
    yield (
        Device,
        "id code kind canteen_id name secret secret_set_at is_enabled created_at last_seen_at last_seq"
        " clock_skew_s firmware waiting",
        [
            (scale.id, scale.code, scale.kind.value, scale.canteen_id, scale.name,
             secret, opened_at, True, opened_at,
             plan.now - (timedelta(days=2, hours=3) if scale.is_silent else timedelta(minutes=1)),
             seqs.get(scale.id, 0), 1, _FIRMWARE, 0)
            for scale in SCALES
        ],
    )  # fmt: skip
    yield Container, " ".join(Vessel._fields), vessels
    consent = (1, plan.staff_id(VISITOR_NO), plan.now - _BOUND_FOR, None)
    yield TrayConsent, "id staff_id given_at revoked_at", [consent]


def _rollups(plan: Plan, tally: Tally, meals: Mapping[int, Served]) -> Tables:
    yield WasteStage, " ".join((*STAGE_KEYS, *STAGE_SUMS)), _flat(tally.stages)
    over = [one for one in meals.values() if one.meal.instants.serves_until <= plan.now]
    by_dish = {
        (one.meal.canteen_id, one.meal.served_on, one.meal.period, dish_id): grams
        for one in over
        for dish_id, grams in one.handed_g.items()
    }
    nothing: list[int] = [0] * len(DISH_SUMS)
    yield (
        WasteDish,
        " ".join((*DISH_KEYS, *DISH_SUMS, "portions_g")),
        [
            (*key, *tally.dishes.get(key, nothing), by_dish.get(key))
            for key in sorted(tally.dishes.keys() | by_dish.keys())
        ],
    )
    diners = {(one.meal.canteen_id, one.meal.served_on, one.meal.period): one.diners for one in over}
    # Nobody came to some meals; that is known, too.
    quiet = {
        (meal.canteen_id, meal.served_on, meal.period): 0
        for meal in plan.meals
        if meal.instants.serves_until <= plan.now
    }
    known = quiet | diners
    none: list[int] = [0] * len(MEAL_SUMS)
    yield (
        WasteMeal,
        " ".join((*MEAL_KEYS, *MEAL_SUMS, "diners")),
        [
            (*key, *tally.meals.get(key, none), known.get(key))
            for key in sorted(tally.meals.keys() | known.keys())
        ],
    )
    yield WasteDepartment, " ".join((*DEPARTMENT_KEYS, *DEPARTMENT_SUMS)), _flat(tally.departments)


def _flat(sums: Mapping[tuple[Any, ...], Sequence[int]]) -> list[tuple[Any, ...]]:
    return [(*key, *values) for key, values in sorted(sums.items())]


def _measures(plan: Plan) -> Tables:
    """What the manager did against waste; its effect is what the weighings show."""
    today = clock.local(plan.now).date()
    manager = next(member for member in plan.members if member.staff_no == MANAGER_NO)
    wanted = (
        (SMART_KITCHEN, MeasureKind.HALF_FIRST, "剩余较多的菜品先推荐半份", leftovers.HALF_FIRST_DAYS),
        (PAPER_KITCHEN, MeasureKind.SIGN, "取餐口和回收口张贴光盘提示", leftovers.SIGN_DAYS),
    )
    yield (
        WasteMeasure,
        "canteen_id kind dish_id title note from_on until_on created_at created_by created_by_name",
        [
            (canteen_id, kind.value, None, title, "", today - timedelta(days=days), None,
             clock.at_local(today - timedelta(days=days + 2), time(15)), manager.staff_id, manager.name)
            for canteen_id, kind, title, days in wanted
            if today - timedelta(days=days) >= plan.started_on
        ],
    )  # fmt: skip
