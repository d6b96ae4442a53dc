"""Months, what is withheld, and the ranking of dishes: tables and an oracle of plain fractions."""

import random
from datetime import date
from fractions import Fraction

import pytest

from backend.ratings.policies import Tally
from feedback.satisfaction.errors import SatisfactionMonthsInvalid
from feedback.satisfaction.policies import Months, Sum, figures_of, hidden_by_groups, months, rank_dishes
from feedback.satisfaction.rectifications.policies import is_low


def test_months_know_those_before_and_those_of_a_year_ago():
    asked = months(date(2026, 12, 9), date(2027, 1, 31))
    assert asked == Months(date(2026, 12, 1), date(2027, 1, 1))
    assert (asked.count, asked.until_on) == (2, date(2027, 1, 31))
    assert asked.before() == Months(date(2026, 10, 1), date(2026, 11, 1))
    assert asked.last_year() == Months(date(2025, 12, 1), date(2026, 1, 1))
    assert months(date(2024, 2, 1), date(2024, 2, 1)).until_on == date(2024, 2, 29)


@pytest.mark.parametrize(("first", "last"), [((2026, 2), (2026, 1)), ((2024, 1), (2026, 1))])
def test_months_in_the_wrong_order_or_too_many_are_refused(first, last):
    with pytest.raises(SatisfactionMonthsInvalid):
        months(date(*first, 1), date(*last, 1))


@pytest.mark.parametrize(
    ("counts", "members", "groups"),
    [
        ({"a1": 9, "a2": 9, "b1": 9}, set(), set()),
        (
            {"a1": 9, "a2": 3, "b1": 9},
            {"a1", "a2"},
            set(),
        ),  # East is told, so that nine would give away three.
        ({"a1": 9, "a2": 6, "a3": 3, "b1": 9}, {"a2", "a3"}, set()),
        ({"a1": 9, "a2": 9, "b1": 3}, {"a1", "a2", "b1"}, {"a", "b"}),  # The total would give away west.
        ({"a1": 9, "a2": 9, "b1": 3, "c1": 2}, {"b1", "c1"}, {"b", "c"}),
        ({"a1": 9, "b1": 0}, {"b1"}, {"b"}),
        ({"a1": 2, "a2": 2}, {"a1", "a2"}, {"a"}),
    ],
)
def test_neither_total_nor_campus_gives_away_what_few_said(counts, members, groups):
    assert hidden_by_groups(counts, {key: key[0] for key in counts}) == (members, groups)


def test_a_withheld_figure_tells_its_count_alone():
    of = Sum(Tally((0, 0, 1, 1, 4)), Tally((0, 0, 3, 3, 12)), served=10)
    told, hidden = figures_of(of), figures_of(of, is_withheld=True)
    assert (told.satisfied, str(told.satisfied_rate), str(told.average)) == (5, "0.833", "4.50")
    assert (told.unrated, str(told.coverage)) == (4, "0.600")
    assert (hidden.count, hidden.is_withheld, hidden.satisfied_rate, hidden.average) == (6, True, None, None)


def test_dishes_are_ranked_as_plain_fractions_rank_them():
    dice = random.Random(7)
    for weight in (1, 10, 50):
        tallies = {
            dish: Tally(tuple(dice.choice((0, 0, 1, 2, 9)) for _ in range(5))) for dish in range(1, 40)
        }
        ranked, mean = rank_dishes(tallies, weight)
        total = sum(each.total for each in tallies.values())
        overall = Fraction(total, sum(each.count for each in tallies.values()))
        scores = {
            dish: (weight * overall + each.total) / (weight + each.count)
            for dish, each in tallies.items()
            if each.count >= 5
        }
        expected = sorted(scores, key=lambda dish: (-scores[dish], -tallies[dish].count, dish))
        assert [each.dish_id for each in ranked] == expected
        assert [each.rank for each in ranked] == [
            1 + sum(other > scores[each.dish_id] for other in scores.values()) for each in ranked
        ]
        assert all(abs(Fraction(each.score) - scores[each.dish_id]) <= Fraction(1, 200) for each in ranked)
        assert abs(Fraction(mean) - overall) <= Fraction(1, 200)


def test_five_fives_do_not_beat_sixty_good_ratings():
    few, many, rest = Tally((0, 0, 0, 0, 5)), Tally((0, 0, 0, 12, 48)), Tally((5, 10, 20, 10, 5))
    ranked, _ = rank_dishes({1: few, 2: many, 3: rest}, 10)
    assert [each.dish_id for each in ranked] == [2, 1, 3]
    assert ranked[1].average > ranked[0].average
    assert rank_dishes({}, 10) == ([], None)
    assert rank_dishes({1: Tally((0, 0, 0, 0, 4))}, 10)[0] == []


LIMITS = {"rate": 80, "average": 350, "least": 10}


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ((0, 0, 2, 0, 8), False),  # 80 % exactly, 4.6 points.
        ((0, 0, 3, 0, 7), True),  # 70 %.
        ((2, 0, 0, 8, 0), True),  # 80 %, but 3.4 points.
        ((0, 0, 0, 0, 9), False),
        ((9, 0, 0, 0, 0), False),  # Too few to be held against anybody.
    ],
)
def test_low_is_below_a_threshold_of_enough_ratings(grades, expected):
    assert is_low(Sum(Tally(grades), Tally(grades)), **LIMITS) is expected
