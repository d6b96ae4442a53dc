"""What publishing would find, shown before it."""

from datetime import date

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.canteen.menu.kitchen import TUESDAY, Kitchen, problems
from tests.factories import MONDAY, NINE

WEDNESDAY = date(2026, 11, 25)


def preview(kitchen, by=None, on=TUESDAY, **query):
    query = {"canteen_id": kitchen.canteen.id, "date": on, **query}
    return (by or kitchen.manager).get("/canteen/admin/menus/publish-preview", **query)


def found(answer):
    return [
        tuple(one[key] for key in ("date", "period", "dish", "problem")) for one in answer.data["problems"]
    ]


def test_a_preview_finds_what_publishing_finds_and_changes_nothing(kitchen):
    good, bare = kitchen.dish("红烧肉"), kitchen.dish("清蒸鱼", allergens=None, is_active=False)
    kitchen.draft(good, bare)
    kitchen.draft(good, on=WEDNESDAY)
    kitchen.draft(on=date(2026, 11, 28))
    answer = preview(kitchen, end_date="2026-11-29")
    refused = kitchen.publish(end_date="2026-11-29")
    assert found(answer) == problems(refused)
    assert answer.data["warnings"] == refused.envelope["data"]["warnings"]
    assert [(one["date"], one["name"], one["dishes"]) for one in answer.data["meals"]] == [
        ("2026-11-24", "午餐", 2),
        ("2026-11-25", "午餐", 1),
        ("2026-11-28", "午餐", 0),
    ]
    assert {meal["state"] for meal in kitchen.meals(TUESDAY, date(2026, 11, 29))} == {"draft"}


def test_only_the_drafts_that_would_be_published_are_in_it(kitchen):
    kitchen.compound.period(kitchen.canteen, "dinner")
    dish = kitchen.dish()
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, TUESDAY)
    kitchen.draft(dish, period="dinner")
    assert [one["period"] for one in preview(kitchen).data["meals"]] == ["dinner"]
    assert preview(kitchen, period="lunch").data == {"meals": [], "problems": [], "warnings": []}
    assert [one["period"] for one in preview(kitchen, period="dinner").data["meals"]] == ["dinner"]


def test_the_preview_is_of_this_moment(kitchen):
    kitchen.draft(kitchen.dish(), on=MONDAY)
    assert found(preview(kitchen, on=MONDAY)) == []
    with clock.at(NINE.replace(hour=NINE.hour + 1)):
        assert found(preview(kitchen, on=MONDAY)) == [("2026-11-23", "lunch", None, "cutoff_passed")]


def test_who_reads_the_canteen_may_look_and_nobody_else(kitchen):
    kitchen.draft(kitchen.dish())
    reader = kitchen.client("canteen_staff", ScopeKind.CANTEEN, kitchen.canteen.id)
    assert len(preview(kitchen, by=reader).data["meals"]) == 1
    assert preview(kitchen, by=Kitchen(kitchen.compound).manager).error == "canteen.canteen_not_found"
    assert preview(kitchen, by=kitchen.official).status == 403


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"end_date": "2026-11-23"}, "canteen.invalid_date_range"),
        ({"end_date": "2027-11-23"}, "canteen.invalid_date_range"),
        ({"period": "brunch"}, "app.invalid"),
        ({"date": "soon"}, "app.invalid"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(kitchen, query, error):
    assert preview(kitchen, **query).error == error


def test_a_canteen_that_is_closed_down_publishes_nothing(compound, kitchen):
    closed = Kitchen(compound, is_active=False)
    assert preview(closed).error == "canteen.canteen_inactive"
