"""How long a trace takes on a year of a canteen with 1,000 diners.

250 days with a breakfast and a lunch: 325,000 orders that were picked up, 875,000 lines. Fresh goods come
weekly and are issued for dishes; oil comes monthly and salt yearly, for whole meals.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as wall_time
from random import Random
from typing import Any

from flask_migrate import upgrade

from backend import clock
from backend.app import create_app
from backend.config import Settings
from backend.db import atomic, db, table, unit
from backend.identity.models import Department, Posting, Staff
from backend.places.models import Campus
from backend.statements import BulkInsert
from benchmarks import figures
from benchmarks.asked import add, settle
from benchmarks.compound import environment_of
from benchmarks.servers import database
from canteen.menu.models import Canteen, Dish, Meal, MealDish
from canteen.ordering.models import Order, OrderLine
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.stock.models import Batch, Movement
from canteen.purchasing.tracing import people, queries

GOAL_S = 2.0
DINERS, DAYS = 1_000, 250
DISHES, FRESH = 24, 30
# Of each period: how many dishes, how many diners of all, how many dishes each takes.
PERIODS = {"breakfast": (6, 400, 2), "lunch": (8, 900, 3)}
ORDER = (
    *("id", "meal_id", "canteen_id", "staff_id", "department_id", "served_on", "period", "state", "dining"),
    *("note", "origin", "placed_by", "total_fen", "packaging_fen", "revision", "placed_at", "pickup_no"),
    *("picked_up_at", "picked_up_by"),
)
LINE = (
    *("id", "order_id", "meal_dish_id", "dish_id", "dish_name", "portion", "quantity", "price_fen"),
    *("weight_g", "share"),
)
MOVEMENT = (
    *("id", "batch_id", "ingredient_id", "canteen_id", "kind", "delta_g", "cost_fen", "meal_id", "dish_id"),
    *("served_on", "period", "reason", "at", "by_id", "by_name"),
)


class Year:
    """A canteen with its year."""

    def __init__(self) -> None:
        self.noise = Random(9)
        self.last = clock.today() - timedelta(days=1)
        self.order_id = self.line_id = self.movement_id = 0
        self.orders = BulkInsert(table(Order), ORDER)
        self.lines = BulkInsert(table(OrderLine), LINE)
        self.movements = BulkInsert(table(Movement), MOVEMENT)
        self.batches: dict[int, Batch] = {}
        self._furnish()
        for back in range(DAYS, 0, -1):
            self._day(self.last - timedelta(days=back - 1), DAYS - back)

    @atomic
    def _furnish(self) -> None:
        now = clock.now()
        campus = add(Campus(name="中心院区"))
        department = add(Department(name="办公室"))
        people_ = [
            Staff(
                staff_no=f"N{number:05}",
                name=f"职工{number}",
                created_at=now,
                postings=[Posting(department_id=department.id, is_primary=True)],
            )
            for number in range(DINERS)
        ]
        db.session.add_all(people_)
        canteen = add(Canteen(campus_id=campus.id, name="一食堂"))
        dishes = [
            Dish(
                canteen_id=canteen.id,
                name=f"菜{n}",
                category="meat",
                weight_g=200,
                created_at=now,
                changed_at=now,
            )
            for n in range(DISHES)
        ]  # fmt: skip # One line says it best.
        ingredients = [
            Ingredient(
                code=f"I{n}", name=f"食材{n}", category="vegetable", edible_percent=100, season_months=[],
                created_at=now, changed_at=now,
            )
            for n in range(FRESH + 2)
        ]  # fmt: skip # One line says it best.
        db.session.add_all([*dishes, *ingredients])
        db.session.flush()
        self.canteen_id, self.department_id = canteen.id, department.id
        self.people = [person.id for person in people_]
        self.dishes = [(dish.id, dish.name) for dish in dishes]
        self.ingredients = [ingredient.id for ingredient in ingredients]

    @atomic
    def _day(self, day: date, number: int) -> None:
        begins = clock.at_local(day, wall_time(6))
        for index, ingredient_id in enumerate(self.ingredients):
            every = 5 if index < FRESH else 21 if index == FRESH else DAYS
            if number % every == 0:
                self.batches[ingredient_id] = add(
                    Batch(
                        canteen_id=self.canteen_id, ingredient_id=ingredient_id, received_at=begins,
                        quantity_g=10_000_000, remaining_g=10_000_000, cost_fen=0, remaining_cost_fen=0,
                    )
                )  # fmt: skip # One line says it best.
        for period, (dishes, diners, takes) in PERIODS.items():
            self._meal(day, period, self.noise.sample(self.dishes, dishes), diners, takes)

    def _meal(self, day: date, period: str, offered: list[tuple[int, str]], diners: int, takes: int) -> None:
        at = clock.at_local(day, wall_time(7 if period == "breakfast" else 12))
        meal = Meal(
            canteen_id=self.canteen_id, served_on=day, period=period, state="frozen", order_closes_at=at,
            cancel_closes_at=at, freezes_at=at, pickup_from=at, serves_from=at,
            serves_until=at + timedelta(hours=1), published_at=at, frozen_at=at,
        )  # fmt: skip # One line says it best.
        meal.dishes = [MealDish(dish_id=dish_id, position=n) for n, (dish_id, _) in enumerate(offered)]
        add(meal)
        menu = [(each.id, *dish) for each, dish in zip(meal.dishes, offered, strict=True)]
        orders: list[tuple[Any, ...]] = []
        lines: list[tuple[Any, ...]] = []
        for number, staff_id in enumerate(self.noise.sample(self.people, diners), start=1):
            self.order_id += 1
            orders.append(
                (
                    *(self.order_id, meal.id, self.canteen_id, staff_id, self.department_id, day, period),
                    *("picked_up", "dine_in", "", "self", staff_id, 1_500, 0, 1, at, number, at, 1),
                )
            )
            for offer_id, dish_id, name in self.noise.sample(menu, takes):
                self.line_id += 1
                lines.append(
                    (self.line_id, self.order_id, offer_id, dish_id, name, "standard", 1, 500, 200, 100)
                )
        self.orders.rows(unit(), orders)
        self.lines.rows(unit(), lines)
        self.movements.rows(unit(), list(self._issues(meal, offered)))

    def _issues(self, meal: Meal, offered: list[tuple[int, str]]) -> Any:
        """Two fresh ingredients for each dish; oil and salt for the whole meal."""
        named = [
            (ingredient_id, dish_id)
            for dish_id, _ in offered
            for ingredient_id in self.noise.sample(self.ingredients[:FRESH], 2)
        ]
        whole = [(ingredient_id, None) for ingredient_id in self.ingredients[FRESH:]]
        for ingredient_id, dish_id in [*named, *whole]:
            self.movement_id += 1
            batch_id = self.batches[ingredient_id].id
            yield (
                *(self.movement_id, batch_id, ingredient_id, self.canteen_id, "issue", -1_000, 0, meal.id),
                *(dish_id, meal.served_on, meal.period, "", meal.serves_from, 1, "库管"),
            )


def bench_traces(kind: str, rounds: int) -> None:
    """Print the figures of one kind of database."""
    with database(kind) as (folder, url):
        app = create_app(Settings.from_env(environment_of(folder, url)))
        with app.app_context():
            upgrade()
            began = time.perf_counter()
            year = Year()
            settle(kind)
            print(
                f"\nTraces ({kind}), {year.order_id:,} orders, {year.line_id:,} lines, {year.movement_id:,}"
                f" movements made in {time.perf_counter() - began:.0f} s; goal: under {GOAL_S:.0f} s"
            )
            _measure(year, rounds, kind)
            db.session.remove()
            db.engine.dispose()


def _measure(year: Year, rounds: int, kind: str) -> None:
    fresh, oil, salt = (year.batches[year.ingredients[place]].id for place in (0, FRESH, FRESH + 1))
    meal = db.session.query(Meal).order_by(Meal.id.desc()).first()
    assert meal is not None  # Meals were made.
    dish_id = meal.dishes[0].dish_id
    asked: dict[str, Callable[[], Any]] = {
        "forward, a week of a fresh ingredient": lambda: queries.forward([fresh]),
        "forward, weeks of oil (whole meals)": lambda: queries.forward([oil]),
        "forward, a year of salt (all meals)": lambda: queries.forward([salt]),
        "who ate, weeks of oil": lambda: people.diner_ids([oil]),
        "who ate, with names, weeks of oil": lambda: people.diners([oil]),
        "backward, a dish": lambda: queries.backward(dish_id, meal.served_on, meal.period),
        "backward, a meal": lambda: queries.backward_meal(meal.id),
    }
    slowest = (0.0, "")
    for title, ask in asked.items():
        times = []
        for _ in range(rounds):
            db.session.rollback()
            began = time.perf_counter()
            found = ask()
            times.append(time.perf_counter() - began)
        slowest = max(slowest, (min(times), title))
        print(f"  {title:42} {min(times) * 1000:8.0f} to {max(times) * 1000:8.0f} ms  {_size(found)}")

    figures.note(
        f"traces over {year.order_id:,} orders, {kind}",
        f"slowest: {slowest[1]}, {slowest[0] * 1000:.0f} ms",
        f"≤ {GOAL_S:.0f} s",
    )


def _size(found: Any) -> str:
    if isinstance(found, queries.Reach):
        return f"{len(found.meals)} meals, {found.diners:,} diners"
    return f"{len(found):,} rows" if isinstance(found, set | list) else f"{len(found.ingredients)} batches"
