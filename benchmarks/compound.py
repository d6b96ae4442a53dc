"""The compound of the benchmarks: 2,000 officials with sessions and money, 12 capped dishes, many meals."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import insert

from backend import clock
from backend.actor import SYSTEM
from backend.app import create_app
from backend.config import Settings
from backend.db import atomic, db, table, unit
from backend.identity import operations as identity_operations
from backend.identity.models import Department, LoginSession, Posting, Staff
from backend.places.models import Campus
from canteen.accounts.models import AccountBalance
from canteen.menu.models import Canteen, Dish, DishPortion, Meal, MealDish, MealState, Period
from canteen.menu.operations import save_periods
from canteen.menu.policies import Cutoff, PeriodRules

OFFICIALS = 2000
DISHES = 12
DAYS = 40
CAP = 100_000
PERIODS = ("lunch", "dinner")
SECRET = "a secret key for the benchmarks, long enough"


def token_of(number: int) -> str:
    """The session token of an official."""
    return f"bench-token-{number:05d}-0123456789abcdef0123456789"


@dataclass(frozen=True)
class Furnished:
    """What the load needs to know."""

    canteen_id: int
    dish_ids: list[int]
    first_day: date

    def order(self, number: int, day: int, period: str, dishes: tuple[int, int]) -> dict[str, Any]:
        """The body of an order of two dishes."""
        return {
            "canteen_id": self.canteen_id,
            "date": (self.first_day + timedelta(days=day)).isoformat(),
            "period": period,
            "items": [
                {"dish_id": self.dish_ids[dish], "portion": "standard", "quantity": 1} for dish in dishes
            ],
            "dining": "dine_in",
        }


def settings_of(folder: Path, database_url: str) -> Settings:
    """The settings of the benchmark's servers and of this process."""
    return Settings.from_env(environment_of(folder, database_url))


def environment_of(folder: Path, database_url: str) -> dict[str, str]:
    """The environment of the benchmark's servers; a load comes from fewer people than the limits expect."""
    limits = {f"HOUQIN_LIMIT_{name}": "100000000" for name in ("PERSON", "HEAVY", "ADDRESS", "FAILURES")}
    return {
        "HOUQIN_DATA": str(folder),
        "DATABASE_URL": database_url,
        "HOUQIN_SECRET_KEY": SECRET,
        **limits,
    }


@contextmanager
def furnished(settings: Settings) -> Iterator[Furnished]:
    """Migrate and furnish an empty database; yields what is in it, within an application context."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        yield atomic(furnish)()
        db.session.remove()
        db.engine.dispose()


def furnish() -> Furnished:
    """The officials, the dishes and the meals to come, within an open unit of work."""
    now, first_day = clock.now(), clock.today() + timedelta(days=1)
    campus = _add(Campus(name="院区"))
    canteen = _add(Canteen(campus_id=campus.id, name="食堂"))
    department = _add(Department(name="处室"))
    dishes = [_dish(canteen.id, number) for number in range(DISHES)]
    save_periods(SYSTEM, canteen.id, [_period(period) for period in PERIODS], reason="基准测试")
    for period in PERIODS:
        for day in range(DAYS):
            _add(_meal(canteen.id, first_day + timedelta(days=day), period, dishes))
    _officials(department.id, now)
    return Furnished(canteen.id, [dish.id for dish in dishes], first_day)


def _add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def _dish(canteen_id: int, number: int) -> Dish:
    now = clock.now()
    dish = Dish(
        canteen_id=canteen_id,
        name=f"菜{number}",
        category="meat",
        price_fen=600 + number,
        weight_g=200,
        allergens=[],
        created_at=now,
        changed_at=now,
    )
    dish.portions = [
        DishPortion(portion="standard", price_fen=600 + number, weight_g=200, share=100),
        DishPortion(portion="half", price_fen=300, weight_g=100, share=50),
    ]
    return _add(dish)


def _period(period: str) -> PeriodRules:
    return PeriodRules(
        period=Period(period),
        name=period,
        is_active=True,
        window_from=time(11, 30),
        window_until=time(12, 30),
        order_cutoff=Cutoff(minutes=60),
        cancel_cutoff=Cutoff(minutes=60),
        pickup_lead_minutes=None,
    )


def _meal(canteen_id: int, served_on: date, period: str, dishes: list[Dish]) -> Meal:
    serves_from = clock.at_local(served_on, time(11, 30))
    closes_at = serves_from - timedelta(hours=1)
    meal = Meal(
        canteen_id=canteen_id,
        served_on=served_on,
        period=period,
        state=MealState.PUBLISHED.value,
        order_closes_at=closes_at,
        cancel_closes_at=closes_at,
        freezes_at=closes_at,
        serves_from=serves_from,
        serves_until=serves_from + timedelta(hours=1),
        published_at=clock.now(),
    )
    meal.dishes = [MealDish(dish_id=dish.id, cap=CAP, position=n) for n, dish in enumerate(dishes)]
    return meal


def _officials(department_id: int, now: Any) -> None:
    staff = [
        Staff(
            staff_no=f"B{number:05d}",
            name=f"职工{number}",
            created_at=now,
            postings=[Posting(department_id=department_id, is_primary=True)],
        )
        for number in range(OFFICIALS)
    ]
    db.session.add_all(staff)
    db.session.flush()
    unit().execute(
        insert(table(LoginSession)),
        [
            {
                "token_hash": hashlib.sha256(token_of(number).encode()).digest(),
                "staff_id": person.id,
                "provider": "wechat_mp",
                "device": "",
                "actor": identity_operations.snapshot(person),
                "must_change_password": False,
                "opened_at": now,
                "seen_at": now,
                "expires_at": now + timedelta(days=30),
            }
            for number, person in enumerate(staff)
        ],
    )
    unit().execute(
        insert(table(AccountBalance)),
        [
            {"staff_id": person.id, "bucket": bucket, "balance_fen": 10_000_000}
            for person in staff
            for bucket in ("subsidy", "personal")
        ],
    )
