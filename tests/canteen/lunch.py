"""A Monday's lunch, ready to be ordered: what most tests of the canteen begin with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.client import Answer, Client
from tests.factories import MONDAY, NINE, Compound
from tests.furnished import Worlds


class Lunch:
    """One canteen with two capped dishes at Monday's lunch, an official with money, and a counter."""

    def __init__(self, compound: Compound, *, caps: tuple[int | None, ...] = (20, 20), **meal: Any) -> None:
        self.compound = compound
        self.canteen = compound.canteen()
        compound.period(self.canteen)
        self.dishes = [compound.dish(self.canteen, price_fen=600 + 300 * n) for n in range(len(caps))]
        self.meal = compound.meal(self.canteen, list(zip(self.dishes, caps, strict=True)), **meal)
        self.official = self.client(subsidy_fen=2000, personal_fen=1000)
        self.counter = compound.client(
            compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, self.canteen.id)})
        )

    def client(self, **staff: Any) -> Client:
        """A new official, logged in."""
        staff.setdefault("subsidy_fen", 10_000)
        return self.compound.client(self.compound.staff(**staff))

    def order(self, *quantities: int, portion: str = "standard", **fields: Any) -> dict[str, Any]:
        """The body of an order of so many of each dish."""
        items = [
            {"dish_id": dish.id, "portion": portion, "quantity": quantity}
            for dish, quantity in zip(self.dishes, quantities, strict=False)
            if quantity
        ]
        return {
            "canteen_id": self.canteen.id,
            "date": MONDAY.isoformat(),
            "period": "lunch",
            "items": items,
            "dining": "dine_in",
            **fields,
        }

    def place(self, *quantities: int, by: Client | None = None, **fields: Any) -> Answer:
        """Place an order of so many of each dish."""
        return (by or self.official).post("/canteen/orders", self.order(*quantities, **fields))

    def taken(self) -> list[int]:
        """Centi-portions taken of each dish."""
        from backend.db import db
        from canteen.menu.models import MealDish

        db.session.rollback()
        rows = db.session.query(MealDish).filter_by(meal_id=self.meal.id).order_by(MealDish.id)
        return [row.taken for row in rows.populate_existing()]


@pytest.fixture
def lunch(compound: Compound, worlds: Worlds) -> Iterator[Lunch]:
    """Monday's lunch, with the clock held at nine o'clock of that day."""
    with clock.at(NINE):
        yield worlds.one(Lunch, compound)


@contextmanager
def nothing_changes(lunch: Lunch, by: Client | None = None) -> Iterator[None]:
    """Prove that what happens inside leaves counters, orders and the account as they were."""
    client = by or lunch.official

    def picture() -> Any:
        return lunch.taken(), client.get("/canteen/orders").data, client.get("/canteen/account").data

    before = picture()
    yield
    assert picture() == before
