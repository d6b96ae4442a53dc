"""The leader's page: sums of what is within reach, ratios of sums, and nothing where nothing can be told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.flows.figures import figures_of
from backend.ratings.policies import figures_of as ratings_of
from canteen.menu.models import MealDish
from canteen.ordering.daily import DayCount, Portions
from canteen.ordering.models import Order
from canteen.pickups.ratings import MEAL
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

NOBODY = ratings_of(MEAL, {}, 0)


class Office:
    """Two canteens on campuses of their own, and whoever looks at them."""

    def __init__(self, compound):
        self.compound = compound
        self.canteens = [compound.canteen(), compound.canteen()]
        self.leader = self.client("leader", ScopeKind.COMPOUND, 0)

    def client(self, role, kind, scope_id):
        return self.compound.client(self.compound.staff(roles={role: (kind, scope_id)}))

    def ate(self, which, days_ago, *states, period="lunch", taken=0):
        """A meal so many days ago with orders in these states."""
        canteen = self.canteens[which]
        served_on = MONDAY - timedelta(days=days_ago)
        dish = self.compound.dish(canteen)
        meal = self.compound.meal(canteen, {dish: None}, served_on=served_on, period=period)
        people = [self.compound.staff() for _ in states]

        @atomic
        def write():
            db.session.query(MealDish).filter_by(meal_id=meal.id).one().taken = taken
            for person, state in zip(people, states, strict=True):
                is_picked_up, is_cancelled = state == "picked_up", state == "cancelled"
                db.session.add(
                    Order(
                        meal_id=meal.id, canteen_id=canteen.id, staff_id=person.id, department_id=1,
                        served_on=served_on, period=period, state=state, dining="dine_in", total_fen=0,
                        placed_at=NINE, picked_up_at=NINE if is_picked_up else None,
                        cancelled_at=NINE if is_cancelled else None,
                    )
                )  # fmt: skip # One name a line would say no more.

        write()


@pytest.fixture
def office(compound):
    """The office, on Monday at nine."""
    with clock.at(NINE):
        yield Office(compound)


def test_each_canteen_and_all_of_them_are_told_for_today(office):
    office.ate(0, 0, "booked", "picked_up", "cancelled", taken=250)
    office.ate(0, 0, "booked", period="dinner", taken=100)
    office.ate(0, 1, "picked_up", "picked_up", "no_show")
    office.ate(0, 7, "picked_up", "picked_up")
    office.ate(1, 1, "no_show")
    today = office.leader.get("/figures/today").data
    days = ("date", "compared_on", "yesterday", "rated_from", "rated_until")
    assert {name: today[name] for name in days} == {
        "date": "2026-11-23", "compared_on": "2026-11-16", "yesterday": "2026-11-22",
        "rated_from": "2026-10-24", "rated_until": "2026-11-22",
    }  # fmt: skip # One name a line would say no more.
    first, second = (one["figures"] for one in today["canteens"])
    assert first["periods"] == [
        {"period": "lunch", "period_name": "午餐", "ordered": 2, "picked_up": 1, "portions": 2.5},
        {"period": "dinner", "period_name": "晚餐", "ordered": 1, "picked_up": 0, "portions": 1.0},
    ]
    assert (first["ordered"], first["ordered_last_week"], first["ordered_change"]) == (3, 2, "0.500")
    assert (first["attendance_rate"], first["no_show_count"], first["no_show_rate"]) == ("0.667", 1, "0.200")
    assert (second["periods"], second["attendance_rate"], second["no_show_rate"]) == ([], "0.000", "1.000")
    # Of sums: 2 of 4, not the mean of 0.667 and 0.
    assert (today["total"]["attendance_rate"], today["total"]["no_show_rate"]) == ("0.500", "0.333")
    assert today["total"]["satisfaction"] == {
        "rate": None, "average": None, "count": 0, "served": 4, "coverage": "0.000", "is_withheld": True,
    }  # fmt: skip # One name a line would say no more.


def test_nothing_to_divide_by_is_null_and_not_zero(office):
    figures = office.leader.get("/figures/today").data["total"]
    nothing = ("ordered_last_week", "ordered_change", "attendance_rate", "no_show_rate")
    assert [figures[name] for name in nothing] == [None] * 4
    assert (figures["ordered"], figures["portions"], figures["satisfaction"]["coverage"]) == (0, 0.0, None)


def test_a_manager_sees_their_own_canteen_alone_and_an_official_none(office, compound):
    office.ate(0, 0, "booked")
    office.ate(1, 0, "booked", "booked")
    second = office.canteens[1]
    manager = office.client("canteen_manager", ScopeKind.CANTEEN, second.id)
    today = manager.get("/figures/today").data
    assert [one["canteen_id"] for one in today["canteens"]] == [second.id]
    assert today["total"]["ordered"] == 2
    assert compound.client(compound.staff()).get("/figures/today").status == 403


def test_the_statements_do_not_grow_with_canteens_and_days(office):
    def statements():
        with counted_statements() as sent:
            office.leader.get("/figures/today")
        return len([one for one in sent if one not in ("BEGIN", "ROLLBACK")])

    few = statements()
    for days in range(5):
        office.ate(days % 2, days, "booked", "picked_up")
    assert statements() == few <= 10


@pytest.mark.parametrize(
    ("today", "last_week", "change"),
    [(12, 10, Decimal("0.200")), (5, 10, Decimal("-0.500")), (0, 10, Decimal("-1.000")), (7, 0, None)],
)
def test_the_change_is_that_to_the_same_weekday(today, last_week, change):
    week_ago = MONDAY - timedelta(days=7)
    counts = [DayCount(1, MONDAY, "lunch", today, 0), DayCount(1, week_ago, "lunch", last_week, 0)]
    figures = figures_of(MONDAY, counts, [Portions(1, "lunch", today * 100)], [], NOBODY)
    assert figures.ordered_change == change
    assert figures.ordered_last_week == (last_week or None)
