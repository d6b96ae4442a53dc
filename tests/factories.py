"""Furnish a compound for a test: rows written by the models, in units of work of their own."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity import operations as identity_operations
from backend.identity.models import Department, Posting, Role, RoleGrant, Staff
from backend.places.models import Campus
from backend.rules import operations as rule_operations
from backend.rules.models import RuleVersion
from backend.rules.registry import Rule
from canteen.accounts.models import AccountBalance, Bucket, EntryKind, LedgerEntry, LedgerPosting
from canteen.menu.models import Canteen, Dish, DishPortion, Meal, MealDish, MealState, Period
from canteen.menu.policies import Cutoff, PeriodRules
from canteen.menu.rules import MEAL_PERIOD, OPENS_ON_REST_DAYS
from tests.client import Client

# A Monday without any holiday near it; most tests hold the clock here, at nine in the morning.
MONDAY = date(2026, 11, 23)
NINE = clock.at_local(MONDAY, time(9))
LONG_AGO = clock.at_local(date(2000, 1, 1), time.min)


class Compound:
    """Makes campuses, canteens, staff, dishes and meals with sensible defaults; everything can be named."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._count = count(1)

    def campus(self, name: str = "") -> Campus:
        """A campus."""
        return _add(Campus(name=name or f"院区{next(self._count)}"))

    def canteen(self, campus: Campus | None = None, **columns: Any) -> Canteen:
        """A canteen, on a campus of its own if none is given; `opens_on_rest_days` if it always has."""
        campus = campus or self.campus()
        opens_on_rest_days = columns.pop("opens_on_rest_days", False)
        columns.setdefault("name", f"食堂{next(self._count)}")
        canteen = _add(Canteen(campus_id=campus.id, **columns))
        if opens_on_rest_days:
            self.rule(OPENS_ON_REST_DAYS, True, canteen.id)
        return canteen

    def rule(self, rule: Rule[Any], value: Any, scope_id: int = 0, variant: str = "") -> RuleVersion:
        """A first version of a rule, in force since long ago."""

        @atomic
        def write() -> RuleVersion:
            version = RuleVersion(
                rule_key=rule.key,
                scope_kind=rule.scope.value,
                scope_id=scope_id,
                variant=variant,
                value=rule.kind.dump(value),
                effective_at=LONG_AGO,
                changed_at=LONG_AGO,
                changed_by=0,
                changed_by_name="系统",
                reason="测试",
            )
            db.session.add(version)
            db.session.flush()
            rule_operations.show_change(*rule.topics)
            return version

        return write()

    def department(self, name: str = "", parent: Department | None = None) -> Department:
        """A department."""
        return _add(
            Department(name=name or f"处室{next(self._count)}", parent_id=parent.id if parent else None)
        )

    def staff(
        self,
        staff_no: str = "",
        *,
        department: Department | None = None,
        subsidy_fen: int = 0,
        personal_fen: int = 0,
        roles: Mapping[str, tuple[ScopeKind, int]] | None = None,
        **columns: Any,
    ) -> Staff:
        """An active member of staff with balances and roles, e.g. roles={"canteen_staff": (CANTEEN, 1)}."""
        department = department or self.department()
        number = staff_no or f"T{next(self._count):05d}"
        columns.setdefault("name", f"职工{number}")

        @atomic
        def write() -> Staff:
            staff = Staff(staff_no=number, created_at=clock.now(), **columns)
            staff.postings = [Posting(department_id=department.id, is_primary=True)]
            db.session.add(staff)
            db.session.flush()
            for code, (kind, scope_id) in (roles or {}).items():
                role = db.session.scalars(select(Role).where(Role.code == code)).one()
                db.session.add(
                    RoleGrant(
                        staff_id=staff.id,
                        role_id=role.id,
                        scope_kind=kind.value,
                        scope_id=scope_id,
                        granted_at=clock.now(),
                        granted_by=0,
                    )
                )
            _fund(staff.id, Bucket.SUBSIDY, "fiscal", EntryKind.GRANT, subsidy_fen)
            _fund(staff.id, Bucket.PERSONAL, "received", EntryKind.TOP_UP, personal_fen)
            return staff

        return write()

    def client(self, staff: Staff) -> Client:
        """A client logged in as this member of staff."""

        @atomic
        def login() -> str:
            return identity_operations.open_session(db.session.merge(staff), provider="wechat_mp")

        return Client(self.app, login())

    def period(self, canteen: Canteen, period: str = "lunch", **fields: Any) -> PeriodRules:
        """A period with a window and cutoffs: lunch 11:30–12:30, order until 10:00, cancel until 10:00."""
        names = {"breakfast": "早餐", "lunch": "午餐", "dinner": "晚餐", "overtime": "加班餐"}
        starts = {"breakfast": 7, "lunch": 11, "dinner": 17, "overtime": 20}
        usual = {
            "name": names[period],
            "is_active": True,
            "window_from": time(starts[period], 30),
            "window_until": time(starts[period] + 1, 30),
            "order_cutoff": Cutoff(minutes=90),
            "cancel_cutoff": Cutoff(minutes=90),
            "pickup_lead_minutes": 30,
        }
        rules = PeriodRules(period=Period(period), **{**usual, **fields})
        self.rule(MEAL_PERIOD, rules, canteen.id, period)
        return rules

    def dish(
        self,
        canteen: Canteen,
        name: str = "",
        price_fen: int | None = 600,
        portions: Sequence[tuple[str, int, int, int]] | None = None,
        **columns: Any,
    ) -> Dish:
        """A dish; `portions` are (portion, price_fen, weight_g, share), by default standard and half."""
        columns.setdefault("category", "meat")
        columns.setdefault("weight_g", 200)
        columns.setdefault("allergens", [])
        if portions is None and price_fen is not None:
            portions = [("standard", price_fen, 200, 100), ("half", price_fen // 2, 100, 50)]
        now = clock.now()
        dish = Dish(
            canteen_id=canteen.id,
            name=name or f"菜{next(self._count)}",
            price_fen=price_fen,
            created_at=now,
            changed_at=now,
            **columns,
        )
        dish.portions = [
            DishPortion(portion=portion, price_fen=price, weight_g=weight, share=share)
            for portion, price, weight, share in portions or []
        ]
        return _add(dish)

    def meal(
        self,
        canteen: Canteen,
        dishes: Mapping[Dish, int | None] | Sequence[tuple[Dish, int | None]],
        served_on: date = MONDAY,
        period: str = "lunch",
        *,
        closes_at: datetime | None = None,
        **columns: Any,
    ) -> Meal:
        """A published meal of these dishes with their caps; order and cancel close at 10:00 by default."""
        closes_at = closes_at or clock.at_local(served_on, time(10))
        serves_from = clock.at_local(served_on, time(11, 30))
        defaults: dict[str, Any] = {
            "state": MealState.PUBLISHED.value,
            "order_closes_at": closes_at,
            "cancel_closes_at": closes_at,
            "freezes_at": closes_at,
            "pickup_from": None,
            "serves_from": serves_from,
            "serves_until": serves_from + timedelta(hours=1),
            "published_at": clock.now(),
        }
        meal = Meal(canteen_id=canteen.id, served_on=served_on, period=period, **{**defaults, **columns})
        pairs = dishes.items() if isinstance(dishes, Mapping) else dishes
        meal.dishes = [
            MealDish(dish_id=dish.id, cap=cap, position=position)
            for position, (dish, cap) in enumerate(pairs)
        ]
        return _add(meal)


def _fund(staff_id: int, bucket: Bucket, source: str, kind: EntryKind, amount_fen: int) -> None:
    """A balance with the entry that explains it."""
    db.session.add(AccountBalance(staff_id=staff_id, bucket=bucket.value, balance_fen=amount_fen))
    if not amount_fen:
        return
    entry = LedgerEntry(kind=kind.value, staff_id=staff_id, happened_at=clock.now(), entered_by=0)
    db.session.add(entry)
    db.session.flush()
    db.session.add_all(
        [
            LedgerPosting(entry_id=entry.id, account=bucket.value, staff_id=staff_id, amount_fen=amount_fen),
            LedgerPosting(entry_id=entry.id, account=source, amount_fen=-amount_fen),
        ]
    )


def _add(row: Any) -> Any:
    @atomic
    def write() -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    return write()
