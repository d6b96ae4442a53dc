"""What happens at the same moment: one wins, and nothing is torn."""

from datetime import timedelta
from functools import partial

import pytest

from backend import clock
from backend.db import db
from property.work_orders import holding, recounting
from property.work_orders.models import WorkOrder
from tests.factories import NINE
from tests.property.work_orders.test_holding import wish
from tests.threads import at_once


@pytest.fixture
def rounds(soak):
    return range(20 if soak else 3)


def run_job(app):
    """The job, as the scheduler runs it."""
    with app.app_context():
        return holding.end_due()


def statuses(*calls):
    db.session.rollback()
    return sorted(answer.status for answer in at_once(calls))


def test_two_grab_at_once(estate, rounds):
    """T25."""
    for _ in rounds:
        order_id = estate.triaged()
        both = [partial(estate.do, by, order_id, "grab") for by in (estate.worker, estate.mate)]
        assert statuses(*both) == [200, 409]
        assert estate.steps(order_id).count("grab") == 1
        estate.done(estate.dispatcher, order_id, "transfer", reason="下一轮")
    assert recounting.check() == []


def test_a_worker_grabs_two_at_the_limit(estate, rounds):
    full = estate.new_worker("full", capacity=1)
    for _ in rounds:
        order_ids = [estate.triaged(), estate.triaged(category="light")]
        assert statuses(*(partial(estate.do, full, order_id, "grab") for order_id in order_ids)) == [200, 409]
        taken = next(each for each in order_ids if estate.order(each).worker_id)
        estate.done(estate.dispatcher, taken, "transfer", reason="下一轮")


def test_resuming_meets_the_end_of_the_hold(estate, app, rounds):
    estate.policy()
    for _ in rounds:
        order_id = estate.working()
        estate.done(estate.worker, order_id, "hold", **wish(estate, NINE + timedelta(hours=1)))
        with clock.at(NINE + timedelta(hours=1)):
            by_hand, by_job = at_once(
                [lambda o=order_id: estate.do(estate.worker, o, "resume").status, lambda: run_job(app)]
            )
        assert (by_hand, by_job) in [(200, 0), (409, 1)]
        assert estate.steps(order_id).count("resume") == 1
        estate.done(estate.worker, order_id, "finish", result="好了")


def test_taking_a_report_back_meets_its_acceptance(estate, rounds):
    for _ in rounds:
        order_id = estate.report()
        assert statuses(
            partial(estate.do, estate.requester, order_id, "cancel"),
            partial(estate.do, estate.dispatcher, order_id, "accept"),
        ) == [200, 409]
        assert len(estate.steps(order_id)) == 2


def test_work_is_accepted_once(estate, rounds):
    for _ in rounds:
        order_id = estate.finished()
        assert statuses(
            partial(estate.do, estate.requester, order_id, "verify", outcome="resolved"),
            partial(estate.do, estate.verifier, order_id, "verify", outcome="resolved"),
        ) == [200, 409]
    assert recounting.check() == []


def test_the_same_request_at_once_is_one_order(estate, rounds):
    """T30."""
    for number in rounds:
        body, key = estate.body(), f"twin-{number}"
        found = at_once(
            2 * [lambda body=body, key=key: estate.requester.post("/property/work-orders", body, key=key)]
        )
        assert len({answer.data["id"] for answer in found}) == 1
        db.session.rollback()
        assert db.session.query(WorkOrder).count() == number + 1


def test_two_duplicates_of_each_other_leave_one(estate, rounds):
    for _ in rounds:
        first, second = estate.report(), estate.report()
        assert statuses(
            partial(estate.do, estate.dispatcher, first, "duplicate", master_id=second),
            partial(estate.do, estate.dispatcher, second, "duplicate", master_id=first),
        ) == [200, 422]
