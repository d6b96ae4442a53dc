"""Composing a week: what every suggested week keeps to, whatever the library."""

import time
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.advice.weeks.composing import compose
from canteen.advice.weeks.drafts import (
    DAILY,
    HALAL,
    MAIN,
    VEGETARIAN,
    Candidate,
    Limits,
    MealSlot,
)

MONDAY = date(2026, 11, 30)
MEALS = frozenset({"lunch", "dinner", "overtime"})
PATTERN = {"meat": 2, "mixed": 1, "vegetable": 2, "staple": 1, "soup": 1}


def dish(dish_id, category="meat", points=5_000, **fields):
    """A candidate; nothing is known of it but what is said."""
    return Candidate(
        dish_id, category, points, fields.pop("demand", 100), fields.pop("meals", MEALS), **fields
    )


def slots(days=5, periods=("lunch",), counts=PATTERN, **fields):
    """Meals of the first days of the week."""
    return [
        MealSlot(MONDAY + timedelta(days=day), period, counts, dict.fromkeys(counts, 300), **fields)
        for day in range(days)
        for period in periods
    ]


def limits(apart_days=7, variety=3, needs_halal=False, needs_vegetarian=False):
    return Limits(apart_days, variety, needs_halal, needs_vegetarian)


def compose_week(meals, dishes, served=None, seed=0, **rules):
    return compose(meals, dishes, limits=limits(**rules), served=served or {}, seed=seed)


@st.composite
def libraries(draw):
    """A library of dishes of all kinds, some of them 清真 or vegetarian."""
    kinds = st.tuples(
        st.sampled_from([*PATTERN]),
        st.integers(0, 10_000),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["", "猪肉", "鸡肉", "豆制品", "青菜"]),
        st.sampled_from(["", "炒", "蒸"]),
        st.one_of(st.none(), st.integers(50, 900)),
    )
    rows = draw(st.lists(kinds, max_size=60))
    return [
        dish(
            number,
            category,
            points,
            is_halal=halal,
            is_vegetarian=plain,
            main=main,
            method=how,
            cost_fen=cost,
        )
        for number, (category, points, halal, plain, main, how, cost) in enumerate(rows, 1)
    ]


@given(
    libraries(),
    st.integers(1, 7),
    st.integers(1, 7),
    st.dictionaries(st.integers(1, 60), st.sets(st.integers(-7, 10), max_size=3), max_size=10),
    st.integers(0, 5),
)
def test_every_week_keeps_to_what_it_must(library, days, apart_days, served, seed):
    meals = slots(days, ("lunch", "dinner"), budget_fen=200_000)
    served = {key: {MONDAY + timedelta(days=each) for each in found} for key, found in served.items()}
    by_id = {each.dish_id: each for each in library}
    mains = [each for each in library if each.category in MAIN]
    needs = {
        HALAL: any(each.is_halal for each in mains),
        VEGETARIAN: any(each.is_vegetarian for each in mains),
    }

    week = compose_week(
        meals,
        library,
        served,
        seed,
        apart_days=apart_days,
        needs_halal=needs[HALAL],
        needs_vegetarian=needs[VEGETARIAN],
    )

    # Only the meals that were asked for, no more than the pattern, and what is short is said.
    counts = Counter((one.served_on, one.period, by_id[one.dish_id].category) for one in week.choices)
    missing = {(gap.served_on, gap.period, gap.category): gap.missing for gap in week.gaps if gap.category}
    for meal in meals:
        for category, wanted in meal.counts.items():
            key = (meal.served_on, meal.period, category)
            assert counts[key] + missing.get(key, 0) == wanted
    assert sum(counts.values()) == len(week.choices)
    # No dish comes again too soon, but where a day needs it and nothing else is left.
    days_of = {}
    for one in week.choices:
        if by_id[one.dish_id].category not in DAILY and not one.is_early:
            days_of.setdefault(one.dish_id, []).append(one.served_on)
    for dish_id, found in days_of.items():
        for one, two in pairwise(sorted(found)):
            assert (two - one).days >= apart_days
        for each in found:
            assert all(abs((each - other).days) >= apart_days for other in served.get(dish_id, ()))
    # Nothing stands twice at a meal.
    assert (
        max(Counter((one.served_on, one.period, one.dish_id) for one in week.choices).values(), default=1)
        == 1
    )
    # 清真 and vegetarian dishes each day, or the day says that there is none.
    for need, is_needed in needs.items():
        lacking = {gap.served_on for gap in week.gaps if gap.needs == need}
        for day in {meal.served_on for meal in meals}:
            has = any(
                by_id[one.dish_id].category in MAIN and getattr(by_id[one.dish_id], f"is_{need}")
                for one in week.choices
                if one.served_on == day
            )
            assert not is_needed or has or day in lacking
    # The same again is the same.
    assert week == compose_week(
        meals,
        library,
        served,
        seed,
        apart_days=apart_days,
        needs_halal=needs[HALAL],
        needs_vegetarian=needs[VEGETARIAN],
    )


def test_one_halal_dish_comes_every_day_and_says_so():
    library = [dish(1, is_halal=True, points=0), *(dish(n, points=9_000) for n in range(2, 30))]

    week = compose_week(slots(counts={"meat": 2}), library, needs_halal=True)

    mine = [one for one in week.choices if one.dish_id == 1]
    assert [one.served_on.day for one in mine] == [30, 1, 2, 3, 4]
    assert [one.is_early for one in mine].count(True) == 4
    assert {one.cover for one in mine} == {HALAL}
    assert not week.gaps


def test_a_small_library_leaves_gaps_instead_of_repeating():
    week = compose_week(slots(counts={"meat": 2}), [dish(n) for n in range(1, 8)])

    assert len(week.choices) == 7
    assert sum(gap.missing for gap in week.gaps) == 3


def test_the_better_dish_wins_and_the_same_main_ingredient_is_kept_apart():
    pork = [dish(n, points=8_000, main="猪肉") for n in range(1, 11)]
    chicken = [dish(n, points=7_000, main="鸡肉") for n in range(11, 21)]

    week = compose_week(slots(counts={"meat": 2}), pork + chicken)

    for day in range(5):
        at = [one.dish_id for one in week.choices if one.served_on == MONDAY + timedelta(days=day)]
        assert [sum(each < 11 for each in at), sum(each > 10 for each in at)] == [1, 1]
    # Without the weight of variety, points alone count.
    assert all(
        one.dish_id < 11 for one in compose_week(slots(counts={"meat": 2}), pork + chicken, variety=0).choices
    )


def test_a_budget_turns_the_choice_to_what_is_cheaper():
    dear = [dish(n, points=8_000, cost_fen=900) for n in range(1, 11)]
    cheap = [dish(n, points=7_000, cost_fen=100) for n in range(11, 21)]

    assert all(one.dish_id < 11 for one in compose_week(slots(counts={"meat": 2}), dear + cheap).choices)
    # 300 portions at 1 yuan each are within a budget of 400 yuan.
    week = compose_week(slots(counts={"meat": 2}, budget_fen=40_000), dear + cheap)
    assert all(one.dish_id > 10 for one in week.choices)


def test_other_seeds_find_other_weeks_among_equals():
    library = [dish(n, points=5_000, main=f"{n % 7}") for n in range(1, 60)]

    weeks = {tuple(compose_week(slots(counts={"meat": 3}), library, seed=seed).choices) for seed in range(3)}

    assert len(weeks) > 1


def test_breakfast_has_its_own_dishes():
    library = [dish(1, meals=frozenset({"breakfast"})), dish(2, points=9_000)]

    week = compose_week(slots(1, ("breakfast", "lunch"), counts={"meat": 1}), library)

    assert {one.period: one.dish_id for one in week.choices} == {"breakfast": 1, "lunch": 2}


@pytest.mark.parametrize("count", [300])
def test_a_library_of_300_dishes_takes_less_than_a_second(count, soak):
    categories = [*PATTERN]
    library = [
        dish(
            n,
            categories[n % len(categories)],
            (n * 7919) % 10_000,
            is_halal=n % 9 == 0,
            is_vegetarian=n % 5 == 0,
            main=f"{n % 23}",
            method=f"{n % 6}",
            cost_fen=100 + n,
        )
        for n in range(1, count + 1)
    ]
    meals = slots(5, ("breakfast", "lunch", "dinner"), budget_fen=150_000)
    library += [
        dish(1_000 + n, each.category, 4_000, meals=frozenset({"breakfast"}))
        for n, each in enumerate(library[:60])
    ]

    began = time.process_time()
    week = compose_week(meals, library, needs_halal=True, needs_vegetarian=True)

    assert not soak or time.process_time() - began < 1
    assert len(week.choices) > 90
