"""Two people press the same button at once."""

from backend.db import db
from canteen.production.plans.models import MealPlan
from canteen.purchasing.stock.models import Movement
from tests.threads import at_once


def test_an_issue_pressed_by_several_at_once_takes_what_is_wanted_once(kitchen, soak):
    pork, dish = kitchen.ingredient(), kitchen.dish(weight_g=100)
    kitchen.recipe(dish, {pork: 100}, 100)
    kitchen.batch(pork, 5000, 10_000)
    meal = kitchen.meal([dish])
    manager, store = kitchen.manager, kitchen.storekeeper
    made = at_once([lambda: manager.post(f"/canteen/meals/{meal.id}/plan")] * 4)
    assert sorted(answer.status for answer in made) == [201, 409, 409, 409]
    (plan,) = (answer.data for answer in made if answer.status == 201)
    path = f"/canteen/plans/{plan['id']}"
    manager.put(path, {"diners": 10, "dishes": [{"dish_id": dish.id, "portions": 30}]})
    manager.post(f"{path}/confirm", {})
    answers = at_once([lambda: store.post(f"{path}/issue", {})] * (16 if soak else 4))
    assert {answer.status for answer in answers} == {200}
    db.session.rollback()
    assert [row.delta_g for row in db.session.query(Movement).filter_by(meal_id=meal.id)] == [-3000]
    assert db.session.query(MealPlan).count() == 1


def test_of_two_drafts_written_at_once_one_stands_and_of_two_approvals_one(kitchen):
    salt, dish = kitchen.ingredient(), kitchen.dish()
    manager = kitchen.manager
    body = {
        "yield_g": 100,
        "station": "hot",
        "lines": [{"ingredient_id": salt.id, "raw_g": 1}],
    }
    drafts = at_once([lambda: manager.put(f"/canteen/dishes/{dish.id}/recipe-draft", body)] * 4)
    assert {answer.status for answer in drafts} == {200}
    (recipe_id,) = {answer.data["id"] for answer in drafts}
    approved = at_once([lambda: manager.post(f"/canteen/recipes/{recipe_id}/approve")] * 4)
    assert sorted(answer.status for answer in approved) == [200, 409, 409, 409]
