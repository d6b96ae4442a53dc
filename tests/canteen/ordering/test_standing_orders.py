"""Standing orders as their holders make, change and end them; and which days are theirs."""

from datetime import date

import pytest

from backend.db import atomic, db
from backend.workdays.policies import Calendar
from canteen.menu.models import Dish, Portion
from canteen.ordering.policies import Wish
from canteen.ordering.standing import policies
from canteen.ordering.standing.models import Outcome
from canteen.ordering.standing.policies import OfferedDish
from tests.canteen.ordering.standing import body, outcomes, run, stand, wish

PATH = "/canteen/standing-orders"
WEEKDAYS = [1, 2, 3, 4, 5]

# Pure rules


def test_weekdays_are_bits_and_back():
    assert policies.bits_of([1, 7, 1]) == 0b1000001
    assert policies.weekdays_of(policies.bits_of([5, 1])) == [1, 5]


@pytest.mark.parametrize(
    ("weekdays", "workdays_only", "day", "takes"),
    [
        (WEEKDAYS, True, date(2026, 11, 23), True),
        (WEEKDAYS, True, date(2026, 11, 22), False),
        (WEEKDAYS, True, date(2026, 2, 14), True),  # A Saturday that is worked before the Spring Festival.
        (WEEKDAYS, True, date(2026, 2, 17), False),  # The festival, a Tuesday.
        ([2, 4], True, date(2026, 2, 14), False),
        ([2, 4], True, date(2026, 2, 17), False),
        ([2], False, date(2026, 2, 17), True),
        (WEEKDAYS, False, date(2026, 2, 14), False),
        ([6], True, date(2026, 2, 14), True),
        ([6], True, date(2026, 11, 21), False),
        ([6], False, date(2026, 11, 21), True),
    ],
)
def test_a_workdays_order_follows_the_calendar_with_its_makeup_days(weekdays, workdays_only, day, takes):
    found = policies.takes(policies.bits_of(weekdays), workdays_only=workdays_only, day=Calendar().day(day))
    assert found is takes


@pytest.mark.parametrize(
    ("lines", "lack"),
    [
        ([(1, "standard", 2)], None),
        ([(1, "standard", 2), (1, "half", 1)], Outcome.SOLD_OUT),
        ([(1, "half", 4)], None),
        ([(2, "standard", 99)], None),  # Without a cap.
        ([(2, "half", 1)], Outcome.NONE_OFFERED),
        ([(3, "standard", 1)], Outcome.NONE_OFFERED),
        ([(1, "standard", 9), (3, "standard", 1)], Outcome.NONE_OFFERED),
    ],
)
def test_an_alternative_is_wholly_there_or_lacks_something(lines, lack):
    offer = {1: OfferedDish(200, {"standard": 100, "half": 50}), 2: OfferedDish(None, {"standard": 100})}
    choice = [Wish(dish_id, Portion(portion), quantity) for dish_id, portion, quantity in lines]
    assert policies.lack_of(choice, offer) is lack


# Over HTTP


def test_a_standing_order_is_made_listed_changed_and_ended(lunch):
    first, second = lunch.dishes
    answer = stand(lunch, [wish(first, 2), wish(second, 1, "half")], [wish(second)], until_date="2027-01-31")
    assert answer.status == 201
    made = answer.data
    assert {**made, "id": 0, "created_at": "", "changed_at": ""} == {
        "id": 0,
        "canteen_id": lunch.canteen.id,
        "canteen": lunch.canteen.name,
        "period": "lunch",
        "weekdays": WEEKDAYS,
        "workdays_only": True,
        "choices": [
            {
                "items": [
                    {**wish(first, 2), "name": first.name, "price_fen": 600},
                    {**wish(second, 1, "half"), "name": second.name, "price_fen": 450},
                ],
                "total_fen": 1650,
            },
            {"items": [{**wish(second), "name": second.name, "price_fen": 900}], "total_fen": 900},
        ],
        "dining": "dine_in",
        "from_date": "2026-11-23",
        "until_date": "2027-01-31",
        "is_paused": False,
        "created_at": "",
        "changed_at": "",
    }
    changed = lunch.official.put(
        f"{PATH}/{made['id']}",
        {"choices": [{"items": [wish(first)]}], "weekdays": [1, 3], "is_paused": True},
    ).data
    assert (changed["weekdays"], changed["is_paused"], changed["until_date"]) == ([1, 3], True, None)
    assert lunch.official.get(PATH).data["list"] == [changed]
    assert lunch.official.delete(f"{PATH}/{made['id']}").data is None
    assert lunch.official.get(PATH).data["total"] == 0
    for again in (lunch.official.delete(f"{PATH}/{made['id']}"), change(lunch, made["id"])):
        assert (again.status, again.error) == (404, "canteen.standing_order_not_found")
    assert stand(lunch).status == 201  # The place is free again.


def change(lunch, number, client=None):
    return (client or lunch.official).put(
        f"{PATH}/{number}", {"choices": [{"items": [wish(lunch.dishes[0])]}]}
    )


def test_there_is_one_for_a_canteen_and_period_and_it_is_ones_own(lunch):
    made = stand(lunch).data
    twice = stand(lunch)
    assert (twice.status, twice.error) == (409, "canteen.standing_order_exists")
    assert twice.envelope["msg"] == "您在该食堂的午餐已有固定订餐，请直接修改"
    other = lunch.client()
    assert stand(lunch, by=other).status == 201
    assert change(lunch, made["id"], other).status == 404
    assert other.delete(f"{PATH}/{made['id']}").status == 404
    assert other.get(f"{PATH}/{made['id']}/results").status == 404


def test_what_could_be_no_order_is_refused(lunch, compound):
    first = lunch.dishes[0]
    elsewhere = compound.dish(compound.canteen())
    for choice, error in (
        ([wish(elsewhere)], "canteen.standing_dish_unsold"),
        ([wish(first, 1, "small")], "canteen.standing_dish_unsold"),
        ([wish(first), wish(first)], "canteen.duplicate_line"),
        ([wish(first, 11)], "canteen.over_limit"),
        ([], "app.invalid"),
    ):
        assert stand(lunch, [wish(first)], choice).error == error, error
    assert stand(lunch, until_date="2026-11-22").error == "canteen.standing_dates_reversed"
    assert stand(lunch, weekdays=[]).error == "app.invalid"
    assert stand(lunch, weekdays=[0]).error == "app.invalid"
    assert stand(lunch, *[[wish(first)]] * 6).error == "app.invalid"
    dinner = lunch.official.post(PATH, body(lunch) | {"period": "dinner"})
    assert (dinner.status, dinner.error) == (409, "canteen.period_not_served")
    closed = compound.canteen(is_active=False)
    assert lunch.official.post(PATH, body(lunch) | {"canteen_id": closed.id}).status == 409
    assert lunch.official.post(PATH, body(lunch) | {"canteen_id": 999}).status == 404
    assert lunch.official.get(PATH).data["total"] == 0


def test_what_is_no_longer_sold_keeps_nobody_from_pausing(lunch):
    first, second = lunch.dishes
    made = stand(lunch, [wish(first)]).data
    retire(first)
    kept = {"choices": [{"items": [wish(first)]}], "is_paused": True}
    assert lunch.official.put(f"{PATH}/{made['id']}", kept).data["is_paused"]
    added = {"choices": [{"items": [wish(first, 1, "half")]}]}
    assert lunch.official.put(f"{PATH}/{made['id']}", added).error == "canteen.standing_dish_unsold"
    assert lunch.official.put(f"{PATH}/{made['id']}", {"choices": [{"items": [wish(second)]}]}).status == 200


@atomic
def retire(dish):
    db.session.get(Dish, dish.id).is_active = False


def test_results_stay_readable_when_it_has_ended(lunch):
    answer = stand(lunch)
    run()
    lunch.official.delete(f"{PATH}/{answer.data['id']}")
    assert outcomes(lunch.official, answer) == [("2026-11-23", "placed")]
