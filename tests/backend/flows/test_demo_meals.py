"""The demo's menus and orders: calendar, cutoffs, pick-up, what was missed."""

from datetime import date, timedelta

from backend.flows.demo import DemoReport
from backend.flows.demo.organisation import EMPLOYED
from canteen.ordering import services as ordering
from tests.backend.flows.demo_house import (
    DAYS,
    NOON,
    STAFF,
    WEDNESDAY,
    day_of,
    instant_of,
    is_rest_day,
    one,
    rows,
)

FREE = STAFF // 6


def test_exactly_the_meals_whose_cutoffs_have_passed_are_frozen(demo: DemoReport) -> None:
    for state, freezes_at, frozen_at in rows("SELECT state, freezes_at, frozen_at FROM meals"):
        is_due = instant_of(freezes_at) <= NOON
        assert state == ("frozen" if is_due else "published")
        assert (frozen_at is not None) == is_due
        assert not is_due or instant_of(freezes_at) <= instant_of(frozen_at) <= NOON
    assert rows(
        "SELECT DISTINCT m.state, d.is_open FROM meals m JOIN meal_dishes d ON d.meal_id = m.id ORDER BY 1"
    ) == [("frozen", False), ("published", True)]
    assert ordering.freeze_due_meals() == 0


def test_the_menus_of_this_week_and_the_next_are_out_and_lunch_has_twelve_dishes(demo: DemoReport) -> None:
    monday = date(2026, 11, 23)
    offered = rows(
        "SELECT m.canteen_id, m.served_on, m.period, count(*), min(d.cap), max(d.cap) FROM meals m"
        " JOIN meal_dishes d ON d.meal_id = m.id GROUP BY 1, 2, 3"
    )
    lunches = {(row[0], day_of(row[1])): row[3:] for row in offered if row[2] == "lunch"}
    for offset in range(14):
        day = monday + timedelta(days=offset)
        open_canteens = {canteen for canteen, on in lunches if on == day}
        assert open_canteens == ({3} if is_rest_day(day) else {1, 2, 3})
    assert {count for count, _, _ in lunches.values()} == {12}
    assert min(least for _, least, _ in lunches.values()) >= 80
    assert max(most for _, _, most in lunches.values()) <= 300
    assert max(day for _, day in lunches) == date(2026, 12, 6)
    assert all(row[3] < 12 for row in offered if row[2] != "lunch")


def test_canteens_that_rest_have_no_meal_on_rest_days_and_work_on_makeup_days(demo: DemoReport) -> None:
    first = WEDNESDAY - timedelta(days=DAYS)
    days = [first + timedelta(days=offset) for offset in range(DAYS)]
    served = {
        (canteen, day_of(on)) for canteen, on in rows("SELECT DISTINCT canteen_id, served_on FROM orders")
    }
    assert not [(canteen, day) for canteen, day in served if canteen in (1, 2) and is_rest_day(day)]
    assert (1, date(2026, 10, 10)) in served, "the makeup Saturday after the National Day holiday"
    assert (3, date(2026, 10, 1)) in served, "somebody is on duty on National Day"
    assert {day for canteen, day in served if canteen == 1 and day < WEDNESDAY} == {
        day for day in days if not is_rest_day(day)
    }


def test_past_orders_have_ended_and_were_picked_up_within_the_window(demo: DemoReport) -> None:
    states = dict(
        rows("SELECT state, count(*) FROM orders WHERE served_on < :today GROUP BY state", today=WEDNESDAY)
    )
    assert states.keys() == {"picked_up", "no_show", "cancelled"}
    assert 0.02 < states["no_show"] / (states["no_show"] + states["picked_up"]) < 0.07
    assert (
        rows(
            "SELECT o.id FROM orders o JOIN meals m ON m.id = o.meal_id WHERE o.placed_at < m.published_at"
            " OR o.placed_at >= m.order_closes_at OR o.cancelled_at >= m.cancel_closes_at"
            " OR o.cancelled_at <= o.placed_at"
            " OR o.picked_up_at < m.serves_from OR o.picked_up_at >= m.serves_until"
            " OR o.served_on <> m.served_on"
            " OR o.period <> m.period OR o.canteen_id <> m.canteen_id"
        )
        == []
    )
    lunch_now = dict(
        rows(
            "SELECT state, count(*) FROM orders WHERE served_on = :on AND period = 'lunch' GROUP BY state",
            on=WEDNESDAY,
        )
    )
    assert {"picked_up", "booked"} <= lunch_now.keys(), "lunch is half over"
    assert "no_show" not in lunch_now


def test_every_missed_meal_has_its_record_and_nothing_else_has_one(demo: DemoReport) -> None:
    missed = {order_id for (order_id,) in rows("SELECT id FROM orders WHERE state = 'no_show'")}
    found = rows("SELECT order_id, state, was_absent, decided_at FROM no_shows")
    assert {order_id for order_id, *_ in found} == missed
    assert {state for _, state, *_ in found} >= {"recorded", "excused"}
    assert all(state == "excused" for _, state, was_absent, _ in found if was_absent)
    assert one("SELECT count(*) FROM no_shows WHERE recorded_at > :now", now=NOON.isoformat()) == 0


def test_pickup_numbers_of_frozen_meals_count_from_one(demo: DemoReport) -> None:
    assert (
        rows(
            "SELECT o.meal_id FROM orders o JOIN meals m ON m.id = o.meal_id WHERE o.state <> 'cancelled'"
            " GROUP BY o.meal_id, m.state"
            " HAVING count(o.pickup_no) <> CASE m.state WHEN 'frozen' THEN count(*) ELSE 0 END"
            " OR max(o.pickup_no) <> count(*) OR min(o.pickup_no) <> 1"
        )
        == []
    )
    assert one("SELECT count(*) FROM orders WHERE state = 'cancelled' AND pickup_no IS NOT NULL") == 0


def test_some_have_ordered_ahead_but_never_the_officials_kept_for_visitors(demo: DemoReport) -> None:
    ordering_now = {
        staff_no
        for (staff_no,) in rows(
            "SELECT s.staff_no FROM orders o JOIN staff s ON s.id = o.staff_id WHERE o.served_on >= :today",
            today=WEDNESDAY,
        )
    }
    kept = {str(1001 + place) for place in range(FREE)} | {account.staff_no for account in EMPLOYED}
    assert not ordering_now & kept
    assert (
        one("SELECT count(*) FROM orders WHERE served_on > :today AND state = 'booked'", today=WEDNESDAY) > 10
    )
    assert (
        one("SELECT count(*) FROM orders o JOIN staff s ON s.id = o.staff_id WHERE s.staff_no = '1001'") > 0
    )
