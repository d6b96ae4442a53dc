"""A canteen's kitchen, ready to work: its people, and the means to furnish larder, recipes and meals.

What a test needs and what cannot be said by the models' defaults is a parameter; rows are written by the
models, without the use cases that make them, so that a test of one slice does not hang on another.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import Staff
from canteen.menu.models import Canteen, Dish, Meal
from tests.client import Client
from tests.factories import MONDAY, NINE, Compound

# What an ingredient's nutrition is called, per 100 g of the edible part.
NUTRIENTS = ("energy_kcal", "protein_g", "fat_g", "carbohydrate_g", "sodium_mg")

# Who works here: the attribute of the kitchen, and the role that it has for the canteen.
PEOPLE = {
    "manager": "canteen_manager",
    "cook": "canteen_staff",
    "purchaser": "purchaser",
    "storekeeper": "storekeeper",
    "officer": "food_safety_officer",
}
# Who keeps what all canteens share: the same for the whole compound.
HEADS = {"buyer": "purchaser", "head": "canteen_manager"}


class Kitchen:
    """One canteen with its kitchen's people.

    `manager`, `cook`, `purchaser`, `storekeeper` and `officer` are clients, `staff["cook"]` the person behind
    one; `buyer` and `head` purchase and manage for all canteens; `someone` is an official without any role.
    `dishes` begins empty.
    """

    manager: Client
    cook: Client
    purchaser: Client
    storekeeper: Client
    officer: Client
    buyer: Client
    head: Client

    def __init__(self, compound: Compound, canteen: Canteen | None = None) -> None:
        self.compound = compound
        self.canteen: Canteen = canteen or compound.canteen()
        if canteen is None:
            compound.period(self.canteen)
        self._count = count(1)
        self._clients: dict[str, Client] = {}
        self.staff: dict[str, Staff] = {}

    def __getattr__(self, name: str) -> Client:
        """The client of one of the people, employed and logged in when first asked for: not in a thread."""
        if name not in PEOPLE and name not in HEADS and name != "someone":
            raise AttributeError(name)
        if name not in self._clients:
            role, is_head = PEOPLE.get(name) or HEADS.get(name), name in HEADS
            self.staff[name], self._clients[name] = self.person(role, is_head=is_head)
        return self._clients[name]

    def person(
        self, role: str | None = None, *, canteen: Canteen | None = None, is_head: bool = False, **staff: Any
    ) -> tuple[Staff, Client]:
        """One more person with a role for this canteen (another, or with `is_head` all), and their client."""
        scope = (ScopeKind.COMPOUND, 0) if is_head else (ScopeKind.CANTEEN, (canteen or self.canteen).id)
        person = self.compound.staff(roles={role: scope} if role else None, **staff)
        return person, self.compound.client(person)

    def administrator(self, role: str = "administrator") -> Client:
        """A client with a role for the whole compound."""
        return self.compound.client(self.compound.staff(roles={role: (ScopeKind.COMPOUND, 0)}))

    def ingredient(self, name: str = "", **columns: Any) -> Any:
        """An ingredient: by default wholly edible, without nutrition, free of allergens, not 清真."""
        from canteen.purchasing.ingredients.models import Ingredient

        number = next(self._count)
        now = clock.now()
        defaults: dict[str, Any] = {
            "code": f"I{self.canteen.id:03d}{number:04d}",
            "name": name or f"食材{self.canteen.id}-{number}",
            "category": "vegetable",
            "edible_percent": 100,
            "allergens": [],
            "is_halal": False,
            "storage": "chilled",
            "is_additive": False,
            "season_months": [],
            "is_active": True,
            "created_at": now,
            "changed_at": now,
        }
        nutrition = {key: Decimal(str(columns.pop(key))) for key in NUTRIENTS if columns.get(key) is not None}
        return _add(Ingredient(**{**defaults, **nutrition, **columns}))

    def supplier(self, name: str = "", *, licensed: bool = True, **columns: Any) -> Any:
        """An active supplier, with a food licence that is valid for years."""
        from canteen.purchasing.suppliers.models import Supplier

        number = next(self._count)
        now = clock.now()
        name = name or f"供应商{self.canteen.id}-{number}"
        supplier = _add(Supplier(**{"name": name, "created_at": now, "changed_at": now, **columns}))
        if licensed:
            self.licence(supplier, f"JY{number:08d}")
        return supplier

    def licence(self, supplier: Any, number: str, **columns: Any) -> Any:
        """A licence of a supplier; by default for food, valid for years."""
        from canteen.purchasing.suppliers.models import SupplierLicence

        defaults: dict[str, Any] = {
            "kind": "food_business",
            "valid_from": date(2020, 1, 1),
            "valid_until": date(2035, 12, 31),
            "entered_at": clock.now(),
            "entered_by": 0,
        }
        return _add(SupplierLicence(supplier_id=supplier.id, number=number, **{**defaults, **columns}))

    def price(
        self, supplier: Any, ingredient: Any, price_fen: int, pack_g: int = 1000, **columns: Any
    ) -> Any:
        """What a supplier asks for a pack of an ingredient, since long ago."""
        from canteen.purchasing.suppliers.models import SupplierPrice

        defaults: dict[str, Any] = {
            "valid_from": date(2020, 1, 1),
            "via": "form",
            "entered_at": clock.now(),
            "entered_by": 0,
            "entered_by_name": "系统",
        }
        return _add(
            SupplierPrice(
                supplier_id=supplier.id,
                ingredient_id=ingredient.id,
                pack_g=pack_g,
                price_fen=price_fen,
                **{**defaults, **columns},
            )
        )

    def batch(self, ingredient: Any, grams: int = 10_000, cost_fen: int = 10_000, **columns: Any) -> Any:
        """A batch of an ingredient that came in yesterday, with the movement that explains it.

        `cost_fen` is what all of it cost; by default it expires in a month.
        """
        from canteen.purchasing.stock.models import Batch, Movement

        today = clock.today()
        now = clock.now()
        defaults: dict[str, Any] = {
            "canteen_id": self.canteen.id,
            "ingredient_id": ingredient.id,
            "lot": f"L{next(self._count):04d}",
            "produced_on": today - timedelta(days=2),
            "expires_on": today + timedelta(days=30),
            "received_at": now - timedelta(days=1),
            "quantity_g": grams,
            "remaining_g": grams,
            "cost_fen": cost_fen,
            "remaining_cost_fen": cost_fen,
            "is_blocked": False,
        }
        batch = Batch(**{**defaults, **columns})

        @atomic
        def write() -> Any:
            db.session.add(batch)
            db.session.flush()
            db.session.add(
                Movement(
                    batch_id=batch.id,
                    ingredient_id=ingredient.id,
                    canteen_id=batch.canteen_id,
                    kind="receipt",
                    delta_g=batch.quantity_g,
                    cost_fen=batch.cost_fen,
                    at=batch.received_at,
                    by_id=0,
                    by_name="系统",
                )
            )
            db.session.flush()
            return batch

        return write()

    def dish(self, name: str = "", **columns: Any) -> Dish:
        """A dish of this canteen; see `Compound.dish`."""
        return self.compound.dish(self.canteen, name, **columns)

    def recipe(self, dish: Dish, lines: Mapping[Any, int], yield_g: int | None = None, **columns: Any) -> Any:
        """The current recipe of a dish: raw grams of each ingredient, which yield as much by default."""
        from canteen.production.recipes.models import Recipe, RecipeLine

        now = clock.now()
        defaults: dict[str, Any] = {
            "dish_id": dish.id,
            "version": 1,
            "state": "current",
            "yield_g": yield_g or sum(lines.values()),
            "station": "hot",
            "steps": [],
            "changed_at": now,
            "changed_by": 0,
            "changed_by_name": "系统",
            "approved_at": now,
            "approved_by": 0,
            "approved_by_name": "系统",
        }
        recipe = Recipe(**{**defaults, **columns})
        recipe.lines = [
            RecipeLine(ingredient_id=ingredient.id, raw_g=grams, position=place)
            for place, (ingredient, grams) in enumerate(lines.items())
        ]
        return _add(recipe)

    def meal(
        self,
        dishes: Mapping[Dish, int | None] | list[Dish],
        served_on: date = MONDAY,
        period: str = "lunch",
        **columns: Any,
    ) -> Meal:
        """A published meal of these dishes, with their caps if these are given; see `Compound.meal`."""
        caps = dishes if isinstance(dishes, Mapping) else dict.fromkeys(dishes)
        return self.compound.meal(self.canteen, caps, served_on, period, **columns)

    def book(self, meal: Meal, dish: Dish, quantity: int, portion: str = "standard") -> None:
        """Officials order so many portions of a dish of a meal: each of them five at most."""
        for already in range(0, quantity, 5):
            body = {
                "canteen_id": self.canteen.id,
                "date": meal.served_on.isoformat(),
                "period": meal.period,
                "items": [
                    {"dish_id": dish.id, "portion": portion, "quantity": min(quantity - already, 5)},
                ],
                "dining": "dine_in",
            }
            official = self.compound.client(self.compound.staff(subsidy_fen=1_000_000))
            assert official.post("/canteen/orders", body).status == 201

    def at(self, hour: int, minute: int = 0, on: date = MONDAY) -> datetime:
        """An instant of a day, by the canteen's clocks."""
        return clock.at_local(on, time(hour, minute))


def _add(row: Any) -> Any:
    @atomic
    def write() -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    return write()


@pytest.fixture
def kitchen(compound: Compound) -> Iterator[Kitchen]:
    """A kitchen, with the clock held at nine o'clock of Monday."""
    with clock.at(NINE):
        yield Kitchen(compound)
