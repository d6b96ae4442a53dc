"""The demo with all its 600 officials: 120 days of it, in the long run all the 400."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.app import create_app
from backend.db import db
from backend.flows.demo import DemoReport, seed, seeding
from backend.flows.demo.organisation import EMPLOYED
from canteen.accounts.services import reconcile
from canteen.ordering.models import Order
from tests.backend.flows.demo_house import (
    NOON,
    WEDNESDAY,
    day_of,
    is_rest_day,
    one,
    rows,
)
from tests.databases import SqliteTemplate, settings_for


def test_the_full_demo_follows_weekdays_and_appeal(
    sqlite_template: SqliteTemplate, tmp_path: Path, record_property: Any, soak: bool
) -> None:
    days = seeding.DAYS if soak else 120
    with sqlite_template.copy(tmp_path) as url, clock.at(NOON):
        app = create_app(settings_for(tmp_path, url))
        with app.app_context():
            report = seed(days=days)
            record_property("seconds", round(report.seconds, 1))
            try:
                assert_lifelike(report, days)
            finally:
                db.session.remove()
                db.engine.dispose()


def assert_lifelike(report: DemoReport, days: int) -> None:
    assert report.rows["staff"] == 600 + len(EMPLOYED)
    assert 250 * days < report.rows["orders"] < 350 * days
    assert rows("SELECT min(staff_no), max(staff_no) FROM staff WHERE staff_no < '9'") == [("1001", "1600")]
    lunches = [
        (day_of(on), count)
        for on, count in rows(
            "SELECT served_on, count(*) FROM orders WHERE period = 'lunch' AND canteen_id = 1"
            " AND served_on < :today GROUP BY served_on",
            today=WEDNESDAY,
        )
    ]
    assert len(lunches) == sum(
        not is_rest_day(WEDNESDAY - timedelta(days=back)) for back in range(1, days + 1)
    ), "lunch on every workday"

    def mean(weekday: int) -> float:
        counts = [count for day, count in lunches if day.weekday() == weekday]
        return sum(counts) / len(counts)

    assert mean(4) < 0.9 * min(mean(weekday) for weekday in range(4)), "fewer come on Fridays"
    chosen = dict(
        rows(
            "SELECT l.dish_name, count(*) * 1.0 / count(DISTINCT o.meal_id) FROM order_lines l"
            " JOIN orders o ON o.id = l.order_id WHERE o.canteen_id = 1 AND o.period = 'lunch' GROUP BY 1"
        )
    )
    assert chosen["红烧肉"] > 1.3 * chosen["白切鸡"], "the appealing dish is chosen more often"
    ahead = one("SELECT count(DISTINCT staff_id) FROM orders WHERE served_on > :today", today=WEDNESDAY)
    assert 90 <= ahead <= 110
    assert (
        one(
            "SELECT count(*) FROM orders o JOIN staff s ON s.id = o.staff_id"
            " WHERE o.served_on >= :today AND s.staff_no BETWEEN '1001' AND '1100'",
            today=WEDNESDAY,
        )
        == 0
    )
    assert (
        one("SELECT min(s) FROM (SELECT sum(balance_fen) s FROM account_balances GROUP BY staff_id)")
        >= 20_000
    )
    assert reconcile() == []
    assert len(db.session.execute(select(Order.id).where(Order.state == "booked")).all()) > 50
