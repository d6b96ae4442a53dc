"""Batches, what is still to be issued, and what may be entered: pure functions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import AppError
from canteen.production.plans import policies
from canteen.production.plans.models import BatchKind, PlanState
from canteen.production.plans.policies import Arrivals, Batch, BatchRules
from tests.factories import MONDAY, NINE

OPENS = NINE + timedelta(hours=2, minutes=30)
CLOSES = OPENS + timedelta(hours=1)
EVENLY = Arrivals({})
RULES = BatchRules(first_percent=60, refill_minutes=15, least_portions=20)


def batches(portions, rules=RULES, arrivals=EVENLY):
    found = policies.batches_of(portions, OPENS, CLOSES, rules, arrivals)
    return [(int((one.at - OPENS).total_seconds() // 60), one.portions) for one in found]


def test_a_big_pan_first_and_then_what_people_take_until_the_next_one():
    # Of 300 everybody comes evenly: 180 are enough for 36 minutes, and 45 minutes are 225.
    assert batches(300) == [(0, 180), (30, 45), (45, 75)]


def test_people_who_come_early_are_given_more_first():
    early = Arrivals({-5: 100, 0: 100, 20: 50, 50: 50})
    assert batches(300, arrivals=early) == [(0, 200), (15, 50), (45, 50)]
    few = Arrivals({0: 99})
    assert batches(300, arrivals=few) == batches(300)


@pytest.mark.parametrize(("portions", "expected"), [(0, []), (20, [(0, 20)]), (25, [(0, 25)])])
def test_what_is_less_than_a_pan_is_not_cooked_apart(portions, expected):
    assert batches(portions) == expected


def test_all_at_once_where_the_rule_says_so():
    assert batches(300, BatchRules(100, 15, 20)) == [(0, 300)]
    assert batches(300, BatchRules(60, 90, 20)) == [(0, 300)]


@given(
    portions=st.integers(0, 2000),
    percent=st.integers(10, 100),
    minutes=st.integers(5, 120),
    least=st.integers(1, 500),
    arrivals=st.dictionaries(st.integers(-30, 90), st.integers(1, 80), max_size=12).map(Arrivals),
)
def test_batches_are_together_what_is_planned_and_there_is_always_enough(
    portions, percent, minutes, least, arrivals
):
    found = policies.batches_of(portions, OPENS, CLOSES, BatchRules(percent, minutes, least), arrivals)
    assert sum(one.portions for one in found) == portions
    assert all(one.portions >= min(least, portions) for one in found)
    assert [one.kind for one in found[:1]] == [BatchKind.FIRST][: len(found)]
    policies.ensure_batches("菜", found, portions, OPENS, CLOSES)
    # Before each later chance there is what people will have taken by then, unless a pan is too small for it.
    for chance in range(minutes, 60, minutes):
        made = sum(one.portions for one in found if one.at < OPENS + timedelta(minutes=chance))
        assert made >= arrivals.until(chance, 60, portions)

    grams = policies.grams_of_batches([one.portions for one in found], portions * 183)
    assert sum(grams) == portions * 183
    assert all(gram >= 0 for gram in grams)


@pytest.mark.parametrize(
    "given_batches",
    [
        [(0, 99)],
        [(0, 50), (0, 50)],
        [(15, 50), (0, 50)],
        [(-24 * 60, 100)],
        [(0, 50), (24 * 60, 50)],
    ],
)
def test_batches_of_a_person_fit_the_dish_and_the_day(given_batches):
    made = [Batch(BatchKind.FIRST, OPENS + timedelta(minutes=at), count) for at, count in given_batches]
    with pytest.raises(AppError) as refused:
        policies.ensure_batches("红烧肉", made, 100, OPENS, CLOSES)
    assert refused.value.code == "canteen.batches_wrong"
    good = [Batch(BatchKind.FIRST, OPENS, 60), Batch(BatchKind.REFILL, CLOSES, 40)]
    policies.ensure_batches("红烧肉", good, 100, OPENS, CLOSES)


@pytest.mark.parametrize(
    "changes",
    [
        {"left_g": 1001},
        {"reused_g": 301},
        {"ran_out_at": OPENS + timedelta(days=1)},
    ],
)
def test_no_more_is_left_than_cooked_nor_kept_than_left(changes):
    right = {
        "cooked_g": 1000,
        "left_g": 300,
        "reused_g": 300,
        "ran_out_at": CLOSES,
        "served_on": MONDAY,
    }
    policies.ensure_outcome(**right)
    with pytest.raises(AppError) as refused:
        policies.ensure_outcome(**{**right, **changes})
    assert refused.value.code == "canteen.outcome_wrong"
    assert isinstance(MONDAY, date)


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ({}, {(1, 7): 100, (2, 7): 50, (2, 8): 5}),
        ({(1, 7): 100}, {(1, 7): 0, (2, 7): 50, (2, 8): 5}),
        ({(1, 7): 130}, {(1, 7): 0, (2, 7): 50, (2, 8): 5}),  # more than was wanted is nobody else's
        ({(None, 7): 120}, {(1, 7): 0, (2, 7): 30, (2, 8): 5}),
        ({(1, 7): -10, (3, 8): 5}, {(1, 7): 100, (2, 7): 50, (2, 8): 5}),
    ],
)
def test_what_was_issued_is_not_issued_again(issued, expected):
    assert policies.remaining({(1, 7): 100, (2, 7): 50, (2, 8): 5}, issued) == expected


def test_a_plan_goes_from_draft_over_confirmed_to_done():
    policies.ensure_transition("draft", PlanState.CONFIRMED)
    policies.ensure_transition("confirmed", PlanState.DONE)
    policies.ensure_transition("confirmed", PlanState.DRAFT)
    for before, after in (("draft", "done"), ("done", "draft"), ("done", "confirmed")):
        with pytest.raises(AppError):
            policies.ensure_transition(before, PlanState(after))
