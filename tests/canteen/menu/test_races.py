"""A manager changes caps and dishes while officials order: what is taken never exceeds a cap."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

import pytest
from sqlalchemy import text

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.db import atomic, db, unit
from canteen.menu import dish_operations, operations, policies, queries
from canteen.menu.models import MealDish
from canteen.menu.schemas import PeriodRulesIn
from tests.canteen.lunch import Lunch
from tests.canteen.menu.kitchen import TUESDAY, problems
from tests.factories import MONDAY, NINE
from tests.threads import at_once

# As ordering moves its counters.
TAKE = text(
    "UPDATE meal_dishes SET taken = taken + :n"
    " WHERE id = :id AND is_open AND (cap IS NULL OR taken + :n <= cap * 100)"
)


@atomic
def take(meal_dish_id, n=100):
    """Take a portion; whether there was one."""
    return unit().execute(TAKE, {"id": meal_dish_id, "n": n}).rowcount == 1


def counter(meal_dish_id):
    db.session.rollback()
    line = db.session.get(MealDish, meal_dish_id, populate_existing=True)
    return None if line is None else (line.cap, line.taken)


@pytest.mark.parametrize("cap", [10, 5, 0])
def test_a_cap_that_is_lowered_during_the_rush_is_never_exceeded(kitchen, cap):
    dish = kitchen.dish()
    meal = kitchen.compound.meal(kitchen.canteen, {dish: 15})
    line = meal.dishes[0].id
    app = kitchen.compound.app

    def order():
        with app.app_context():
            return take(line)

    def lower():
        return kitchen.set_menu((dish, cap), on=MONDAY)

    *taken, lowered = at_once([order] * 20 + [lower])
    now_cap, now_taken = counter(line)
    assert now_taken == 100 * sum(taken)
    assert now_taken <= 100 * now_cap
    if lowered.status == 200:
        assert now_cap == cap
    else:
        assert lowered.error == "canteen.cap_below_taken"
        assert now_cap == 15


def test_a_dish_that_is_removed_during_the_rush_was_taken_by_nobody(kitchen):
    dish, other = kitchen.dish(), kitchen.dish()
    meal = kitchen.compound.meal(kitchen.canteen, [(dish, 15), (other, 15)])
    line = meal.dishes[0].id
    app = kitchen.compound.app

    def order():
        with app.app_context():
            return take(line)

    *taken, removed = at_once([order] * 12 + [lambda: kitchen.set_menu((other, 15), on=MONDAY)])
    if removed.status == 200:
        assert not any(taken)
        assert counter(line) is None
    else:
        assert removed.error == "canteen.dish_taken"
        assert counter(line) == (15, 100 * sum(taken))


def test_orders_and_changes_of_caps_do_not_lock_each_other_out(compound):
    with clock.at(NINE):
        lunch = Lunch(compound, caps=(40, 40))
        managers = [
            compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}))
            for _ in range(4)
        ]
        crowd = [lunch.client() for _ in range(30)]

        def set_caps(manager, caps):
            path = f"/canteen/admin/menus/{lunch.canteen.id}/{MONDAY}/lunch"
            pairs = zip(reversed(lunch.dishes), caps, strict=True)
            return manager.put(path, {"dishes": [{"dish_id": dish.id, "cap": cap} for dish, cap in pairs]})

        answers = at_once(
            [lambda c=c: lunch.place(1, 1, by=c) for c in crowd]
            + [lambda m=m, n=n: set_caps(m, (35 + n, 45 - n)) for n, m in enumerate(managers)]
        )
        orders, changes = answers[:30], answers[30:]
        assert Counter(answer.status for answer in orders) == {201: 30}
        assert Counter(answer.status for answer in changes) == {200: 4}
        assert lunch.taken() == [3000, 3000]


def test_the_constraint_stands_behind_the_update(kitchen):
    dish = kitchen.dish()
    meal = kitchen.compound.meal(kitchen.canteen, {dish: 2})
    line = meal.dishes[0].id
    assert [take(line) for _ in range(3)] == [True, True, False]
    assert counter(line) == (2, 200)
    assert not take(line, 50)


@contextmanager
def unfinished(app, write):
    """While the block runs, a unit of work in another thread has written and has not been committed yet."""
    has_written, may_commit = Event(), Event()

    @atomic
    def begin():
        write()
        db.session.flush()
        has_written.set()
        assert may_commit.wait(30)

    def run():
        with app.app_context():
            begin()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        try:
            assert has_written.wait(30)
            yield
        finally:
            may_commit.set()
        running.result(30)


def waits_for(app, write, request):
    """The answer to a request that has to wait until what is being written has been committed."""
    with ThreadPoolExecutor(1) as pool:
        with unfinished(app, write):
            waiting = pool.submit(request)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        return waiting.result(30)


def test_a_dish_that_is_being_deactivated_is_not_published(kitchen):
    dish = kitchen.dish("停了")
    kitchen.draft(dish)

    def deactivate():
        row = dish_operations.lock_dish(SYSTEM, dish.id)
        spec = policies.spec_of(row)
        dish_operations.save_dish(SYSTEM, row, replace(spec, is_active=False), before=spec, at=clock.now())

    answer = waits_for(kitchen.compound.app, deactivate, kitchen.publish)
    assert problems(answer) == [("2026-11-24", "lunch", "停了", "dish_inactive")]


def test_a_dish_that_is_being_published_is_not_deactivated(kitchen):
    dish = kitchen.dish("留着")
    kitchen.draft(dish)
    body = {"name": "留着", "category": "meat", "price_fen": 600, "weight_g": 200, "allergens": []}

    def publish():
        (meal,) = operations.lock_meals(kitchen.canteen.id, TUESDAY, TUESDAY)
        dish_operations.lock_dishes(kitchen.canteen.id, {dish.id})
        version = queries.served_rules(kitchen.canteen.id, TUESDAY)["lunch"]
        operations.publish(SYSTEM, meal, version, clock.now())

    def deactivate():
        return kitchen.manager.put(f"/canteen/admin/dishes/{dish.id}", {**body, "is_active": False})

    answer = waits_for(kitchen.compound.app, publish, deactivate)
    assert (answer.status, answer.error) == (409, "canteen.dish_on_menu")


def test_managers_who_insert_the_same_period_follow_each_other(kitchen):
    canteen_id = kitchen.canteen.id
    dinner = {
        "period": "dinner",
        "name": "晚餐",
        "window_from": "17:30",
        "window_until": "18:30",
        "order_cutoff": {"minutes": 60},
        "cancel_cutoff": {"minutes": 60},
    }
    first = PeriodRulesIn().load({**dinner, "name": "夜宵"})

    def insert():
        operations.lock_canteen(canteen_id)
        operations.save_periods(SYSTEM, canteen_id, [first], reason="开设晚餐")

    answer = waits_for(
        kitchen.compound.app,
        insert,
        lambda: kitchen.manager.put(
            "/canteen/admin/periods", {"canteen_id": canteen_id, "periods": [dinner]}
        ),
    )
    assert [one["name"] for one in answer.data["periods"]] == ["午餐", "晚餐"]


def test_a_meal_that_is_being_frozen_is_not_changed(kitchen):
    dish = kitchen.dish()
    meal = kitchen.compound.meal(kitchen.canteen, {dish: 5}, TUESDAY)

    def freeze():
        unit().execute(
            text("UPDATE meals SET state = 'frozen', frozen_at = published_at WHERE id = :id"),
            {"id": meal.id},
        )

    answer = waits_for(kitchen.compound.app, freeze, lambda: kitchen.set_menu((dish, 9)))
    assert (answer.status, answer.error) == (409, "canteen.meal_frozen")
    assert counter(meal.dishes[0].id) == (5, 0)
