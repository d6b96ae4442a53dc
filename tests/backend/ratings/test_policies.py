"""How ratings are counted."""

from decimal import Decimal

import pytest

from backend.ratings import policies
from backend.ratings.errors import InvalidScores, TextTooLong
from backend.ratings.policies import WHOLE, Dimension, Service, Tally

VISIT = Service("test.visit", "参观", (Dimension("guide", "讲解"), Dimension("order", "秩序")))


@pytest.mark.parametrize(
    ("scores", "grade"),
    [([5], 5), ([4, 5], 5), ([4, 4, 5], 4), ([1, 2], 2), ([3, 4, 4, 3], 4), ([1, 1, 2, 1], 1)],
)  # fmt: skip # One case a line would say no more.
def test_the_grade_is_the_mean_rounded_half_up(scores, grade):
    assert policies.grade_of({str(number): score for number, score in enumerate(scores)}) == grade


@pytest.mark.parametrize(
    ("scores", "wrong"),
    [({}, []), ({"guide": 0}, ["guide"]), ({"guide": 6}, ["guide"]), ({"guide": 5, "food": 5}, ["food"])],
)
def test_scores_that_say_nothing_are_refused(scores, wrong):
    with pytest.raises(InvalidScores) as refused:
        policies.ensure_scores(VISIT, scores)
    assert refused.value.data["dimensions"] == wrong


def test_a_part_of_the_dimensions_is_enough():
    policies.ensure_scores(VISIT, {"order": 1})


def test_a_text_has_five_hundred_characters_at_most():
    policies.ensure_text("好" * 500)
    with pytest.raises(TextTooLong):
        policies.ensure_text("好" * 501)


def test_figures_are_ratios_of_sums_and_stand_beside_their_coverage():
    figures = policies.figures_of(
        VISIT,
        {"guide": Tally((0, 0, 0, 2, 4)), "order": Tally((1, 0, 0, 0, 5)), WHOLE: Tally((0, 0, 1, 1, 5))},
        served=9,
    )
    guide, order = figures.dimensions
    assert (guide.title, guide.count, guide.average) == ("讲解", 6, Decimal("4.67"))
    assert (order.count, order.average, order.distribution) == (6, Decimal("4.33"), (1, 0, 0, 0, 5))
    # (28 + 26) / 12: not the mean of 4.67 and 4.33.
    assert figures.average == Decimal("4.50")
    assert (figures.count, figures.unrated, figures.coverage) == (7, 2, Decimal("0.778"))
    assert figures.satisfied_rate == Decimal("0.857")
    assert figures.distribution == (0, 0, 1, 1, 5)


def test_an_average_is_rounded_half_up_once():
    assert Tally((0, 0, 0, 199, 1)).average == Decimal("4.01")  # 4.005
    assert Tally().average is None


def test_of_fewer_than_five_nothing_but_the_count_is_told():
    few = {"guide": Tally((0, 0, 0, 0, 4)), WHOLE: Tally((0, 0, 0, 0, 4))}
    figures = policies.figures_of(VISIT, few, served=10)
    assert (figures.count, figures.coverage, figures.is_withheld) == (4, Decimal("0.400"), True)
    assert (figures.average, figures.satisfied_rate, figures.distribution) == (None, None, None)
    assert {(one.average, one.distribution) for one in figures.dimensions} == {(None, None)}
    # Five ratings, four of which scored a dimension: that dimension is withheld, and the mean of the other.
    mixed = {"guide": Tally((0, 0, 0, 0, 4)), "order": Tally((5, 0, 0, 0, 0)), WHOLE: Tally((5, 0, 0, 0, 0))}
    guide, order = policies.figures_of(VISIT, mixed, served=None).dimensions
    assert (guide.average, order.average) == (None, Decimal("1.00"))


def test_nobody_served_has_no_coverage():
    figures = policies.figures_of(VISIT, {}, served=0)
    assert (figures.count, figures.coverage, figures.unrated) == (0, None, 0)
    assert policies.figures_of(VISIT, {}, served=None).unrated is None


def test_a_dimension_that_was_dropped_is_still_told():
    old = {"price": Tally((0, 0, 0, 0, 6)), WHOLE: Tally((0, 0, 0, 0, 6))}
    assert policies.figures_of(VISIT, old, served=None).dimensions[-1].code == "price"


def test_two_services_of_one_key_are_a_mistake():
    assert policies.find_service("test.visit") is VISIT
    assert VISIT in policies.all_services()
    Service("test.visit", "参观", VISIT.dimensions)
    with pytest.raises(ValueError, match="twice"):
        Service("test.visit", "参观", (Dimension("guide", "讲解"),))


@pytest.mark.parametrize("codes", [(), ("a", "a"), ("",), ("A",), ("a" * 21,)])
def test_dimensions_have_distinct_short_codes(codes):
    with pytest.raises(ValueError, match="distinct codes"):
        Service("test.wrong", "错误", tuple(Dimension(code, "项") for code in codes))
