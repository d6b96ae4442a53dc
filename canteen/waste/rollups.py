"""What facts come to: sums by meal and stage, by dish, by department, and what is known of a meal's trays.

A `Tally` gathers the differences of one unit of work and writes each of them once, by rising key, so that
units that meet at a rollup wait for one another instead of locking each other out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from backend.db import Base, table, unit
from backend.rollups import Key
from canteen.waste import policies
from canteen.waste.among import upsert_sums
from canteen.waste.models import (
    Disposition,
    Kind,
    Status,
    WasteDepartment,
    WasteDish,
    WasteMeal,
    WasteStage,
)
from canteen.waste.rounds import Round

STAGE_SUMS: Final = ("net_g", "cost_fen", "events")
DISH_SUMS: Final = (
    *("prepared_g", "served_g", "leftover_g", "leftovers", "unserved_g", "unserved_weighings"),
    *("reused_g", "cost_fen"),
)
MEAL_SUMS: Final = (
    *("trays", "clean_trays", "tray_leftover_g", "rated_trays", "rated_served_g", "rated_leftover_g"),
    "quarantined",
)
DEPARTMENT_SUMS: Final = ("trays", "clean_trays", "leftover_g", "served_g")
STAGE_KEYS: Final = ("canteen_id", "served_on", "period", "stage", "source", "edible")
DISH_KEYS: Final = ("canteen_id", "served_on", "period", "dish_id")
MEAL_KEYS: Final = ("canteen_id", "served_on", "period")
DEPARTMENT_KEYS: Final = ("department_id", "canteen_id", "served_on", "period")


class Counting(Protocol):
    """What a weighing's row says; a fact has it, and so has a row of the table."""

    @property
    def canteen_id(self) -> int: ...
    @property
    def served_on(self) -> date: ...
    @property
    def period(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def edible(self) -> str: ...
    @property
    def container_id(self) -> int | None: ...
    @property
    def dish_id(self) -> int | None: ...
    @property
    def counted_g(self) -> int: ...
    @property
    def cost_fen(self) -> int: ...
    @property
    def disposition(self) -> str: ...
    @property
    def status(self) -> str: ...


class Sums:
    """One rollup table: the differences by key, and how they are written."""

    def __init__(self, model: type[Base], keys: Sequence[str], sums: Sequence[str]) -> None:
        self.table, self.keys, self.sums = table(model), tuple(keys), tuple(sums)
        self._add = upsert_sums(self.table, keys, sums)

    def write(self, found: Mapping[Key, Sequence[int]]) -> None:
        """Add the differences to what stands, by rising key."""
        rows = [(*key, *sums) for key, sums in sorted(found.items()) if any(sums)]
        if not rows:
            return
        connection, columns = unit(), (*self.keys, *self.sums)
        if connection.dialect.name == "postgresql":
            lists = (list(values) for values in zip(*rows, strict=True))
            self._add.many(connection, [dict(zip(columns, lists, strict=True))])
        else:
            self._add.many(connection, [dict(zip(columns, row, strict=True)) for row in rows])


STAGES: Final = Sums(WasteStage, STAGE_KEYS, STAGE_SUMS)
DISHES: Final = Sums(WasteDish, DISH_KEYS, DISH_SUMS)
MEALS: Final = Sums(WasteMeal, MEAL_KEYS, MEAL_SUMS)
DEPARTMENTS: Final = Sums(WasteDepartment, DEPARTMENT_KEYS, DEPARTMENT_SUMS)

_SERVED, _OUT, _BACK, _LEFT = (
    kind.value for kind in (Kind.SERVE_DELTA, Kind.PAN_OUT, Kind.PAN_BACK, Kind.DISH_LEFTOVER)
)
OF_DISH: Final = frozenset({_SERVED, _OUT, _BACK, _LEFT})
_OK, _QUARANTINED = Status.OK.value, Status.QUARANTINED.value


class Tally:
    """The differences that a unit of work makes."""

    def __init__(self) -> None:
        self.stages: dict[Key, list[int]] = {}
        self.dishes: dict[Key, list[int]] = {}
        self.meals: dict[Key, list[int]] = {}
        self.departments: dict[Key, list[int]] = {}

    def add_all(self, facts: Iterable[Counting]) -> None:
        """Weighings that were stored."""
        for fact in facts:
            self.add(fact)

    def add(self, fact: Counting, sign: int = 1) -> None:
        """A weighing that was stored, or, with -1, one that was taken back or decided."""
        if fact.status != _OK:
            if fact.status == _QUARANTINED:
                self.add_meal(fact.canteen_id, fact.served_on, fact.period, quarantined=sign)
            return
        kind, grams, cost = fact.kind, fact.counted_g * sign, fact.cost_fen * sign
        if policies.says_nothing(kind, fact.counted_g):
            return
        if not policies.is_of_round(kind, fact.container_id, fact.edible):
            key = (fact.canteen_id, fact.served_on, fact.period, fact.stage, fact.source, fact.edible)
            self.add_stage(key, grams, cost, sign)
            if policies.is_anonymous_return(kind, fact.container_id, fact.edible):
                is_clean = fact.counted_g <= policies.CLEAN_G
                self.add_meal(*key[:3], trays=sign, clean_trays=sign * is_clean, tray_leftover_g=grams)
        if kind in OF_DISH and fact.dish_id is not None:
            self.add_dish(
                (fact.canteen_id, fact.served_on, fact.period, fact.dish_id),
                *of_dish(kind, fact.disposition, grams, cost, sign),
            )

    def add_round(self, canteen_id: int, served_on: date, period: str, round_: Round, sign: int) -> None:
        """A round that there is now, or, with -1, that there was. Only a returned tray says anything."""
        if round_.leftover_g is None:
            return
        left, served = round_.leftover_g * sign, round_.served_g * sign
        clean = sign if round_.leftover_g <= policies.CLEAN_G else 0
        self.add_stage(
            (canteen_id, served_on, period, "plate", "tray", round_.edible),
            left,
            round_.cost_fen * sign,
            sign,
        )
        rated = {"rated_trays": sign, "rated_served_g": served, "rated_leftover_g": left} if served else {}
        self.add_meal(
            canteen_id, served_on, period, trays=sign, clean_trays=clean, tray_leftover_g=left, **rated
        )
        if round_.department_id is not None:
            _add(
                self.departments,
                (round_.department_id, canteen_id, served_on, period),
                (sign, clean, left, served),
            )

    def add_stage(self, key: Key, grams: int, cost_fen: int, events: int) -> None:
        """Grams of (canteen, day, period, stage, source, edible)."""
        sums = self.stages.get(key)
        if sums is None:
            self.stages[key] = [grams, cost_fen, events]
        else:
            sums[0] += grams
            sums[1] += cost_fen
            sums[2] += events

    def add_meal(self, canteen_id: int, served_on: date, period: str, **sums: int) -> None:
        """What is known of a meal, by the names of `MEAL_SUMS`."""
        _add(self.meals, (canteen_id, served_on, period), [sums.get(name, 0) for name in MEAL_SUMS])

    def add_dish(self, key: Key, *sums: int) -> None:
        """Grams of (canteen, day, period, dish), in the order of `DISH_SUMS`."""
        _add(self.dishes, key, sums)

    def write(self) -> None:
        """Add all of it to the rollups of the open unit."""
        STAGES.write(self.stages)
        DISHES.write(self.dishes)
        MEALS.write(self.meals)
        DEPARTMENTS.write(self.departments)


def _add(into: dict[Key, list[int]], key: Key, sums: Sequence[int]) -> None:
    there = into.get(key)
    if there is None:
        into[key] = list(sums)
    else:
        for place, value in enumerate(sums):
            there[place] += value


def of_dish(kind: str, disposition: str, grams: int, cost: int, sign: int) -> tuple[int, ...]:
    """What weighings of a dish come to, in the order of `DISH_SUMS`; `sign` counts them."""
    if kind == _SERVED:
        return 0, grams, 0, 0, 0, 0, 0, 0
    if kind == _OUT:
        return grams, 0, 0, 0, 0, 0, 0, 0
    if kind == _LEFT:
        return 0, 0, grams, sign, 0, 0, 0, cost
    if disposition == Disposition.REUSE:
        return 0, 0, 0, 0, 0, 0, grams, 0
    return 0, 0, 0, 0, grams, sign, 0, cost
