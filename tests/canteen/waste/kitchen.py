"""A canteen that weighs: periods, dishes, trays, bins and pans, and scales that sign what they send."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, text

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.waste import operations
from canteen.waste.models import Container, TrayBinding
from tests.backend.devices.signed import SignedClient, make_device
from tests.client import Answer, Client
from tests.factories import MONDAY, Compound

ONE = clock.at_local(MONDAY, time(13))
WEIGHINGS = "/devices/weighings"
_MEAL = ("canteen_id", "served_on", "period")
TABLES = {
    "SELECT * FROM waste_stages": (*_MEAL, "stage", "source", "edible"),
    "SELECT * FROM waste_meals": _MEAL,
    "SELECT * FROM waste_dishes": (*_MEAL, "dish_id"),
    "SELECT * FROM waste_departments": (*_MEAL, "department_id"),
}


def at(wall: str, day: date = MONDAY) -> datetime:
    """An instant by the compound's clocks."""
    return clock.at_local(day, time.fromisoformat(wall))


class Kitchen:
    """One canteen, its manager, and as many scales as are wanted. Lunch is at 11:30, dinner at 17:30."""

    def __init__(self, compound: Compound, *, devices: int = 1, trays: int = 4) -> None:
        self.compound = compound
        self.canteen = compound.canteen()
        for period in ("breakfast", "lunch", "dinner"):
            compound.period(self.canteen, period)
        self.dishes = [compound.dish(self.canteen, cost_fen_per_kg=cost) for cost in (None, 2_000, 3_333)]
        self.trays = [self.container("tray", f"T{number}", 480) for number in range(trays)]
        self.container("bin", "B-PLATE", 9_000, stage="plate", edible="edible")
        self.container("bin", "B-PREP", 9_000, stage="preparation")
        self.container("pan", "P1", 2_500)
        self.ids = []
        self.scales = []
        for _ in range(devices):
            code, secret, device_id = make_device(canteen_id=self.canteen.id)
            self.ids.append(device_id)
            self.scales.append(SignedClient(compound.app, code, secret))

    def container(self, kind: str, code: str, tare_g: int, **columns: Any) -> int:
        """A registered container."""
        columns.setdefault("edible", "mixed")

        @atomic
        def write() -> int:
            row = Container(canteen_id=self.canteen.id, kind=kind, code=code, tare_g=tare_g, **columns)
            db.session.add(row)
            db.session.flush()
            return row.id

        return write()

    def manager(self) -> Client:
        """A manager of this canteen, logged in."""
        roles = {"canteen_manager": (ScopeKind.CANTEEN, self.canteen.id)}
        return self.compound.client(self.compound.staff(roles=roles))

    def send(self, *events: dict[str, Any], scale: int = 0, off: timedelta = timedelta()) -> Answer:
        """Post a batch; `off` is how far the scale's clock is ahead."""
        body = {"sent_at": (clock.now() + off).isoformat(), "events": list(events)}
        return self.scales[scale].post(WEIGHINGS, body)

    def bind(
        self, tray: int, department_id: int, wall: str, period: str = "lunch", day: date = MONDAY
    ) -> None:
        """Somebody of this department takes the tray."""

        @atomic
        def write() -> None:
            db.session.add(
                TrayBinding(
                    container_id=self.trays[tray],
                    canteen_id=self.canteen.id,
                    served_on=day,
                    period=period,
                    bound_at=at(wall, day),
                    bound_by=0,
                    department_id=department_id,
                )
            )
            operations.recompute_trays([(self.trays[tray], day, period)])

        write()

    def meal(self, day: date = MONDAY, period: str = "lunch") -> dict[str, Any]:
        """The row of a meal, by column; empty if there is none."""
        rows = db_rows("SELECT * FROM waste_meals WHERE canteen_id = :canteen_id", canteen_id=self.canteen.id)
        return next((row for row in rows if (row["served_on"], row["period"]) == (day, period)), {})

    def stages(self, day: date = MONDAY, period: str = "lunch") -> dict[tuple[str, str, str], int]:
        """Grams by stage, source and edible part of a meal."""
        return {
            (row["stage"], row["source"], row["edible"]): row["net_g"]
            for row in db_rows("SELECT * FROM waste_stages WHERE canteen_id = :c", c=self.canteen.id)
            if (row["served_on"], row["period"]) == (day, period) and row["events"]
        }


def event(seq: int, kind: str, wall: str = "12:05", **fields: Any) -> dict[str, Any]:
    """An event of Monday, by the compound's clocks."""
    day = fields.pop("day", MONDAY)
    return {"seq": seq, "kind": kind, "captured_at": clock.local(at(wall, day)).isoformat(), **fields}


def results(answer: Answer) -> list[str]:
    """How each event ended."""
    return [item["result"] for item in answer.data["items"]]


def db_rows(statement: str, **values: Any) -> list[dict[str, Any]]:
    """Rows of a plain statement, read afresh, with dates as dates."""
    db.session.rollback()
    found = []
    for row in db.session.execute(text(statement), values).mappings():
        one = dict(row)
        for name in ("served_on",):
            if isinstance(one.get(name), str):
                one[name] = date.fromisoformat(one[name])
        found.append(one)
    return found


def totals() -> dict[str, Any]:
    """Every rollup as it stands, without rows of nothing: what must not depend on how events came."""
    return {statement.split()[-1]: dict(_rows_of(statement, keys)) for statement, keys in TABLES.items()}


def _rows_of(statement: str, keys: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    for row in db_rows(statement):
        key = tuple(row.pop(key) for key in keys)
        sums = {column: value for column, value in row.items() if value}
        if sums:
            yield key, sums


def rounds() -> list[tuple[Any, ...]]:
    """Every round as it is stored."""
    return [
        tuple(row.values())
        for row in db_rows(
            "SELECT container_id, served_on, period, ordinal, binding_id, served_g, leftover_g, edible, "
            "cost_fen FROM tray_rounds ORDER BY container_id, served_on, period, ordinal"
        )
    ]


def container_ids() -> list[int]:
    """Every container."""
    return list(db.session.scalars(select(Container.id)))
