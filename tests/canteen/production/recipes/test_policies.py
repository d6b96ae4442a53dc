"""What follows from recipes, as pure functions."""

from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.production.recipes import policies
from canteen.production.recipes.errors import DuplicateIngredient, RecipeStateConflict
from canteen.production.recipes.models import RecipeState
from canteen.production.recipes.policies import (
    Basis,
    DishFacts,
    Fact,
    Known,
    LineView,
    RecipeView,
    UnitCost,
)

CHICKEN, SALT, RICE = 1, 2, 3


def recipe(lines, yield_g=1000, dish_id=1):
    made = tuple(LineView(ingredient_id, grams) for ingredient_id, grams in lines.items())
    return RecipeView(dish_id, dish_id, 1, yield_g, "hot", (), made)


def known(name="鸡", percent=100, energy="145", allergens=(), is_halal=True):
    energy = None if energy is None else Decimal(energy)
    zero = Decimal(0)
    return Known(name, percent, energy, zero, zero, zero, zero, allergens, is_halal)


def test_case_33_a_chicken_of_250_g_has_228_4_kcal():
    found = policies.nutrition_of(recipe({CHICKEN: 250}, yield_g=200), {CHICKEN: known(percent=63)})
    assert found.amounts["energy_kcal"] == Fraction(228375, 1000)
    assert found.of(200)["energy_kcal"] == Decimal("228.4")
    assert found.of(100)["energy_kcal"] == Decimal("114.2")  # 114.1875


def test_what_is_not_known_of_one_ingredient_is_not_known_of_the_dish():
    one = recipe({CHICKEN: 100, SALT: 1})
    facts = policies.facts_of(
        one,
        {CHICKEN: known(), SALT: known("盐", energy=None, allergens=None, is_halal=None)},
        {CHICKEN: UnitCost(Fraction(2000), Basis.PRICES)},
    )
    assert facts.nutrition.of(100)["energy_kcal"] is None
    assert facts.nutrition.of(100)["fat_g"] == 0
    assert (facts.missing_nutrition, facts.undeclared, facts.cost.missing) == (("盐",), ("盐",), ("盐",))
    assert (facts.allergens, facts.is_halal, facts.cost.of(1000)) == (None, None, None)
    assert policies.unknown(facts, list(Fact)) == list(Fact)
    assert policies.differing(DishFacts({}, None, True, 1), facts) == []


@pytest.mark.parametrize(
    ("answers", "is_halal"),
    [((True, True), True), ((True, None), None), ((None, False), False), ((True, False), False)],
)
def test_a_dish_is_halal_if_all_of_it_is(answers, is_halal):
    assert policies.halal_of(known(is_halal=answer) for answer in answers) is is_halal


def test_allergens_are_those_of_all_ingredients_in_the_order_of_the_vocabulary():
    found = policies.allergens_of([known(allergens=["nut", "egg"]), known(allergens=["gluten", "egg"])])
    assert found == ("gluten", "egg", "nut")


def test_cost_is_rounded_once_and_says_what_it_is_reckoned_from():
    costs = {
        CHICKEN: UnitCost(Fraction(1999), Basis.PRICES),
        RICE: UnitCost(Fraction(1000, 3), Basis.BATCHES),
    }
    cost = policies.cost_of(recipe({CHICKEN: 500, RICE: 500}, 900), {CHICKEN: "鸡", RICE: "米"}, costs)
    exact = Fraction(1999, 2) + Fraction(1000, 6)
    assert cost.exact == exact
    assert cost.basis is Basis.MIXED
    assert cost.of(900) == 1166  # 1166.17
    assert cost.of(1000) == 1296  # 1295.74
    assert cost.of(150) == 194  # 194.36


def test_a_dish_that_says_the_same_as_its_recipe_differs_in_nothing():
    facts = policies.facts_of(
        recipe({CHICKEN: 1000}, 1000),
        {CHICKEN: known(percent=50, allergens=["fish"])},
        {CHICKEN: UnitCost(Fraction(3000), Basis.PRICES)},
    )
    says = {"energy_kcal": Decimal("72.5"), **dict.fromkeys(policies.NUTRIENTS[1:], Decimal("0.0"))}
    same = DishFacts(says, ("fish",), True, 3000)
    assert policies.differing(same, facts) == []
    other = DishFacts({**says, "fat_g": None}, (), False, None)
    assert policies.differing(other, facts) == list(Fact)


def test_versions_go_from_draft_over_current_to_retired():
    policies.ensure_transition("draft", RecipeState.CURRENT)
    policies.ensure_transition("current", RecipeState.RETIRED)
    for before, after in (("draft", "retired"), ("current", "current"), ("retired", "current")):
        with pytest.raises(RecipeStateConflict):
            policies.ensure_transition(before, RecipeState(after))


def test_no_ingredient_stands_twice():
    with pytest.raises(DuplicateIngredient) as refused:
        policies.ensure_distinct([LineView(1, 5), LineView(2, 5), LineView(1, 6)], {1: "盐", 2: "糖"})
    assert refused.value.data["names"] == "盐"


GRAMS = st.integers(1, 500_000)
RECIPES = st.dictionaries(
    st.integers(1, 4), st.builds(recipe, st.dictionaries(st.integers(1, 5), GRAMS, min_size=1), GRAMS)
)
COOKED = st.dictionaries(st.integers(1, 5), st.integers(0, 1_000_000))


@given(recipes=RECIPES, cooked=COOKED, other=COOKED, factor=st.integers(1, 9))
def test_the_need_is_linear_and_what_is_wanted_is_never_below_it(recipes, cooked, other, factor):
    need = policies.needs(recipes, cooked)
    multiplied = policies.needs(recipes, {dish: factor * grams for dish, grams in cooked.items()})
    assert multiplied == {key: factor * grams for key, grams in need.items()}

    both = {dish: cooked.get(dish, 0) + other.get(dish, 0) for dish in {*cooked, *other}}
    apart = policies.needs(recipes, other)
    together = {key: need.get(key, 0) + apart.get(key, 0) for key in {*need, *apart}}
    assert policies.needs(recipes, both) == together

    wanted = policies.explode(recipes, cooked)
    assert set(wanted) == set(need)
    assert all(0 <= wanted[key] - need[key] < 1 for key in need)


@given(recipes=RECIPES, cooked=COOKED)
def test_the_shares_of_the_dishes_are_together_what_is_wanted(recipes, cooked):
    shares = policies.shares(recipes, cooked)
    sums = {}
    for (dish_id, ingredient_id), grams in shares.items():
        need = policies.needs(recipes, {dish_id: cooked[dish_id]})[ingredient_id]
        assert abs(grams - need) < 1
        assert 0 <= grams <= ceil(need)
        sums[ingredient_id] = sums.get(ingredient_id, 0) + grams
    assert sums == policies.explode(recipes, cooked)
