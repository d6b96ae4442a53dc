"""The rules of the menu, as tables."""

from datetime import date, datetime, time

import pytest

from backend import clock
from backend.actor import Actor, Grant, Permission, ScopeKind
from backend.errors import Forbidden
from canteen.menu import policies
from canteen.menu.errors import (
    CanteenNotFound,
    InvalidDateRange,
    InvalidPeriod,
    InvalidPortions,
    MealStateConflict,
)
from canteen.menu.models import Canteen, MealState, Period, Portion
from canteen.menu.policies import Cutoff, PeriodRules, PortionSpec, SaleState, StandingLine, WantedLine

DAY = date(2026, 11, 24)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def rules(**changes):
    usual = {
        "period": Period.LUNCH,
        "name": "午餐",
        "is_active": True,
        "window_from": time(11, 30),
        "window_until": time(13),
        "order_cutoff": Cutoff(minutes=90),
        "cancel_cutoff": Cutoff(minutes=60),
        "pickup_lead_minutes": 30,
    }
    return PeriodRules(**{**usual, **changes})


@pytest.mark.parametrize(
    ("cutoff", "instant"),
    [
        (Cutoff(minutes=0), "2026-11-24T11:30:00"),
        (Cutoff(minutes=90), "2026-11-24T10:00:00"),
        (Cutoff(minutes=24 * 60), "2026-11-23T11:30:00"),
        (Cutoff(0, time(9, 30)), "2026-11-24T09:30:00"),
        (Cutoff(1, time(16)), "2026-11-23T16:00:00"),
        # Calendar days, not workdays: three days before Tuesday is Saturday.
        (Cutoff(3, time(16)), "2026-11-21T16:00:00"),
        (Cutoff(0, time(0, 0)), "2026-11-24T00:00:00"),
    ],
)
def test_a_cutoff_is_a_clock_time_days_before_or_minutes_before_the_window(cutoff, instant):
    assert cutoff.on(DAY, time(11, 30)) == local(instant)


def test_a_period_means_instants_of_a_day():
    assert policies.instants_of(rules(), DAY) == policies.Instants(
        order_closes_at=local("2026-11-24T10:00:00"),
        cancel_closes_at=local("2026-11-24T10:30:00"),
        freezes_at=local("2026-11-24T10:30:00"),
        pickup_from=local("2026-11-24T11:00:00"),
        serves_from=local("2026-11-24T11:30:00"),
        serves_until=local("2026-11-24T13:00:00"),
    )


def test_the_list_is_final_at_the_later_cutoff_and_pick_up_may_begin_at_once():
    found = policies.instants_of(
        rules(cancel_cutoff=Cutoff(1, time(18)), pickup_lead_minutes=None), date(2027, 1, 1)
    )
    assert found.cancel_closes_at == local("2026-12-31T18:00:00")
    assert found.freezes_at == found.order_closes_at == local("2027-01-01T10:00:00")
    assert found.pickup_from is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"order_cutoff": Cutoff(0, time(13))},
        {"order_cutoff": Cutoff(1, time(23, 59)), "cancel_cutoff": Cutoff(minutes=0)},
    ],
)
def test_rules_that_agree_are_accepted(changes):
    policies.ensure_rules(rules(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"window_from": time(13)},
        {"window_from": time(13, 30)},
        {"order_cutoff": Cutoff(0, time(13, 1))},
        {"cancel_cutoff": Cutoff(0, time(23))},
        {"order_cutoff": Cutoff()},
        {"order_cutoff": Cutoff(0, time(9), 90)},
        {"cancel_cutoff": Cutoff(1, None, 90)},
    ],
)
def test_rules_that_contradict_themselves_are_refused(changes):
    with pytest.raises(InvalidPeriod) as refused:
        policies.ensure_rules(rules(**changes))
    assert refused.value.data["period"] == "lunch"


@pytest.mark.parametrize(
    ("state", "seconds", "sale"),
    [
        ("published", -1, SaleState.OPEN),
        ("published", 0, SaleState.CLOSED),
        ("published", 1, SaleState.CLOSED),
        ("frozen", -1, SaleState.CLOSED),
        ("draft", -1, SaleState.CLOSED),
    ],
)
def test_a_meal_is_open_until_the_cutoff_itself(state, seconds, sale):
    closes_at = local("2026-11-24T10:00:00")
    now = datetime.fromtimestamp(closes_at.timestamp() + seconds, tz=clock.BUSINESS_ZONE)
    assert policies.sale_state(state, closes_at, now) is sale


@pytest.mark.parametrize(
    ("before", "after"),
    [(before, after) for before in MealState for after in MealState],
)
def test_meals_move_from_draft_to_published_to_frozen_alone(before, after):
    if (before, after) in {("draft", "published"), ("published", "frozen")}:
        policies.ensure_transition(before, after)
    else:
        with pytest.raises(MealStateConflict):
            policies.ensure_transition(before, after)


@pytest.mark.parametrize(
    ("cap", "taken", "share", "left"),
    [
        (20, 0, 100, 20),
        (20, 1950, 100, 0),
        (20, 1950, 50, 1),
        (20, 1951, 50, 0),
        (20, 2000, 50, 0),
        (1, 0, 33, 3),
        (0, 0, 50, 0),
        (None, 500, 100, None),
    ],
)
def test_what_is_left_is_counted_in_whole_portions(cap, taken, share, left):
    assert policies.remaining(cap, taken, share) == left


@pytest.mark.parametrize(("taken", "text"), [(0, "0"), (100, "1"), (250, "2.5"), (133, "1.33"), (2000, "20")])
def test_centi_portions_are_told_in_portions(taken, text):
    assert policies.portions_text(taken) == text


HALF = PortionSpec(Portion.HALF, 350, 110, 50)
SMALL = PortionSpec(Portion.SMALL, 300, 90, 45)
STANDARD = PortionSpec(Portion.STANDARD, 600, 200, 100)


@pytest.mark.parametrize(
    ("price_fen", "given", "portions"),
    [
        (600, (), (STANDARD,)),
        (600, (STANDARD,), (STANDARD,)),
        (600, (SMALL, HALF), (STANDARD, HALF, SMALL)),
        (None, (), ()),
    ],
)
def test_the_standard_portion_follows_from_the_dish(price_fen, given, portions):
    assert policies.portions_of(price_fen, 200, given) == portions


@pytest.mark.parametrize(
    ("price_fen", "given"),
    [
        (700, (STANDARD,)),
        (600, (PortionSpec(Portion.STANDARD, 600, 200, 99),)),
        (600, (HALF, HALF)),
        (None, (HALF,)),
    ],
)
def test_portions_that_contradict_the_dish_are_refused(price_fen, given):
    with pytest.raises(InvalidPortions):
        policies.portions_of(price_fen, 200, given)


def test_changes_lead_from_the_standing_lines_to_the_wanted():
    standing = [StandingLine(3, 30, 10, 0, 0), StandingLine(1, 10, 5, 0, 1), StandingLine(2, 20, None, 0, 2)]
    wanted = [WantedLine(10, 5), WantedLine(40, 7), WantedLine(20, 9)]
    changes = policies.changes_between(standing, wanted)
    assert changes.added == ((1, WantedLine(40, 7)),)
    assert changes.changed == ((standing[1], 0, 5), (standing[2], 2, 9))
    assert changes.removed == (standing[0],)
    assert policies.changes_between(
        standing, [WantedLine(30, 10), WantedLine(10, 5), WantedLine(20, None)]
    ).is_empty


@pytest.mark.parametrize(("until_on", "is_allowed"), [(DAY, True), (date(2026, 11, 23), False)])
def test_a_range_is_not_reversed(until_on, is_allowed):
    if is_allowed:
        policies.ensure_range(DAY, until_on)
    else:
        with pytest.raises(InvalidDateRange):
            policies.ensure_range(DAY, until_on)


def test_a_range_has_at_most_sixty_two_days():
    policies.ensure_range(date(2026, 1, 1), date(2026, 3, 3))
    with pytest.raises(InvalidDateRange):
        policies.ensure_range(date(2026, 1, 1), date(2026, 3, 4))


@pytest.mark.parametrize(
    ("grants", "refusal"),
    [
        ([("canteen.manage", ScopeKind.CANTEEN, 7)], None),
        ([("canteen.manage", ScopeKind.CAMPUS, 2)], None),
        ([("canteen.manage", ScopeKind.COMPOUND, 0)], None),
        ([("canteen.manage", ScopeKind.CANTEEN, 2)], CanteenNotFound),
        ([("canteen.manage", ScopeKind.CAMPUS, 7)], CanteenNotFound),
        ([("canteen.manage", ScopeKind.BUILDING, 7)], CanteenNotFound),
        ([("canteen.read", ScopeKind.CANTEEN, 7)], Forbidden),
        ([("canteen.order", ScopeKind.COMPOUND, 0)], CanteenNotFound),
        ([], CanteenNotFound),
    ],
)
def test_managing_asks_for_the_permission_over_that_canteen(grants, refusal):
    actor = Actor(1, "1", "甲", 1, 1, tuple(Grant(frozenset({Permission(p)}), k, i) for p, k, i in grants))
    canteen = Canteen(id=7, campus_id=2)
    if refusal is None:
        policies.ensure_manages(actor, canteen)
    else:
        with pytest.raises(refusal):
            policies.ensure_manages(actor, canteen)
