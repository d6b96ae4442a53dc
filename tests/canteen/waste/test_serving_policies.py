"""What a meal by weight costs is a function of the grams alone: pure functions, and their properties."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.waste.rounds import BOUND, FILLED, RETURNED, Happening, rounds_from
from canteen.waste.serving import policies
from canteen.waste.serving.policies import Bound, Helping, Priced, Returned
from tests.factories import NINE

PRICES = {1: Priced(11, 1, "红烧肉", 3_600), 2: Priced(12, 2, "米饭", 499)}
seconds = st.integers(0, 60)


def at(second):
    return NINE + timedelta(seconds=second)


@pytest.mark.parametrize(
    ("grams", "price_fen_per_kg", "fen"),
    # 123.45 g shown as 1.23 and charged as 1.24 is what rounding twice does; half a fen goes up, once.
    [(0, 3_600, 0), (1, 499, 0), (1, 500, 1), (3, 500, 2), (235, 3_600, 846), (123, 10_040, 1_235)],
)
def test_an_amount_is_rounded_half_up_once(grams, price_fen_per_kg, fen):
    assert policies.amount_fen(grams, price_fen_per_kg) == fen


@given(
    parts=st.lists(st.tuples(st.sampled_from([1, 2]), st.integers(1, 900)), min_size=1, max_size=12),
    seed=st.integers(0, 9),
)
def test_neither_splitting_nor_order_changes_what_a_meal_costs(parts, seed):
    bound = Bound(1, 7, at(0), 42)
    helpings = [Helping(7, at(1 + n), dish_id, grams) for n, (dish_id, grams) in enumerate(parts)]
    whole = {
        dish_id: sum(grams for of, grams in parts if of == dish_id) for dish_id in {of for of, _ in parts}
    }
    mixed = list(helpings)
    Random(seed).shuffle(mixed)
    costs = {
        policies.total_fen(
            policies.lines_of(policies.taken_by_person([bound], told, [])[42].grams, PRICES), 0
        )
        for told in (helpings, mixed)
    }
    costs.add(policies.total_fen(policies.lines_of(whole, PRICES), 0))
    assert len(costs) == 1
    exact = sum(grams * PRICES[dish_id].price_fen_per_kg for dish_id, grams in whole.items()) / 1000
    assert abs(costs.pop() - exact) <= len(whole) / 2


@given(
    binds=st.lists(st.tuples(seconds, st.sampled_from([1, 2])), max_size=4, unique_by=lambda each: each[0]),
    served=st.lists(st.tuples(seconds, st.integers(1, 500)), max_size=8),
    returned=st.lists(seconds, max_size=4),
)
def test_a_helping_belongs_to_the_binding_whose_round_it_is_in(binds, served, returned):
    bounds = [Bound(n, 7, at(second), staff_id) for n, (second, staff_id) in enumerate(binds)]
    helpings = [Helping(7, at(second), 1, grams) for second, grams in served]
    mine = policies.helpings_by_binding(bounds, helpings, [Returned(7, at(second)) for second in returned])
    happened = [
        *(Happening(at(second), BOUND, (n,), binding_id=n) for n, (second, _) in enumerate(binds)),
        *(Happening(at(second), FILLED, (n,), grams) for n, (second, grams) in enumerate(served)),
        *(Happening(at(second), RETURNED, (n,), 5) for n, second in enumerate(returned)),
    ]
    theirs = rounds_from(happened)
    of_bindings = {each.binding_id: each for each in theirs if each.binding_id is not None}
    assert {key: sum(one.grams for one in found) for key, (found, _) in mine.items()} == {
        key: each.served_g for key, each in of_bindings.items()
    }
    assert {key: ended for key, (_, ended) in mine.items()} == {
        key: each.returned_at for key, each in of_bindings.items()
    }


def test_a_meal_is_due_once_the_trays_are_back_or_nothing_came_for_a_while():
    wait = timedelta(minutes=20)
    bounds = [Bound(1, 7, at(0), 42), Bound(2, 8, at(5), 42)]
    helpings = [Helping(7, at(1), 1, 100), Helping(8, at(6), 1, 100)]

    def taken(*returns):
        return policies.taken_by_person(bounds, helpings, returns)[42]

    assert not taken().is_due(at(7), wait)
    assert not taken(Returned(7, at(9))).is_due(at(10), wait)
    assert taken(Returned(7, at(9)), Returned(8, at(10))).is_due(at(11), wait)
    assert not taken().is_due(at(6) + wait - timedelta(seconds=1), wait)
    assert taken().is_due(at(6) + wait, wait)


def test_what_was_put_back_is_not_charged_and_a_dish_without_a_price_neither():
    bounds = [Bound(1, 7, at(0), 42)]
    helpings = [Helping(7, at(1), 1, 100), Helping(7, at(2), 1, -100), Helping(7, at(3), 3, 50)]
    assert policies.lines_of(policies.taken_by_person(bounds, helpings, [])[42].grams, PRICES) == []


def test_what_was_let_go_is_never_more_than_the_meal():
    lines = policies.lines_of({1: 100}, PRICES)
    assert [policies.total_fen(lines, waived) for waived in (0, 100, 360, 900)] == [360, 260, 0, 0]
