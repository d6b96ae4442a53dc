"""The rates, against a month that was planted and SQL that was written apart."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, text

from backend import clock
from backend.actor import ScopeKind
from backend.db import UTCDateTime, atomic, db
from feedback.reports import closing, recounting
from feedback.reports.rollups import Sums
from feedback.reports.statistics import policies
from feedback.reports.statistics.policies import Figures, Overdue, Rate
from tests.factories import MONDAY, NINE
from tests.feedback.desk import FIVE, Desk
from tests.statements import counted_statements

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("from_on", "until_on", "year", "period"),
    [
        ("2026-11-01", "2026-11-30", ("2025-11-01", "2025-11-30"), ("2026-10-01", "2026-10-31")),
        ("2027-02-01", "2027-02-28", ("2026-02-01", "2026-02-28"), ("2027-01-01", "2027-01-31")),
        ("2025-02-01", "2025-02-28", ("2024-02-01", "2024-02-29"), ("2025-01-01", "2025-01-31")),
        ("2026-01-01", "2026-03-31", ("2025-01-01", "2025-03-31"), ("2025-10-01", "2025-12-31")),
        ("2026-11-09", "2026-11-15", ("2025-11-09", "2025-11-15"), ("2026-11-02", "2026-11-08")),
        ("2026-11-09", "2026-11-09", ("2025-11-09", "2025-11-09"), ("2026-11-08", "2026-11-08")),
        ("2028-02-29", "2028-02-29", ("2027-02-28", "2027-02-28"), ("2028-02-28", "2028-02-28")),
    ],
)
def test_a_span_is_compared_with_the_year_and_the_span_before(from_on, until_on, year, period):
    span = date.fromisoformat(from_on), date.fromisoformat(until_on)
    assert [each.isoformat() for each in policies.year_before(*span)] == list(year)
    assert [each.isoformat() for each in policies.period_before(*span)] == list(period)


def test_rates_are_shares_with_what_is_behind_them():
    sums = Sums(
        submitted=20, withdrawn=1, unserved=3, closed=12, response_met=15, response_missed=2,
        answer_met=11, answer_missed=4, rated=8, satisfied=6, resolved=5, partly=2, unresolved=1,
        lapsed=4, visited=3, visit_reached=2, visit_resolved=1, visit_unresolved=1,
    )  # fmt: skip
    figures = Figures(sums, Overdue(response=1, answer=2))

    def said(rate: Rate) -> tuple[int | None, int, str]:
        return rate.numerator, rate.denominator, str(rate.percent)

    assert said(figures.response) == (15, 18, "83.3")
    assert said(figures.closing) == (12, 16, "75")
    assert said(figures.answer) == (11, 17, "64.7")
    assert said(figures.resolution) == (6, 10, "60")
    assert said(figures.satisfaction) == (6, 8, "75")
    assert (figures.satisfaction.whole, str(figures.satisfaction.coverage)) == (15, "53.3")
    assert said(figures.rating) == (8, 12, "66.7")  # The other four are 未参评.
    assert said(figures.visiting) == (2, 3, "66.7")


def test_below_five_nothing_is_said_and_of_nothing_there_is_no_rate():
    few = Figures(Sums(submitted=4, rated=4, satisfied=4, resolved=4, answer_met=4))
    for rate in (few.satisfaction, few.resolution):
        assert (rate.numerator, rate.denominator, rate.percent, rate.is_withheld) == (None, 4, None, True)
    five = Figures(Sums(rated=5, satisfied=4, answer_met=6))
    assert (five.satisfaction.percent, five.satisfaction.is_withheld) == (Decimal(80), False)
    nothing = Figures(Sums())
    assert (nothing.response.percent, nothing.closing.percent, nothing.rating.percent) == (None,) * 3


def test_a_comparison_is_silent_where_its_base_is_missing():
    now = Figures(Sums(submitted=6, closed=3, response_met=6, rated=5, satisfied=5))
    span = (MONDAY, MONDAY)
    assert policies.compared(now, Figures(Sums()), *span) is None
    found = policies.compared(now, Figures(Sums(submitted=8, closed=8, rated=4, satisfied=4)), *span)
    assert found is not None
    assert (found.submitted_change, found.closing) == (Decimal(-25), Decimal(-50))
    assert (found.response, found.satisfaction) == (None, None)


# On the database

PLANTED = text(
    """
    SELECT count(*) AS submitted,
      sum(CASE WHEN state = 'closed' THEN 1 ELSE 0 END) AS closed,
      sum(CASE WHEN state IN ('rejected', 'duplicate', 'hidden', 'withdrawn') THEN 1 ELSE 0 END) AS lost,
      (SELECT count(*) FROM report_clocks c JOIN reports q ON q.id = c.subject_id
        WHERE c.kind = 'answer' AND c.verdict = 'met') AS in_time,
      (SELECT count(*) FROM report_clocks c JOIN reports q ON q.id = c.subject_id
        WHERE c.kind = 'answer' AND (c.verdict IN ('met', 'missed')
          OR (c.verdict = 'running' AND c.due_at <= :now))) AS due,
      (SELECT count(*) FROM ratings WHERE service = 'feedback.report') AS rated,
      (SELECT count(*) FROM ratings WHERE service = 'feedback.report' AND grade >= 4) AS satisfied
    FROM reports
    """
).bindparams(bindparam("now", type_=UTCDateTime()))


def plant(desk: Desk) -> None:
    """A month of reports: rated, lapsed, visited, rejected, withdrawn, overdue, answered late."""
    for score in (5, 5, 4, 3, 2):
        report_id = desk.replied()
        desk.done(
            desk.reporter,
            report_id,
            "rate",
            outcome="resolved" if score > 2 else "partly",
            text="如此",
            is_reopening=False,
            scores=dict.fromkeys(FIVE["scores"], score),
        )
    visited = desk.replied(by=desk.neighbour)
    desk.done(desk.visitor, visited, "visit", is_reached=True, outcome="resolved")
    desk.done(desk.officer, desk.report(), "reject", text="不属本院")
    desk.done(desk.reporter, desk.report(), "withdraw")
    late = desk.assigned(by=desk.neighbour, category="utilities")
    desk.assigned(by=desk.neighbour, category="danger")
    with clock.at(NINE + 2 * DAY):
        desk.log_in()
        desk.done(desk.member, late, "reply", text="晚了")
    with clock.at(NINE + 9.5 * DAY):
        closing.lapse()


def statistics(desk: Desk, client: Any = None, **query: Any) -> Any:
    span = {"from_date": "2026-11-01", "until_date": "2026-11-30"}
    return (client or desk.visitor).get("/feedback/reports/statistics", **{**span, **query}).data


def test_the_rates_are_those_of_the_month_that_was_planted(desk: Desk):
    plant(desk)
    now = NINE + 10 * DAY
    with clock.at(now):
        desk.log_in()
        found = statistics(desk)["total"]
        db.session.rollback()
        planted = db.session.execute(PLANTED, {"now": now}).one()

    assert (found["submitted"], found["closed"], found["received"]) == (10, 7, 8)
    assert (planted.submitted, planted.closed, planted.submitted - planted.lost) == (10, 7, 8)
    assert (found["answer"]["numerator"], found["answer"]["denominator"]) == (planted.in_time, planted.due)
    assert (found["answer"]["numerator"], found["answer"]["denominator"], found["overdue"]) == (6, 8, 1)
    assert found["satisfaction"] == {
        "numerator": planted.satisfied, "denominator": planted.rated, "percent": 60.0,
        "is_withheld": False, "whole": 7, "coverage": 71.4,
    }  # fmt: skip
    assert (found["resolution"]["numerator"], found["resolution"]["denominator"]) == (5, 6)
    assert (found["rating"]["numerator"], found["rating"]["denominator"], found["lapsed"]) == (5, 7, 2)
    assert (found["visited"], found["visit_reached"], found["withdrawn"], found["unserved"]) == (1, 1, 1, 1)
    assert found["response"]["percent"] == 100.0
    assert recounting.check() == []


@pytest.mark.parametrize("by", ["category", "kind", "campus", "office", "month"])
def test_every_dimension_adds_up_to_the_whole(desk: Desk, by: str):
    plant(desk)
    with clock.at(NINE + 10 * DAY):
        desk.log_in()
        found = statistics(desk, by=by, from_date="2026-10-01", until_date="2026-12-31")

    rows = found["rows"]
    for name in ("submitted", "closed", "overdue"):
        assert sum(row["figures"][name] for row in rows) == found["total"][name]
    for rate in ("response", "answer"):
        whole = sum(row["figures"][rate]["denominator"] for row in rows)
        assert whole == found["total"][rate]["denominator"]
    assert {
        "category": {"snap", "danger", "utilities"},
        "kind": {"随手拍"},
        "campus": {desk.campus.name},
        "office": {"绿化组", "未转办"},
        "month": {"2026年10月", "2026年11月", "2026年12月"},
    }[by] == {row["name"] for row in rows}
    assert [point["key"] for point in found["course"]][::11] == ["2026-01", "2026-12"]
    withheld = [row["figures"]["satisfaction"] for row in rows if row["key"] == "0"]
    assert all(each["numerator"] is None and each["percent"] is None for each in withheld)


def test_it_is_compared_where_there_is_a_base(desk: Desk):
    with clock.at(NINE - 31 * DAY):
        desk.log_in()
        for _ in range(4):
            desk.rated()
    desk.log_in()
    desk.rated()
    desk.report()

    found = statistics(desk)

    assert found["year_before"] is None
    before = found["period_before"]
    assert (before["from_date"], before["until_date"], before["submitted"]) == ("2026-10-01", "2026-10-31", 4)
    assert (before["submitted_change"], before["closing"], before["satisfaction"]) == (-50.0, -50.0, None)


def test_figures_reach_as_far_as_one_reads_and_filters_narrow_them(desk: Desk):
    away = desk.compound.campus()
    near = desk.client("near", "feedback_desk", (ScopeKind.CAMPUS, desk.campus.id))
    far = desk.client("far", "feedback_desk", (ScopeKind.CAMPUS, away.id))
    desk.assigned()
    desk.report(category="danger")
    assert [statistics(desk, client)["total"]["submitted"] for client in (near, far)] == [2, 0]
    assert statistics(desk, category_id=desk.categories["danger"].id)["total"]["submitted"] == 1
    assert statistics(desk, office_id=desk.office.id)["total"]["submitted"] == 1
    assert statistics(desk, kind="complaint")["total"]["submitted"] == 0
    assert statistics(desk, campus_id=away.id)["total"]["submitted"] == 0
    span = {"from_date": "2026-11-01", "until_date": "2026-11-30"}
    for client in (desk.reporter, desk.member):
        assert client.get("/feedback/reports/statistics", **span).status == 403
    wrong = desk.officer.get("/feedback/reports/statistics", **{**span, "until_date": "2026-10-31"})
    assert (wrong.status, wrong.error) == (422, "feedback.statistics_span")


def test_figures_take_a_few_statements_however_much_there_is(desk: Desk):
    for _ in range(3):
        desk.assigned()
    statistics(desk)
    with counted_statements() as statements:
        statistics(desk, by="office")
    assert len(statements) <= 12  # The session's own among them.


def test_no_name_of_a_person_is_in_the_figures(desk: Desk):
    desk.rated()

    @atomic
    def rename() -> None:
        db.session.merge(desk.people["member"]).name = "某某某"

    rename()
    for by in ("category", "kind", "campus", "office", "month"):
        assert "某某某" not in str(statistics(desk, by=by))
