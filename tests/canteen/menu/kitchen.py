"""A canteen with its manager, as most tests of the menu need it."""

from datetime import date
from typing import Any

from sqlalchemy import select

from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from canteen.menu.models import Canteen, Dish, MealDish
from tests.client import Answer, Client
from tests.factories import MONDAY, Compound

TUESDAY = date(2026, 11, 24)


class Kitchen:
    """One canteen that serves lunch, its manager, and an official who only orders."""

    def __init__(self, compound: Compound, **canteen: Any) -> None:
        self.compound = compound
        self.canteen: Canteen = compound.canteen(**canteen)
        self.lunch = compound.period(self.canteen)
        self.manager = self.manager_of(self.canteen)
        self.official = compound.client(compound.staff())

    def manager_of(self, canteen: Canteen) -> Client:
        """A manager of this canteen alone."""
        return self.client("canteen_manager", ScopeKind.CANTEEN, canteen.id)

    def client(self, role: str, kind: ScopeKind, scope_id: int = 0) -> Client:
        """A new member of staff with one role, logged in."""
        return self.compound.client(self.compound.staff(roles={role: (kind, scope_id)}))

    def dish(self, name: str = "", **columns: Any) -> Dish:
        """A dish of the canteen."""
        return self.compound.dish(self.canteen, name, **columns)

    def draft(self, *dishes: Dish, on: date = TUESDAY, period: str = "lunch", cap: int | None = 20) -> Any:
        """A draft of these dishes."""
        instants = dict.fromkeys(
            (
                "order_closes_at",
                "cancel_closes_at",
                "freezes_at",
                "serves_from",
                "serves_until",
                "published_at",
            )
        )
        return self.compound.meal(
            self.canteen, [(dish, cap) for dish in dishes], on, period, state="draft", **instants
        )

    def set_menu(
        self, *lines: tuple[Dish, int | None], on: Any = TUESDAY, by: Client | None = None
    ) -> Answer:
        """Say what a day's lunch offers."""
        return (by or self.manager).put(
            f"/canteen/admin/menus/{self.canteen.id}/{on}/lunch",
            {"dishes": [{"dish_id": dish.id, "cap": cap} for dish, cap in lines]},
        )

    def publish(self, on: date = TUESDAY, by: Client | None = None, **fields: Any) -> Answer:
        """Publish a day's drafts."""
        body = {"canteen_id": self.canteen.id, "date": on.isoformat(), **fields}
        return (by or self.manager).post("/canteen/admin/menus/publish", body)

    def meals(self, from_on: date = TUESDAY, until_on: date | None = None) -> list[Any]:
        """What the manager sees of these days."""
        return self.manager.get(
            "/canteen/admin/menus",
            canteen_id=self.canteen.id,
            from_date=from_on,
            to_date=until_on or from_on,
        ).data["list"]

    def menu(self, on: date = MONDAY) -> Any:
        """What a diner sees of a day."""
        return self.official.get("/canteen/menus", canteen_id=self.canteen.id, date=on).data

    def remaining(self, on: date = MONDAY) -> Any:
        """What a diner sees of what is left."""
        return self.official.get("/canteen/menus/remaining", canteen_id=self.canteen.id, date=on).data


def problems(answer: Answer) -> list[tuple[Any, ...]]:
    """The problems of a refused publication, as (date, period, dish, problem)."""
    assert answer.error == "canteen.menu_not_publishable"
    return [tuple(one[key] for key in _KEYS) for one in answer.envelope["data"]["problems"]]


def warnings(answer: Answer) -> list[tuple[Any, ...]]:
    """The warnings of a publication, likewise."""
    return [tuple(one[key] for key in _KEYS) for one in answer.data["warnings"]]


_KEYS = ("date", "period", "dish", "problem")


def audited(action: str) -> list[Any]:
    """The details of what was recorded, in order."""
    db.session.rollback()
    events = select(AuditEvent.details).where(AuditEvent.action == action).order_by(AuditEvent.id)
    return list(db.session.scalars(events))


def take(meal_id: int, **taken: int) -> None:
    """Set what is taken of a meal's dishes, by dish id (`d7=150`), as ordering would."""
    from backend.db import atomic, unit

    @atomic
    def write() -> None:
        for name, number in taken.items():
            statement = MealDish.__table__.update().values(taken=number)
            unit().execute(
                statement.where(MealDish.meal_id == meal_id, MealDish.dish_id == int(name.removeprefix("d")))
            )

    write()
