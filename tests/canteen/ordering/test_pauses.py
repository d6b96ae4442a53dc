"""Pauses of ordering in advance: only where a canteen decides on a limit, and with a way out."""

from datetime import date, time, timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from canteen.ordering.pauses import policies
from canteen.ordering.pauses.rules import NO_SHOW_DAYS, NO_SHOW_LIMIT, NO_SHOW_PAUSE_DAYS
from tests.canteen.missing import DAY, missed_by, told
from tests.factories import MONDAY

TUESDAY, WEDNESDAY = MONDAY + DAY, MONDAY + 2 * DAY


@pytest.fixture
def strict(lunch):
    """The lunch of a canteen that pauses for two days after two missed meals."""
    lunch.compound.rule(NO_SHOW_LIMIT, 2, lunch.canteen.id)
    lunch.compound.rule(NO_SHOW_PAUSE_DAYS, 2, lunch.canteen.id)
    return lunch


def order_for(lunch, day, at, by=None, canteen=None):
    """Try to order a day's lunch at an instant."""
    dish = lunch.dishes[0] if canteen is None else lunch.compound.dish(canteen)
    lunch.compound.meal(canteen or lunch.canteen, [(dish, None)], served_on=day)
    body = {**lunch.order(1), "date": day.isoformat(), "canteen_id": (canteen or lunch.canteen).id}
    body["items"][0]["dish_id"] = dish.id
    with clock.at(at):
        return (by or lunch.official).post("/canteen/orders", body)


def at(day, hour=17, minute=0):
    return clock.at_local(day, time(hour, minute))


def test_too_many_missed_meals_pause_orders_for_a_while(strict):
    missed_by(strict, strict.official)
    assert told("canteen.orders_paused") == []
    missed_by(strict, strict.official, TUESDAY)
    refused = order_for(strict, MONDAY + 3 * DAY, at(TUESDAY))
    assert (refused.status, refused.error) == (409, "canteen.orders_paused")
    assert "11月26日 16:30" in refused.envelope["msg"]
    (message,) = told("canteen.orders_paused")
    assert message.text.startswith(
        f"您近 30 天在{strict.canteen.name}有 2 次预订未取餐，按该食堂规定，预订暂停至 11月26日 16:30"
    )
    with clock.at(at(TUESDAY)):
        (pause,) = strict.official.get("/canteen/order-pauses").data["list"]
    assert (pause["until_at"], pause["missed"]) == ("2026-11-26T16:30:00+08:00", 2)
    # Neither another canteen's orders, nor anybody else's, nor those after it.
    assert order_for(strict, WEDNESDAY, at(TUESDAY), canteen=strict.compound.canteen()).status == 201
    assert order_for(strict, WEDNESDAY, at(TUESDAY), by=strict.client()).status == 201
    assert order_for(strict, MONDAY + 4 * DAY, at(MONDAY + 3 * DAY, 16, 30)).status == 201


def test_by_default_nobody_is_paused(lunch):
    for number in range(4):
        missed_by(lunch, lunch.official, MONDAY + number * DAY)
    assert order_for(lunch, MONDAY + 4 * DAY, at(MONDAY + 3 * DAY)).status == 201
    assert told("canteen.orders_paused") == []


def test_what_was_missed_before_the_days_that_count_is_forgotten(strict):
    strict.compound.rule(NO_SHOW_DAYS, 2, strict.canteen.id)
    missed_by(strict, strict.official)
    missed_by(strict, strict.official, WEDNESDAY)
    assert told("canteen.orders_paused") == []
    assert order_for(strict, MONDAY + 3 * DAY, at(WEDNESDAY)).status == 201


def test_a_limit_counts_what_was_missed_since_it_was_decided(lunch):
    missed_by(lunch, lunch.official)
    manager = lunch.compound.client(
        lunch.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)})
    )
    decision = {"scope_id": lunch.canteen.id, "value": 1, "reason": "试行", "seen_version_id": 0}
    with clock.at(at(MONDAY, 18)):
        assert manager.put("/rules/canteen.no_show_limit", decision).status == 200
    assert order_for(lunch, WEDNESDAY, at(MONDAY, 19)).status == 201
    missed_by(lunch, lunch.official, TUESDAY)
    assert order_for(lunch, MONDAY + 3 * DAY, at(TUESDAY)).error == "canteen.orders_paused"


def test_an_accepted_appeal_lifts_the_pause(strict):
    first = missed_by(strict, strict.official)
    missed_by(strict, strict.official, TUESDAY)
    manager = strict.compound.client(
        strict.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, strict.canteen.id)})
    )
    with clock.at(at(TUESDAY)):
        answer = {"accepted": True, "answer": "出差属实"}
        assert manager.post(f"/canteen/admin/no-shows/{first}/decide", answer).status == 200
        assert strict.official.get("/canteen/order-pauses").data["list"] == []
    assert order_for(strict, MONDAY + 3 * DAY, at(TUESDAY)).status == 201


@pytest.mark.parametrize(
    ("missed", "limit", "days", "is_justified"),
    [
        ([23, 24], 2, 30, True),
        ([24], 2, 30, False),
        ([23], 1, 30, False),  # The one that caused it no longer counts.
        ([22, 24], 2, 2, False),
        ([23, 24], 2, 2, True),
        ([24, 25], 2, 30, False),  # What came later did not cause it.
    ],
)
def test_a_pause_stands_on_what_was_missed_up_to_its_cause(missed, limit, days, is_justified):
    by_order = {day: date(2026, 11, day) for day in missed}
    assert policies.is_justified(24, by_order, limit, days) is is_justified


def test_an_order_that_a_counter_mends_lifts_the_pause_that_it_caused(strict):
    missed_by(strict, strict.official)
    second = missed_by(strict, strict.official, TUESDAY)
    manager = strict.compound.client(
        strict.compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)})
    )
    with clock.at(at(TUESDAY) + timedelta(minutes=1)):
        answer = {"accepted": True, "was_picked_up": True, "answer": "核销记录遗漏"}
        assert manager.post(f"/canteen/admin/no-shows/{second}/decide", answer).status == 200
    assert order_for(strict, MONDAY + 3 * DAY, at(TUESDAY, 18)).status == 201
