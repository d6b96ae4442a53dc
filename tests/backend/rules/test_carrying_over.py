"""What stood in columns becomes versions, and goes back into columns."""

from datetime import time, timedelta

import orjson
import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db, unit
from backend.rules import operations, queries
from canteen.accounts.rules import SPENDING_ORDER
from canteen.menu.models import Period
from canteen.menu.policies import Cutoff, PeriodRules
from canteen.menu.rules import MEAL_PERIOD, OPENS_ON_REST_DAYS
from canteen.ordering.rules import MAX_PORTIONS

PERIODS = (
    "INSERT INTO meal_periods (canteen_id, period, name, is_active, window_from, window_until,"
    " order_cutoff_days, order_cutoff_time, order_cutoff_minutes, cancel_cutoff_days, cancel_cutoff_time,"
    " cancel_cutoff_minutes, pickup_lead_minutes) VALUES"
    " (1, 'lunch', '中餐', true, '11:30:00.000000', '12:45:00.000000', 0, NULL, 90, 1, '16:00:00.000000', 0,"
    " 30),"
    " (2, 'dinner', '晚餐', false, '17:00:00.000000', '18:00:00.000000', 0, NULL, 0, 0, NULL, 60, NULL)"
)
CANTEENS = (
    "INSERT INTO canteens (id, campus_id, name, is_active, opens_on_rest_days, max_portions, spending_order)"
    " VALUES (1, 1, '一食堂', true, true, 6, '[\"personal\"]'),"
    " (2, 1, '二食堂', true, false, 10, '[\"subsidy\", \"personal\"]')"
)
LUNCH = PeriodRules(
    period=Period.LUNCH,
    name="中餐",
    is_active=True,
    window_from=time(11, 30),
    window_until=time(12, 45),
    order_cutoff=Cutoff(minutes=90),
    cancel_cutoff=Cutoff(1, time(16)),
    pickup_lead_minutes=30,
)


@atomic
def run(*statements):
    for statement in statements:
        unit().execute(text(statement))


def rows(statement):
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(text(statement))]


def forget():
    """What the process remembers is of another schema."""
    db.session.rollback()
    queries._copies.clear()


@pytest.fixture
def carried(app):
    """A database whose two canteens were set up before there were versions."""
    downgrade(revision="0004")
    run("INSERT INTO campuses (id, name) VALUES (1, '院区')", CANTEENS, PERIODS)
    upgrade()
    forget()
    return app


def test_the_columns_become_versions_that_have_always_held(carried):
    assert queries.value(MEAL_PERIOD, 1, "lunch") == LUNCH
    assert queries.value(MEAL_PERIOD, 1, "dinner") is None
    dinner = queries.value(MEAL_PERIOD, 2, "dinner")
    assert (dinner.is_active, dinner.order_cutoff, dinner.pickup_lead_minutes) == (
        False,
        Cutoff(minutes=0),
        None,
    )
    long_ago = clock.at_local(clock.today().replace(year=2001), time.min)
    assert queries.value(MEAL_PERIOD, 1, "lunch", at=long_ago) == LUNCH
    assert [queries.value(MAX_PORTIONS, each) for each in (1, 2)] == [6, 10]
    assert [queries.value(OPENS_ON_REST_DAYS, each) for each in (1, 2)] == [True, False]
    assert queries.value(SPENDING_ORDER, 1) == ("personal", "subsidy")
    # What was as usual stays the default.
    assert rows("SELECT count(*) FROM rule_versions WHERE scope_id = 2") == [(1,)]
    assert {row[0] for row in rows("SELECT changed_by_name FROM rule_versions")} == {"系统"}


def test_the_tables_stand_as_before(carried):
    assert rows("SELECT id, campus_id, name FROM canteens ORDER BY id") == [
        (1, 1, "一食堂"),
        (2, 1, "二食堂"),
    ]
    with pytest.raises(IntegrityError):
        run("INSERT INTO canteens (id, campus_id, name, is_active) VALUES (9, 9, '无院区', true)")
    with pytest.raises(IntegrityError):
        run("INSERT INTO canteens (id, campus_id, name, is_active) VALUES (9, 1, '一食堂', true)")
    with pytest.raises(IntegrityError):
        run("DELETE FROM campuses")


def test_what_is_in_force_goes_back_into_columns(carried):
    @atomic
    def decide():
        operations.decide(SYSTEM, MAX_PORTIONS, 7, scope_id=1, reason="试一试")
        later = clock.now() + timedelta(days=1)
        operations.decide(SYSTEM, MAX_PORTIONS, 8, scope_id=1, reason="试一试", effective_at=later)

    decide()
    before = rows("SELECT id, name FROM canteens ORDER BY id")
    downgrade(revision="0004")
    assert rows("SELECT id, name FROM canteens ORDER BY id") == before
    found = rows("SELECT max_portions, opens_on_rest_days, spending_order FROM canteens ORDER BY id")
    plain = [
        (most, bool(opens), orjson.loads(order) if isinstance(order, str) else order)
        for most, opens, order in found
    ]
    assert plain == [(7, True, ["personal", "subsidy"]), (10, False, ["subsidy", "personal"])]
    columns = (
        "period, name, order_cutoff_minutes, cancel_cutoff_days, pickup_lead_minutes, cancel_cutoff_time"
    )
    lunch, dinner = rows(f"SELECT {columns} FROM meal_periods ORDER BY canteen_id")  # noqa: S608 # Our own names.
    assert lunch[:5] == ("lunch", "中餐", 90, 1, 30)
    assert str(lunch[5]).startswith("16:00")
    assert dinner[:5] == ("dinner", "晚餐", 0, 0, None)
    upgrade()
    forget()
    assert queries.value(MEAL_PERIOD, 1, "lunch") == LUNCH
    assert queries.value(MAX_PORTIONS, 1) == 7
