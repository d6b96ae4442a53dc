"""Recipes over HTTP: versions, what follows from them, what a dish takes over."""

from decimal import Decimal

import pytest

from backend.db import db
from canteen.menu.models import Dish
from canteen.production.recipes import queries

NUTRITION = {"protein_g": 20, "fat_g": 5, "carbohydrate_g": 0, "sodium_mg": 60}


@pytest.fixture
def chicken(kitchen):
    """Chicken of which 63 % are eaten, at 1,998 fen a kilogram, and salt of which nothing is known."""
    chicken = kitchen.ingredient("鸡", edible_percent=63, energy_kcal=145, is_halal=True, **NUTRITION)
    kitchen.price(kitchen.supplier(), chicken, 9990, pack_g=5000)
    return chicken


def body(*lines, yield_g=200, **fields):
    return {
        "yield_g": yield_g,
        "station": "hot",
        "lines": [{"ingredient_id": ingredient.id, "raw_g": grams} for ingredient, grams in lines],
        **fields,
    }


def save(kitchen, dish, *lines, **fields):
    return kitchen.manager.put(f"/canteen/dishes/{dish.id}/recipe-draft", body(*lines, **fields))


def test_case_33_a_recipe_says_what_a_dish_contains_and_costs(kitchen, chicken):
    dish = kitchen.dish("白斩鸡", weight_g=200)
    found = save(kitchen, dish, (chicken, 250), steps=[{"text": "焯水", "minutes": 3}]).data
    assert found["nutrition_per_portion"]["energy_kcal"] == 228.4
    assert found["nutrition_per_100g"] == {
        "energy_kcal": 114.2,
        "protein_g": 15.8,
        "fat_g": 3.9,
        "carbohydrate_g": 0.0,
        "sodium_mg": 47.3,
    }
    (line,) = found["lines"]
    assert (line["edible_g"], line["cost_fen"], line["name"]) == (158, 500, "鸡")  # 157.5 and 499.5
    assert found["cost"] == {
        "basis": "prices",
        "total_fen": 500,
        "fen_per_kg": 2498,
        "fen_per_portion": 500,
        "missing": [],
    }
    assert (found["allergens"], found["is_halal"], found["state"], found["version"]) == ([], True, "draft", 1)
    assert found["steps"] == [{"text": "焯水", "minutes": 3}]
    assert [one["field"] for one in found["differences"]] == ["nutrition", "halal", "cost"]


def test_the_cost_follows_the_last_batch_where_there_is_no_price(kitchen, chicken):
    salt = kitchen.ingredient("盐", energy_kcal=0, protein_g=0, fat_g=0, carbohydrate_g=0)
    kitchen.batch(salt, 3000, 900)
    kitchen.batch(salt, 3000, 1000)
    dish = kitchen.dish(weight_g=200)
    found = save(kitchen, dish, (chicken, 250), (salt, 3)).data
    assert (found["cost"]["basis"], found["cost"]["total_fen"]) == ("mixed", 501)  # 499.5 + 1
    assert found["missing_nutrition"] == ["盐"]
    assert found["nutrition_per_100g"]["sodium_mg"] is None
    assert found["nutrition_per_100g"]["energy_kcal"] == 114.2
    assert found["is_halal"] is False


def test_a_draft_becomes_current_and_the_former_version_stays_as_it_was(kitchen, chicken):
    dish = kitchen.dish()
    first = save(kitchen, dish, (chicken, 250)).data
    assert queries.current([dish.id]) == {}
    assert kitchen.manager.post(f"/canteen/recipes/{first['id']}/approve").data["state"] == "current"

    second = save(kitchen, dish, (chicken, 300)).data
    assert (second["version"], second["state"]) == (2, "draft")
    db.session.rollback()
    assert queries.current([dish.id])[dish.id].lines[0].raw_g == 250
    again = save(kitchen, dish, (chicken, 310)).data
    assert (again["id"], again["version"]) == (second["id"], 2)

    approved = kitchen.manager.post("/canteen/recipes/approve", {"recipe_ids": [second["id"]]})
    assert [one["state"] for one in approved.data["list"]] == ["current"]
    listed = kitchen.cook.get(f"/canteen/dishes/{dish.id}/recipes").data["list"]
    assert [(one["version"], one["state"]) for one in listed] == [(2, "current"), (1, "retired")]
    assert kitchen.cook.get(f"/canteen/recipes/{first['id']}").data["lines"][0]["raw_g"] == 250

    for step in ("approve", "discard"):
        refused = kitchen.manager.post(f"/canteen/recipes/{first['id']}/{step}")
        assert (refused.status, refused.error) == (409, "canteen.recipe_state")
    retired = kitchen.manager.post(f"/canteen/recipes/{second['id']}/retire")
    assert retired.data["state"] == "retired"


def test_a_draft_is_thrown_away_and_its_number_is_used_again(kitchen, chicken):
    dish = kitchen.dish()
    draft = save(kitchen, dish, (chicken, 250)).data
    answer = kitchen.manager.post(f"/canteen/recipes/{draft['id']}/discard")
    assert answer.data == {"id": draft["id"], "dish_id": dish.id}
    assert kitchen.cook.get(f"/canteen/recipes/{draft['id']}").status == 404
    assert save(kitchen, dish, (chicken, 250)).data["version"] == 1


def test_what_is_wrong_with_a_recipe_is_said(kitchen, chicken):
    dish = kitchen.dish()
    unused = kitchen.ingredient(is_active=False)
    twice = save(kitchen, dish, (chicken, 1), (chicken, 2))
    assert (twice.status, twice.error) == (422, "canteen.duplicate_ingredient")
    assert "鸡" in twice.envelope["msg"]
    unknown = save(kitchen, dish, (unused, 1))
    assert (unknown.status, unknown.error) == (422, "canteen.unknown_ingredient")
    assert save(kitchen, dish).status == 422
    assert save(kitchen, dish, (chicken, 1), yield_g=0).status == 422
    cook = kitchen.cook.put(f"/canteen/dishes/{dish.id}/recipe-draft", body((chicken, 1)))
    assert cook.status == 403
    _, stranger = kitchen.person("canteen_manager", canteen=kitchen.compound.canteen())
    assert stranger.put(f"/canteen/dishes/{dish.id}/recipe-draft", body((chicken, 1))).status == 404


def test_the_dish_takes_over_what_its_recipe_says_and_says_so_once(kitchen, chicken):
    dish = kitchen.dish("白斩鸡", weight_g=200, allergens=["egg"], cost_fen_per_kg=100)
    recipe = kitchen.recipe(dish, {chicken: 250}, 200)
    before = kitchen.manager.get(f"/canteen/recipes/{recipe.id}").data["differences"]
    assert [(one["field"], one["dish"]) for one in before][1:] == [
        ("allergens", "蛋类"),
        ("halal", "非清真"),
        ("cost", "1.00 元/千克"),
    ]
    assert before[3]["recipe"] == "24.98 元/千克"
    path = f"/canteen/recipes/{recipe.id}/take-over"
    fields = {"fields": ["nutrition", "halal", "cost"]}
    assert kitchen.manager.post(path, fields).data["changed"] == ["nutrition", "halal", "cost"]
    assert kitchen.manager.post(path, fields).data["changed"] == []
    db.session.expire_all()
    stored = db.session.get(Dish, dish.id)
    assert (stored.energy_kcal, stored.cost_fen_per_kg) == (Decimal("114.2"), 2498)
    assert (stored.tags, stored.allergens) == (["halal"], ["egg"])
    left = kitchen.manager.get(f"/canteen/recipes/{recipe.id}").data["differences"]
    assert [one["field"] for one in left] == ["allergens"]


def test_a_dish_takes_over_neither_what_is_unknown_nor_what_cannot_be(kitchen, chicken):
    dish = kitchen.dish()
    unknown = kitchen.ingredient("酱", allergens=None, is_halal=None)
    recipe = kitchen.recipe(dish, {chicken: 250, unknown: 10})
    refused = kitchen.manager.post(f"/canteen/recipes/{recipe.id}/take-over", {"fields": ["allergens"]})
    assert (refused.status, refused.error) == (409, "canteen.recipe_facts_unknown")
    assert "过敏原" in refused.envelope["msg"]

    other = kitchen.dish()
    dense = kitchen.recipe(other, {chicken: 5000}, 10)
    refused = kitchen.manager.post(f"/canteen/recipes/{dense.id}/take-over", {"fields": ["nutrition"]})
    assert (refused.status, refused.error) == (409, "canteen.recipe_implausible")


def test_the_list_shows_each_dish_with_the_recipe_in_force(kitchen, chicken):
    with_recipe, drafted, _ = (kitchen.dish(name) for name in ("一", "二", "三"))
    kitchen.recipe(with_recipe, {chicken: 250}, 200)
    save(kitchen, drafted, (chicken, 100))

    def names(**query):
        answer = kitchen.cook.get("/canteen/recipes", canteen_id=kitchen.canteen.id, **query)
        return {one["dish_name"]: (one["state"], one["cost_fen_per_kg"]) for one in answer.data["list"]}

    assert names() == {"一": ("current", 2498), "二": ("draft", 999), "三": (None, None)}
    assert set(names(state="current")) == {"一"}
    assert set(names(state="draft")) == {"二"}
    assert set(names(state="missing")) == {"二", "三"}
    assert set(names(q="鸡", station="hot")) == {"一", "二"}
    assert kitchen.someone.get("/canteen/recipes", canteen_id=kitchen.canteen.id).status == 403
