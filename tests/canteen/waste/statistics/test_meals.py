"""What meals come to: which source counts, what is measured, and the cases of the domain notes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.waste.models import Stage
from canteen.waste.statistics.departments import DepartmentRow, figures_of, shown_at
from canteen.waste.statistics.dishes import DishSums
from canteen.waste.statistics.meals import Dishes, MealFacts, Summary, summarise
from canteen.waste.statistics.policies import Basis, Span, Thresholds

DAY = date(2026, 11, 23)
SPAN = Span(DAY, DAY + timedelta(days=30))
LOOSE = Thresholds(1, 1, 1, 1)
NONE = DishSums(*[0] * 19)


def meal(diners: int | None, *, day: int = 0, **found: Any) -> MealFacts:
    """A lunch; `plate_bulk=9000` are grams of food of that stage and source, a pair (food, inedible)."""
    facts = {name: found.pop(name) for name in list(found) if hasattr(MealFacts, name)}
    made = MealFacts(1, DAY + timedelta(days=day), "lunch", diners, **facts)
    for name, grams in found.items():
        stage, source = name.split("_")
        food, inedible = grams if isinstance(grams, tuple) else (grams, 0)
        made.add(stage, source, food, inedible, food // 10)
    return made


def summary(*meals: MealFacts, thresholds: Thresholds = LOOSE) -> Summary:
    """Their figures."""
    return summarise(meals, SPAN, [1], thresholds)


def test_grams_per_diner_are_a_ratio_of_sums_over_the_measured_meals():
    """Case 25: 9000 g of 120, 3000 g of 100, and 80 of whom nothing was weighed."""
    found = summary(meal(120, plate_bulk=9_000), meal(100, day=1, plate_bulk=3_000), meal(80, day=2))

    assert found.plate.value is not None
    assert round(found.plate.value, 2) == Decimal("54.55")
    assert (found.plate.measured, found.plate.opened) == (2, 3)
    assert found.plate.coverage_text == "2/3 餐，66.7%"
    assert (found.diners, found.opened, found.weighed, found.unmeasured) == (300, 3, 2, 1)
    assert found.ledger.text == "66.7%"


def test_with_the_usual_rules_two_of_three_meals_are_not_enough():
    meals = meal(120, plate_bulk=9_000), meal(100, day=1, plate_bulk=3_000), meal(80, day=2)
    found = summary(*meals, thresholds=Thresholds())

    assert (found.plate.text, found.plate.shown) == ("数据不足", None)
    assert found.ledger.text == "66.7%"
    assert summary(*meals[:2], thresholds=Thresholds()).plate.text == "54.5 克/人·餐"


def test_the_clean_plate_rate_states_its_sample():
    """Case 26: of 0, 8, 10, 11 and 45 g three are clean."""
    found = summary(meal(5, trays=5, clean_trays=3, plate_tray=74))

    assert (found.clean_plate.text, found.clean_plate.sample.size) == ("60.0%", 5)
    few = summary(meal(5, trays=5, clean_trays=3, plate_tray=74), thresholds=Thresholds())
    assert (few.clean_plate.text, few.plate.text) == ("数据不足", "数据不足")


@pytest.mark.parametrize(
    ("found", "numerator", "people"),
    [
        ({"plate_bulk": 4_000, "plate_tray": 900}, 4_000, 100),  # never added up
        ({"plate_tray": 900}, 900, 20),  # the diners behind it are the trays
        ({"plate_bulk": (4_000, 700)}, 4_000, 100),  # bones apart
        ({"plate_bulk": 0}, 0, 100),  # weighed, and nothing there
        ({"unserved_bulk": 100}, 0, 0),
    ],
)
def test_plate_waste_comes_from_one_source(found, numerator, people):
    plate = summary(meal(100, trays=20, **found)).plate

    assert (plate.numerator, plate.denominator) == (numerator, people)


def test_meals_of_both_sources_stand_beside_each_other_with_their_own_people():
    plate = summary(
        meal(100, plate_bulk=4_000), meal(100, day=1, trays=20, plate_tray=900), thresholds=Thresholds()
    ).plate

    assert (plate.numerator, plate.denominator, plate.text) == (4_900, 120, "40.8 克/人·餐")


@pytest.mark.parametrize(
    ("found", "grams"),
    [
        ({"unserved_bulk": 700, "unserved_pan": 900}, 700),
        ({"unserved_pan": 900, "prepared_pan": 9_000, "served_pan": 5_000}, 900),
        ({"prepared_pan": 9_000, "served_pan": 7_000, "reused_pan": 500}, 1_500),
        ({"prepared_pan": 9_000, "served_pan": 9_050}, 0),  # noise
        ({"prepared_pan": 9_000, "served_pan": 9_500}, None),  # a pan that nobody weighed
        ({"prepared_pan": 9_000}, None),
        ({"plate_bulk": 1}, None),
    ],
)
def test_unserved_food_is_weighed_or_follows_from_what_went_out(found, grams):
    known = meal(100, **found).grams(Stage.UNSERVED)

    assert (known.food_g if known is not None else None) == grams


@pytest.mark.parametrize("diners", [None, 0])
def test_a_meal_whose_diners_nobody_knows_is_in_no_figure_per_diner(diners):
    found = summary(meal(100, plate_bulk=5_000), meal(diners, day=1, plate_bulk=90_000))

    assert (found.plate.text, found.plate.measured, found.plate.opened) == ("50.0 克/人·餐", 1, 2)
    assert found.weighed == 2
    assert found.recorded[Stage.PLATE].food_g == 95_000


def test_what_fewer_than_five_diners_left_is_nobodys_business():
    """A holiday's duty meal of one or two says what each of them left."""
    few = summary(meal(1, plate_bulk=80, unserved_bulk=10), meal(3, day=1, plate_bulk=90, unserved_bulk=10))
    five = summary(meal(2, plate_bulk=80, unserved_bulk=10), meal(3, day=1, plate_bulk=90, unserved_bulk=10))

    assert (few.plate.text, few.unserved.text, few.total.text) == ("数据不足",) * 3
    assert (five.plate.text, five.total.text) == ("34.0 克/人·餐", "38.0 克/人·餐")


def test_the_total_is_of_meals_whose_plates_and_leftovers_were_weighed_in_full():
    whole = meal(
        100, plate_bulk=(5_000, 500), unserved_bulk=2_000, preparation_bulk=(3_000, 4_000), storage_bulk=500
    )
    found = summary(
        whole,
        meal(100, day=1, plate_bulk=9_000),
        meal(100, day=2, trays=9, plate_tray=90, unserved_pan=1),
    )

    assert (found.total.numerator, found.total.denominator) == (15_000, 100)
    assert (found.total.basis, found.total.measured, found.total.opened) == (Basis.WET_TOTAL, 1, 3)
    assert (found.preparation.text, found.preparation_inedible.text) == ("30.0 克/人·餐", "40.0 克/人·餐")
    assert found.waste_g == 15_000 + 9_000 + 91
    assert found.cost_fen == 500 + 200 + 300 + 50 + 900 + 9


def test_storage_loses_nothing_at_a_weighed_meal_without_a_record_of_it():
    found = summary(
        meal(100, plate_bulk=1, storage_bulk=600), meal(200, day=1, plate_bulk=1), meal(50, day=2)
    )

    assert (found.storage.numerator, found.storage.denominator, found.storage.measured) == (600, 300, 2)
    assert found.preparation.measured == 0


def test_the_waste_rate_is_over_what_was_prepared():
    found = summary(
        meal(100, plate_bulk=5_000, unserved_pan=2_000, prepared_pan=70_000),
        meal(100, day=1, plate_bulk=90_000, prepared_pan=90_000),
    ).waste_rate

    assert (found.numerator, found.denominator, found.text, found.measured) == (7_000, 70_000, "10.0%", 1)


def test_the_plate_rate_is_of_the_same_trays():
    """Case 20: gross 612 g, tare 480 g, 503 g served."""
    found = summary(meal(9, trays=3, rated_trays=1, rated_leftover_g=132, rated_served_g=503, plate_tray=900))

    assert found.plate_rate.value is not None
    assert round(found.plate_rate.value * 100, 2) == Decimal("26.24")


def test_the_production_balance_shows_what_it_leaves_open():
    one = meal(100, dishes=Dishes(prepared_g=10_000, served_g=8_000, unserved_g=1_200, reused_g=500))
    found = summary(one, meal(100, day=1))

    assert found.balance.residual_g == 300
    assert (found.over_preparation.text, found.over_preparation.measured) == ("25.0%", 1)


GRAMS = st.one_of(st.none(), st.integers(0, 90_000))


@given(st.lists(st.tuples(st.integers(0, 300), GRAMS, GRAMS, GRAMS, st.integers(0, 40)), max_size=9))
def test_a_span_is_the_sum_of_its_days_however_it_is_cut(days):
    """No mean of ratios anywhere: numerators, denominators and meals of the parts add up to the whole."""
    meals = []
    for day, (diners, plate, sampled, unserved, trays) in enumerate(days):
        found = {"plate_bulk": plate, "plate_tray": sampled, "unserved_pan": unserved}
        known = {name: grams for name, grams in found.items() if grams is not None}
        meals.append(meal(diners, day=day, trays=trays, clean_trays=trays // 2, **known))
    whole, parts = summary(*meals).figures, [summary(one).figures for one in reversed(meals)]

    for basis, figure in whole.items():
        for name in ("numerator", "denominator", "measured", "opened"):
            assert getattr(figure, name) == sum(getattr(part[basis], name) for part in parts)


def test_nothing_measured_says_so_and_is_not_nought():
    found = summary()

    assert {figure.value for figure in found.figures.values()} == {None}
    assert {figure.text for figure in found.figures.values()} == {"数据不足"}


@pytest.mark.parametrize(
    ("sums", "text", "source"),
    [
        ({"left_g": 840, "left_served_g": 3_000, "weighings": 5, "weighed_meals": 2}, "28.0%", "weighed"),
        ({"left_g": 840, "left_served_g": 3_000, "weighings": 4, "portion_meals": 2}, "数据不足", "portions"),
        ({"left_g": 0, "left_served_g": 0, "weighings": 9}, "数据不足", ""),
        ({"weighed_meals": 1, "portion_meals": 1}, "数据不足", "mixed"),
    ],
)
def test_the_rate_of_a_dish_needs_weighings_and_what_was_served(sums, text, source):
    found = replace(NONE, **sums)

    assert (found.rate(Thresholds()).text, found.served_source) == (text, source)


def row(department_id: int, trays: int) -> DepartmentRow:
    """A department whose trays bore 40 g each, one of them clean."""
    return DepartmentRow(department_id, trays, 1, 40 * trays)


@pytest.mark.parametrize(
    ("trays", "anonymous", "shown"),
    [
        ([5], 0, [1]),
        ([4], 0, []),
        ([9, 4], 0, []),  # the four would be what is left of the whole
        ([9, 4], 1, [1]),  # with a stranger they are five
        ([9, 8, 4], 0, [1]),  # the smaller one hides the four
        ([9, 8, 2, 2], 1, [1, 2]),
        ([9, 8], 3, [1]),  # three strangers are hidden, too
        ([9, 8], 0, [1, 2]),
        ([5, 5], 2, [1]),
        ([6], 2, []),
    ],
)
def test_a_department_is_shown_from_five_diners_and_leaves_no_fewer(trays, anonymous, shown):
    rows = [row(number, count) for number, count in enumerate(trays, start=1)]
    found = shown_at(rows, sum(trays) + anonymous)

    assert [one.department_id for one in found] == shown
    rest = sum(trays) + anonymous - sum(one.trays for one in found)
    assert not found or rest == 0 or rest >= 5


def test_a_department_is_the_sum_of_the_meals_at_which_it_may_be_shown():
    meals = {
        (1, DAY, "lunch"): (20, [row(7, 6), row(8, 9)]),
        (1, DAY, "dinner"): (4, [row(7, 4)]),
        (1, SPAN.until_on, "lunch"): (9, [row(7, 9)]),
    }
    found = figures_of(meals, {7: "办公室", 8: "财务处"}, 9, Thresholds(min_trays=10))

    assert [(one.name, one.trays, one.meals, one.plate.text) for one in found] == [
        ("办公室", 15, 2, "40.0 克/人·餐"),
        ("财务处", 9, 1, "数据不足"),
    ]
    assert found[0].clean_plate.text == "13.3%"
