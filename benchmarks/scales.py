"""A canteen of the benchmarks that weighs, and what its scales see of a lunch."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from typing import Any

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from backend.devices import services as device_services
from backend.devices.models import DeviceKind
from backend.places.models import Campus
from backend.rules import operations as rule_operations
from backend.rules.models import RuleVersion
from canteen.menu.models import Canteen, Dish, Meal, MealState, Period
from canteen.menu.policies import Cutoff, PeriodRules
from canteen.menu.rules import MEAL_PERIOD
from canteen.waste.models import Container

TRAYS, DISHES = 200, 30
BATCH = 1000
LUNCHES = 300
PERIODS = {"breakfast": 7, "lunch": 11, "dinner": 17}


@dataclass(frozen=True)
class Line:
    """A canteen with its dishes, and a scale that signs."""

    canteen_id: int
    dish_ids: list[int]
    code: str
    secret: str


def furnish(name: str = "食堂") -> Line:
    """A canteen that weighs."""

    @atomic
    def write() -> tuple[int, list[int]]:
        campus = Campus(name=f"{name}院区")
        db.session.add(campus)
        db.session.flush()
        canteen = Canteen(campus_id=campus.id, name=name)
        db.session.add(canteen)
        db.session.flush()
        now = clock.now()
        dishes = [
            Dish(
                canteen_id=canteen.id,
                name=f"菜{number}",
                category="meat",
                weight_g=200,
                cost_fen_per_kg=1_000 + number,
                created_at=now,
                changed_at=now,
            )
            for number in range(DISHES)
        ]
        db.session.add_all(dishes)
        db.session.add_all(
            [
                Container(canteen_id=canteen.id, kind=kind, code=f"{kind}{number}", tare_g=tare, stage=stage)
                for kind, many, tare, stage in (
                    ("tray", TRAYS, 480, None),
                    ("bin", 4, 9_000, "plate"),
                    ("pan", DISHES, 2_500, None),
                )
                for number in range(many)
            ]
        )
        db.session.flush()
        db.session.add_all([_period(canteen.id, *one) for one in PERIODS.items()])
        db.session.add_all([_lunch(canteen.id, day) for day in workdays_back(LUNCHES)])
        db.session.flush()
        rule_operations.show_change(*MEAL_PERIOD.topics)
        return canteen.id, [dish.id for dish in dishes]

    canteen_id, dish_ids = write()
    made = device_services.create_device(SYSTEM, kind=DeviceKind.GATEWAY, name="网关", canteen_id=canteen_id)
    return Line(canteen_id, dish_ids, made.device.code, made.secret)


def _period(canteen_id: int, period: str, hour: int) -> RuleVersion:
    """The rules of a period, in force since long ago, because the events are of the past."""
    rules = PeriodRules(
        period=Period(period),
        name=period,
        is_active=True,
        window_from=wall_time(hour, 30),
        window_until=wall_time(hour + 1, 30),
        order_cutoff=Cutoff(minutes=60),
        cancel_cutoff=Cutoff(minutes=60),
        pickup_lead_minutes=None,
    )
    long_ago = clock.at_local(date(2000, 1, 1), wall_time.min)
    return RuleVersion(
        rule_key=MEAL_PERIOD.key,
        scope_kind=MEAL_PERIOD.scope.value,
        scope_id=canteen_id,
        variant=period,
        value=MEAL_PERIOD.kind.dump(rules),
        effective_at=long_ago,
        changed_at=long_ago,
        changed_by=0,
        changed_by_name="系统",
        reason="基准测试",
    )


def _lunch(canteen_id: int, day: date) -> Meal:
    from_at = clock.at_local(day, wall_time(11, 30))
    return Meal(
        canteen_id=canteen_id,
        served_on=day,
        period="lunch",
        state=MealState.FROZEN.value,
        order_closes_at=from_at,
        cancel_closes_at=from_at,
        freezes_at=from_at,
        serves_from=from_at,
        serves_until=from_at + timedelta(hours=1),
    )


def meal(line: Line, day: date, first_seq: int) -> list[dict[str, Any]]:
    """The events of one lunch: 200 trays with three helpings and a return each, bins and pans; 1,000."""
    noise = random.Random(first_seq)
    start = clock.at_local(day, wall_time(11, 31))
    found: list[tuple[datetime, dict[str, Any]]] = []
    for tray in range(TRAYS):
        begin = start + timedelta(seconds=noise.randrange(1_800))
        for helping in range(3):
            served = {"tray": f"tray{tray}", "dish_id": noise.choice(line.dish_ids)}
            at = begin + timedelta(seconds=10 * helping)
            found.append((at, {"kind": "serve_delta", **served, "gross_g": noise.randrange(60, 260)}))
        left = {"tray": f"tray{tray}", "gross_g": 480 + max(0, noise.randrange(-60, 200))}
        found.append((begin + timedelta(minutes=15), {"kind": "tray_return", **left}))
    for number in range(150):
        gained = {"bin": f"bin{number % 4}", "gross_g": noise.randrange(900)}
        found.append((start + timedelta(seconds=20 * number), {"kind": "bin_delta", **gained}))
    for number in range(50):
        pan = {"pan": f"pan{number % DISHES}", "dish_id": line.dish_ids[number % DISHES]}
        kind = "pan_out" if number < DISHES else "pan_back"
        at = start + timedelta(minutes=number)
        found.append((at, {"kind": kind, **pan, "gross_g": 2_500 + noise.randrange(9_000)}))
    found.sort(key=lambda one: one[0])
    return [
        {
            "seq": first_seq + number,
            "captured_at": clock.local(at).isoformat(),
            "stable": True,
            "raw_frame": "ST,GS,+0000.53kg",
            **one,
        }
        for number, (at, one) in enumerate(found)
    ]


def workdays_back(many: int) -> list[date]:
    """So many days without a weekend, the latest first."""
    days, day = [], date(2026, 9, 18)
    while len(days) < many:
        if day.weekday() < 5:
            days.append(day)
        day -= timedelta(days=1)
    return days
