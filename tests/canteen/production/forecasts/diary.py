"""A canteen with a past: what was counted of its lunches, and a lunch that is booked."""

from datetime import date, time, timedelta
from typing import Any

from backend import clock
from backend.db import atomic, db
from canteen.menu.models import Dish
from canteen.ordering.models import Order, OrderLine
from canteen.production.forecasts.models import DishAttendance, MealAttendance
from tests.canteen.kitchen import Kitchen
from tests.factories import MONDAY


class Diary:
    """Two dishes; `past` writes what was counted, `orders` what was booked."""

    def __init__(self, kitchen: Kitchen) -> None:
        self.kitchen, self.compound, self.canteen = kitchen, kitchen.compound, kitchen.canteen
        self.manager = kitchen.manager
        self.pork = self.compound.dish(self.canteen, "红烧肉")
        self.greens = self.compound.dish(self.canteen, "青菜", category="vegetable")

    def past(self, weeks: int = 12, *, booked: int = 100, attended: int = 90, walk_ins: int = 10) -> None:
        """Lunches of the workdays of the last weeks, each with half a portion of pork per booking."""

        @atomic
        def write() -> None:
            for back in range(1, weeks * 7 + 1):
                on = MONDAY - timedelta(days=back)
                if on.weekday() > 4:
                    continue
                meal = {"canteen_id": self.canteen.id, "period": "lunch", "served_on": on}
                db.session.add(MealAttendance(**meal, booked=booked, attended=attended, walk_ins=walk_ins))
                taken = {"booked": booked * 50, "eaten": (attended + walk_ins) * 50}
                db.session.add(DishAttendance(**meal, dish_id=self.pork.id, **taken))

        write()

    def lunch(self, on: date = MONDAY, **columns: Any) -> Any:
        """A published lunch with both dishes; ordering closes at ten."""
        return self.compound.meal(self.canteen, {self.pork: None, self.greens: None}, on, **columns)

    def orders(self, meal: Any, count: int, dish: Dish | None = None, **columns: Any) -> list[Order]:
        """So many people's orders of one standard portion, placed two days before."""
        return [self.order(meal, dish or self.pork, **columns) for _ in range(count)]

    def order(
        self, meal: Any, dish: Dish, *, portion: str = "standard", weight_g: int = 200, **columns: Any
    ) -> Order:
        """One order of one portion."""
        staff = columns.pop("staff", None) or self.compound.staff()
        placed_at = columns.pop("placed_at", meal.freezes_at - timedelta(days=2))
        state = columns.setdefault("state", "booked")
        if state == "picked_up":
            columns.setdefault("picked_up_at", meal.serves_from)
        if state == "cancelled":
            columns.setdefault("cancelled_at", meal.freezes_at - timedelta(hours=1))
        meal_dish = next(one for one in meal.dishes if one.dish_id == dish.id)
        half = portion == "half"
        by_weight = portion == "weight"
        line = OrderLine(
            meal_dish_id=meal_dish.id,
            dish_id=dish.id,
            dish_name=dish.name,
            portion=portion,
            quantity=1,
            price_fen=600,
            weight_g=weight_g,
            share=50 if half else 0 if by_weight else 100,
            price_fen_per_kg=3_000 if by_weight else None,
        )

        @atomic
        def write() -> Order:
            order = Order(
                meal_id=meal.id,
                canteen_id=meal.canteen_id,
                staff_id=staff.id,
                department_id=1,
                served_on=meal.served_on,
                period=meal.period,
                dining="dine_in",
                total_fen=600,
                placed_at=placed_at,
                lines=[line],
                **columns,
            )
            db.session.add(order)
            db.session.flush()
            return order

        return write()


def at_ten(on: date = MONDAY) -> Any:
    """Hold the clock a minute after ordering has closed."""
    return clock.at(clock.at_local(on, time(10, 1)))
