"""What happens at the same moment: one wins, and nothing is torn."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from backend import clock
from backend.db import db
from backend.ratings.models import Rating
from feedback.reports import closing, recounting
from feedback.reports.rules import MOST_A_DAY, RATING_DAYS
from tests.client import Answer
from tests.factories import NINE
from tests.feedback.desk import FIVE, Desk
from tests.threads import at_once


@pytest.fixture
def rounds(soak: bool) -> range:
    return range(15 if soak else 2)


def statuses(*calls: partial[Answer]) -> list[int]:
    db.session.rollback()
    return sorted(answer.status for answer in at_once(calls))


def test_nobody_submits_more_than_one_may_by_submitting_at_once(desk: Desk, soak: bool) -> None:
    desk.compound.rule(MOST_A_DAY, 2)
    calls = [partial(desk.reporter.post, "/feedback/reports", desk.body())] * (12 if soak else 4)
    assert statuses(*calls)[:3] == [201, 201, 429]


def test_two_accept_at_once(desk: Desk, rounds: range) -> None:
    for _ in rounds:
        report_id = desk.report()
        assert statuses(*[partial(desk.do, desk.officer, report_id, "accept")] * 2) == [200, 409]
        assert desk.steps(report_id).count("accept") == 1
    assert recounting.check() == []


def test_a_reply_meets_a_withdrawal(desk: Desk, rounds: range) -> None:
    for _ in rounds:
        report_id = desk.accepted()
        assert statuses(
            partial(desk.do, desk.officer, report_id, "reply", text="已说明"),
            partial(desk.do, desk.reporter, report_id, "withdraw"),
        ) == [200, 409]
        assert desk.row(report_id).state in ("to_rate", "withdrawn")
    assert recounting.check() == []


def test_a_report_is_rated_once(desk: Desk, rounds: range) -> None:
    for number in rounds:
        report_id = desk.replied(is_anonymous=bool(number % 2))
        said = FIVE if number % 2 else {"outcome": "partly", "scores": {"speed": 1}, "text": "没好"}
        both = [partial(desk.do, desk.reporter, report_id, "rate", **said)] * 2
        assert statuses(*both) == [200, 409]
        assert desk.steps(report_id).count("rate") == 1
    assert db.session.query(Rating).count() == len(rounds)
    assert recounting.check() == []


def test_reopening_meets_the_job_that_closes(desk: Desk, app: Flask, rounds: range) -> None:
    desk.compound.rule(RATING_DAYS, 1)

    def job() -> int:
        with app.app_context():
            return closing.lapse()

    report_ids = [desk.replied() for _ in rounds]
    with clock.at(NINE + timedelta(days=2)):
        desk.log_in()
        for report_id in report_ids:
            reopening = partial(desk.do, desk.reporter, report_id, "reopen", text="没好")
            db.session.rollback()
            reopened, _ = at_once([lambda each=reopening: each().status, job])
            row = desk.row(report_id)
            # Closed or not, it may be reopened still; only who comes to a locked row has to wait.
            assert (reopened, row.state, row.cycle, row.is_lapsed) == (200, "assigned", 1, False)
            assert desk.steps(report_id).count("lapse") <= 1
    assert recounting.check() == []


def test_merging_meets_a_reply(desk: Desk, rounds: range) -> None:
    for _ in rounds:
        report_id, master_id = desk.assigned(), desk.accepted()
        merged = partial(
            desk.officer.post, "/feedback/reports/merge", {"master_id": master_id, "report_ids": [report_id]}
        )
        assert statuses(merged, partial(desk.do, desk.member, report_id, "reply", text="好了")) == [200, 409]
        assert desk.row(report_id).state in ("duplicate", "to_rate")
    assert recounting.check() == []


def test_two_reports_are_merged_into_each_other_by_one_of_two(desk: Desk, rounds: range) -> None:
    for _ in rounds:
        one, two = desk.accepted(), desk.accepted()
        found = statuses(
            partial(desk.do, desk.officer, one, "duplicate", master_id=two),
            partial(desk.do, desk.officer, two, "duplicate", master_id=one),
        )
        assert found in ([200, 409], [200, 422])
        assert sorted((desk.row(one).state, desk.row(two).state)) == ["accepted", "duplicate"]
    assert recounting.check() == []
