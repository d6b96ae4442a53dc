"""A manager changes caps and dishes while officials order: what is taken never exceeds a cap."""

from collections import Counter

import pytest
from sqlalchemy import text

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db, unit
from canteen.menu.models import MealDish
from tests.canteen.lunch import Lunch
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
