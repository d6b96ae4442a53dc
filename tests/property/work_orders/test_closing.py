"""Proofs, ratings, 未参评 and acceptance by the system."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.db import db
from backend.ratings import queries as rating_queries
from backend.ratings.models import Rating
from backend.workdays.policies import USUAL_HOURS, Calendar
from property.categories.models import Proof
from property.work_orders import closing, proofs, rollups
from property.work_orders.models import OrderDay, OrderEvent, WorkOrder
from property.work_orders.proofs import Evidence
from property.work_orders.ratings import GROUP, REPAIR
from property.work_orders.rules import AUTO_VERIFY_WORKDAYS, RATING_DAYS
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.client import Answer, Client
from tests.factories import MONDAY, NINE
from tests.property.estate import Estate
from tests.statements import counted_statements
from tests.threads import at_once

SCORES = {"speed": 5, "quality": 4, "attitude": 4}


def rate(estate: Estate, order_id: int, by: Client | None = None, **body: Any) -> Answer:
    return estate.do(by or estate.requester, order_id, "rate", **{"scores": SCORES, **body})


def photo(by: Client) -> int:
    return int(send(by, small_jpeg()).data["id"])


def summed(name: str) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.coalesce(func.sum(getattr(OrderDay, name)), 0))))


@pytest.mark.parametrize(
    ("demanded", "photos", "signatures", "lacking"),
    [
        (Proof.NONE, 0, 0, []),
        (Proof.PHOTO, 0, 1, ["photo"]),
        (Proof.PHOTO, 1, 0, []),
        (Proof.SIGNATURE, 1, 0, ["signature"]),
        (Proof.SIGNATURE, 0, 1, []),
        (Proof.EITHER, 0, 0, ["photo_or_signature"]),
        (Proof.EITHER, 0, 1, []),
        (Proof.EITHER, 1, 0, []),
        (Proof.BOTH, 0, 0, ["photo", "signature"]),
        (Proof.BOTH, 1, 0, ["signature"]),
        (Proof.BOTH, 1, 1, []),
    ],
)
def test_a_category_says_what_proves_its_work(
    demanded: Proof, photos: int, signatures: int, lacking: list[str]
) -> None:
    assert proofs.lacking(demanded, Evidence(photos, signatures)) == lacking


def test_work_is_finished_with_its_proofs_or_not_at_all(estate: Estate) -> None:
    order_id = estate.working(category="proved")
    refused = estate.do(estate.worker, order_id, "finish", result="已修好")
    assert (refused.status, refused.error) == (422, "property.proof_missing")
    assert refused.envelope["data"]["missing"] == ["before_photo", "after_photo", "after_signature"]
    estate.done(estate.worker, order_id, "arrive", before_photo_ids=[photo(estate.worker)])
    after, signature = photo(estate.worker), photo(estate.worker)
    refused = estate.do(estate.worker, order_id, "finish", result="已修好", after_photo_ids=[after])
    assert refused.envelope["data"]["missing"] == ["after_signature"]
    assert "报修人签字" in refused.envelope["msg"]
    proved = {"after_photo_ids": [after], "signature_photo_ids": [signature]}
    estate.done(estate.worker, order_id, "finish", result="已修好", **proved)
    # What was proved before a rework proves nothing of it; how it was before is proved for good.
    estate.done(estate.requester, order_id, "reject", text="还在滴水")
    refused = estate.do(estate.worker, order_id, "finish", result="换了垫圈")
    assert refused.envelope["data"]["missing"] == ["after_photo", "after_signature"]
    somebody_elses = {"after_photo_ids": [photo(estate.mate)], "signature_photo_ids": [signature]}
    assert estate.do(estate.worker, order_id, "finish", result="换了垫圈", **somebody_elses).status == 404


def test_a_reporter_rates_once_and_that_closes_the_order(estate: Estate) -> None:
    order_id = estate.completed()
    offered = estate.requester.get(f"/property/work-orders/{order_id}/rating").data
    assert offered["can_rate"] is True
    assert offered["closes_at"] == "2026-11-30T09:00:00+08:00"
    assert [one["title"] for one in offered["dimensions"]] == ["响应速度", "维修质量", "服务态度"]
    rated = rate(estate, order_id, text="很快")
    assert (rated.status, rated.data["state"]) == (200, "closed")
    again = rate(estate, order_id)
    assert (again.status, again.error) == (409, "ratings.already_rated")
    shown = estate.requester.get(f"/property/work-orders/{order_id}/rating").data
    assert shown["can_rate"] is False
    assert (shown["rating"]["scores"], shown["rating"]["text"]) == (SCORES, "很快")
    assert (summed("rated"), summed("lapsed")) == (1, 0)
    kept = db.session.scalars(select(Rating)).one()
    assert (kept.service, kept.provider_kind, kept.provider_id) == (REPAIR.key, GROUP, estate.group.id)
    assert (kept.served_on, kept.grade, kept.cycle, kept.is_anonymous) == (MONDAY, 4, 0, True)
    assert rating_queries.differences() == []
    assert rollups.differences() == []


def test_nobody_else_rates_least_of_all_who_did_the_work(estate: Estate) -> None:
    order_id = estate.completed()
    own = rate(estate, order_id, by=estate.worker)
    assert (own.status, own.error) == (403, "property.own_work")
    assert rate(estate, order_id, by=estate.dispatcher).error == "property.order_not_yours"
    assert rate(estate, order_id, by=estate.compound.client(estate.compound.staff())).status == 404
    six = rate(estate, order_id, scores={"speed": 6})
    assert six.status == 422
    assert rate(estate, order_id, scores={}).error == "ratings.invalid_scores"
    assert rate(estate, order_id, scores={"price": 5}).status == 422
    assert estate.order(order_id).state == "to_rate"
    assert db.session.scalar(select(func.count()).select_from(Rating)) == 0


def test_a_worker_does_not_rate_the_repair_of_their_own_report(estate: Estate) -> None:
    order_id = estate.report(estate.worker)
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    estate.done(estate.worker, order_id, "finish", result="已修好")
    estate.done(estate.verifier, order_id, "verify", outcome="resolved")
    assert estate.order(order_id).state == "completed"
    refused = rate(estate, order_id, by=estate.worker)
    assert (refused.status, refused.error) == (403, "property.own_work")


def test_a_contractor_is_judged_for_its_workers(estate: Estate) -> None:
    contractor = estate.contractor()
    fitter = estate.new_worker("fitter", group=estate.new_group("外包班", contractor))
    order_id = estate.dispatched(to="fitter")
    assert rate(estate, order_id).error == "property.order_state"
    estate.done(fitter, order_id, "accept")
    estate.done(fitter, order_id, "finish", result="已修好")
    estate.done(estate.requester, order_id, "verify", outcome="resolved")
    rate(estate, order_id)
    reader = estate.client("manager", "property_manager")
    days = {"from_date": MONDAY.isoformat(), "to_date": MONDAY.isoformat()}
    report = reader.get("/property/work-orders/ratings", **days).data
    by_name = {one["name"]: one["figures"] for one in report["providers"]}
    assert by_name["物业一公司"]["count"] == by_name["物业一公司"]["served"] == 1
    # Too few to be told, so that nobody is known by what they said.
    assert by_name["物业一公司"]["is_withheld"] is True
    assert by_name["维修一班"]["count"] == 0
    assert reader.get("/property/work-orders/ratings/entries", **days).data["list"] == []
    unknown = reader.get("/property/work-orders/ratings/entries", provider_id=999, **days)
    assert unknown.error == "property.rating_provider_unknown"
    assert estate.worker.get("/property/work-orders/ratings", **days).status == 403


def test_each_cycle_is_rated_for_itself(estate: Estate) -> None:
    order_id = estate.completed()
    estate.done(estate.requester, order_id, "reopen", reason="又漏了")
    assert rate(estate, order_id).error == "property.order_state"
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    estate.done(estate.worker, order_id, "finish", result="换了阀门")
    estate.done(estate.requester, order_id, "verify", outcome="resolved")
    assert rate(estate, order_id).status == 200
    db.session.rollback()
    assert db.session.scalars(select(Rating.cycle)).all() == [1]


def test_of_two_ratings_at_once_one_counts(estate: Estate) -> None:
    order_id = estate.completed()
    answers = at_once([lambda: rate(estate, order_id)] * 2)
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert summed("rated") == 1


def test_what_nobody_rates_in_time_is_closed_as_not_rated(estate: Estate) -> None:
    order_id = estate.completed()
    with clock.at(NINE + timedelta(days=7) - timedelta(seconds=1)):
        assert closing.lapse() == 0
    with clock.at(NINE + timedelta(days=7)):
        late = rate(estate, order_id, by=estate.compound.client(estate.people["requester"]))
        assert (late.status, late.error) == (409, "property.rating_closed")
        assert closing.lapse() == 1
        assert closing.lapse() == 0
    order = estate.order(order_id)
    assert (order.state, order.is_lapsed, order.ended_at) == ("closed", True, NINE + timedelta(days=7))
    assert estate.steps(order_id)[-1] == "lapse"
    assert (summed("rated"), summed("lapsed"), summed("completed")) == (0, 1, 1)
    assert db.session.scalar(select(func.count()).select_from(Rating)) == 0
    assert rollups.differences() == []


def test_nothing_is_closed_while_it_could_be_reopened(estate: Estate) -> None:
    estate.compound.rule(RATING_DAYS, 2)
    order_id = estate.completed()
    with clock.at(NINE + timedelta(days=3)):
        late = rate(estate, order_id, by=estate.compound.client(estate.people["requester"]))
        assert late.error == "property.rating_closed"
        assert closing.lapse() == 0
        reopened = estate.do(
            estate.compound.client(estate.people["requester"]), order_id, "reopen", reason="又漏了"
        )
        assert reopened.status == 200


def test_closing_many_takes_no_more_statements_than_closing_two(estate: Estate) -> None:
    with clock.at(NINE + timedelta(days=10)):
        counts = []
        for number in (2, 6):
            with clock.at(NINE):
                for _ in range(number):
                    estate.completed()
            with counted_statements() as statements:
                assert closing.lapse() == number
            counts.append(len(statements))
    assert counts[1] <= counts[0]
    assert rollups.differences() == []


@pytest.mark.parametrize(
    ("finished_on", "days", "closes_on"),
    [
        (date(2026, 11, 16), 5, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # A Saturday is day 0, too.
        (date(2026, 9, 28), 5, date(2026, 10, 10)),  # T11: over the holidays of October.
    ],
)
def test_unanswered_work_waits_for_workdays(finished_on: date, days: int, closes_on: date) -> None:
    calendar = Calendar(USUAL_HOURS, {}, date(2026, 1, 1), date(2027, 1, 1))
    closing_at = clock.at_local(closes_on, time(17, 30))
    assert calendar.closing_after_workdays(finished_on, days) <= clock.at_local(closes_on, time(23))
    after = closing.answered_until(closes_on, clock.at_local(closes_on, time(23)), days, calendar)
    assert after >= finished_on
    before = closing.answered_until(closes_on, clock.at_local(closes_on, time(9)), days, calendar)
    assert before < finished_on
    assert closing_at > clock.at_local(closes_on, time(9))


def test_what_nobody_answers_is_accepted_by_the_system(estate: Estate) -> None:
    order_id = estate.finished()
    rejected = estate.finished()
    estate.done(estate.requester, rejected, "reject", text="还在滴水")
    # Five workdays from Monday the 23rd run out on Monday the 30th in the evening.
    with clock.at(clock.at_local(MONDAY + timedelta(days=7), time(9))):
        assert closing.verify_unanswered() == 0
    with clock.at(clock.at_local(MONDAY + timedelta(days=7), time(20))):
        assert closing.verify_unanswered() == 1
        assert closing.verify_unanswered() == 0
    order = estate.order(order_id)
    assert order.state == "to_rate"
    event = db.session.scalars(
        select(OrderEvent).where(OrderEvent.order_id == order_id, OrderEvent.step == "verify")
    ).one()
    assert (event.actor_id, event.text) == (0, "5 个工作日内无人验收，系统自动验收")
    assert estate.order(rejected).state == "working"
    # The resolution ended when the work was finished, not when the system accepted it.
    assert summed("resolution_met") + summed("resolution_missed") == 1
    assert rollups.differences() == []


def test_without_the_rule_nothing_is_accepted_by_the_system(estate: Estate) -> None:
    estate.compound.rule(AUTO_VERIFY_WORKDAYS, 0)
    estate.finished()
    with clock.at(NINE + timedelta(days=60)):
        assert closing.verify_unanswered() == 0
    assert db.session.scalar(select(WorkOrder.state)) == "finished"
