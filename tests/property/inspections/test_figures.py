"""What rounds come to, their record on paper, and how many statements reading costs."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import text

from backend import clock
from backend.db import db
from property.inspections.plans import planning
from property.inspections.rounds import closing
from property.inspections.rounds.figures import Sums, sums
from tests.client import Client
from tests.factories import NINE
from tests.printed import text_of
from tests.property.inspections.patrol import BASE, Patrol
from tests.statements import counted_statements

TEN = NINE + timedelta(hours=1)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def a_week(patrol: Patrol) -> dict:
    """Day 1 walked with one failure, day 2 half walked, day 3 nobody, day 4 taken back, day 5 still open."""
    plan = patrol.plan()
    for day in range(5):
        with clock.at(TEN + timedelta(days=day)):
            db.session.rollback()
            planning.plan_rounds()
            today = patrol.rounds(plan["id"])[day].id
            if day == 0:
                patrol.walk(today, door=False)
            if day == 1:
                patrol.scan(today, patrol.pump)
                patrol.answer(today, 1, door=True, pressure=0.3)
            if day == 3:
                patrol.manager.post(f"{BASE}/{today}/withdraw", {"reason": "停水"})
            closing.close_all()
    return plan


def test_sums_are_those_of_the_rounds_that_were_due(patrol):
    contractor = patrol.estate.contractor()
    plan = a_week(patrol)

    found = sums(FIRST, LAST)
    by_plan = patrol.manager.get(f"{BASE}/figures", from_on=FIRST, until_on=LAST, by="plan").data["list"]
    by_month = patrol.manager.get(f"{BASE}/figures", from_on=FIRST, until_on=LAST, by="month").data["list"]
    by_firm = patrol.manager.get(f"{BASE}/figures", from_on=FIRST, until_on=LAST, by="contractor").data[
        "list"
    ]
    too_long = patrol.manager.get(f"{BASE}/figures", from_on="2024-01-01", until_on=LAST, by="plan")

    assert found == Sums(
        rounds=3, in_time=1, lapsed=2, withdrawn=1, points=6, visited=3, missed=3, passed=5, failed=1
    )
    assert (found.pass_rate, found.visit_rate) == (Decimal(5) / 6, Decimal(1) / 2)
    assert sums(FIRST, LAST, contractor_id=contractor.id) == Sums()
    assert sums(FIRST, LAST, contractor_id=contractor.id).pass_rate is None
    assert sums(date(2026, 11, 24), date(2026, 11, 24)).passed == 2
    (row,) = by_plan
    assert (row["key"], row["name"], row["rounds"]) == (plan["id"], "泵房日巡", 3)
    assert (row["pass_rate"], row["visit_rate"], row["in_time_rate"]) == (83.3, 50.0, 33.3)
    assert [(each["key"], each["missed"]) for each in by_month] == [("2026-11", 3)]
    assert [(each["key"], each["name"]) for each in by_firm] == [(0, "本单位")]
    assert (too_long.status, too_long.error) == (422, "inspections.period_too_long")
    # The counts on the rounds are what the points and answers add up to, counted apart from the code.
    visited, missed, passed, failed = db.session.execute(
        text(
            "SELECT sum(CASE WHEN p.state = 'visited' THEN 1 ELSE 0 END),"
            " sum(CASE WHEN p.state = 'missed' THEN 1 ELSE 0 END),"
            " (SELECT count(*) FROM inspection_answers WHERE verdict = 'passed'),"
            " (SELECT count(*) FROM inspection_answers WHERE verdict = 'failed')"
            " FROM inspection_round_points p JOIN inspection_rounds r ON r.id = p.round_id"
            " WHERE r.state IN ('finished', 'lapsed')"
        )
    ).one()
    assert (found.visited, found.missed, found.passed, found.failed) == (visited, missed, passed, failed)
    listed = patrol.manager.get(BASE, has_missed="true").data
    assert [each["due_on"] for each in listed["list"]] == ["2026-11-25", "2026-11-24"]


def test_the_record_on_paper_says_who_was_where_and_what_was_found(patrol):
    round_id = patrol.planned()
    with clock.at(TEN):
        patrol.walk(round_id, pressure=0.9)
        answer = patrol.manager.get(f"{BASE}/{round_id}/sheet.pdf")
        refused = patrol.estate.requester.get(f"{BASE}/{round_id}/sheet.pdf")

    printed = text_of(answer.body)
    (order,) = patrol.orders()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert refused.status == 404
    for words in (
        "泵房日巡记录表",
        "执行人：李师傅",
        "0.2–0.6 MPa",
        "0.9 MPa",
        "不合格",
        order.number,
        "距点位 0 米",
    ):
        assert words in printed


def test_reading_costs_a_fixed_number_of_statements(patrol):
    plan = a_week(patrol)
    first = patrol.rounds(plan["id"])[0].id
    with clock.at(TEN + timedelta(days=4)):
        for path, most in (
            (BASE, 3),
            (f"{BASE}/{first}", 12),
            (f"{BASE}/plans", 4),
            (f"{BASE}/routes", 7),
            (f"{BASE}/points", 6),
        ):
            assert read(patrol.manager, path) <= most, path
        assert read(patrol.estate.worker, f"{BASE}/mine") <= 3


def read(by: Client, path: str) -> int:
    """How many statements reading it takes, the session's own apart."""
    assert by.get(path).status == 200
    with counted_statements() as counted:
        assert by.get(path).status == 200
    return len([each for each in counted if each.startswith("SELECT") and "login_sessions" not in each])
