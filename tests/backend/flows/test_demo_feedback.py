"""The demo's feedback: demands, small services, notices, surveys, bulletins, meetings, rectifications."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.attachments import queries as attachments
from backend.attachments import storage
from backend.attachments.models import Attachment
from backend.db import db
from backend.flows import service_review
from backend.flows.demo import DemoReport
from feedback.reports import rollups
from feedback.reviews import queries as review_queries
from feedback.reviews.models import Review
from tests.backend.flows.demo_house import NOON, WEDNESDAY, day_of, login, one, rows
from tests.client import Client

VISITOR = "1001"


def client(staff_no: str) -> Client:
    return Client(current_app._get_current_object(), login(staff_no))


def test_the_sums_of_demands_are_those_of_their_timelines(demo: DemoReport) -> None:
    assert list(rollups.differences()) == []
    assert one("SELECT sum(submitted) FROM report_days") == one("SELECT count(*) FROM reports")
    states = dict(rows("SELECT state, count(*) FROM reports GROUP BY state"))
    assert {"pending", "accepted", "assigned", "to_rate", "closed"} <= states.keys()


def test_the_visitor_has_demands_and_requests_at_several_stages(demo: DemoReport) -> None:
    with clock.at(NOON):
        visitor = client(VISITOR)
        mine = visitor.get("/feedback/reports", scope="mine").data["list"]
        assert {"assigned", "to_rate"} <= {each["state"] for each in mine}
        assert [each["is_anonymous"] for each in mine].count(True) == 1
        requests = visitor.get("/feedback/requests", scope="mine").data["list"]
        assert [(each["service_name"], each["state"]) for each in requests] == [
            ("送水", "assigned"),
            ("换灯泡", "to_rate"),
            ("访客停车", "closed"),
        ]


def test_every_service_has_its_form_and_every_request_its_answers(demo: DemoReport) -> None:
    assert one("SELECT count(*) FROM concierge_items") == 12
    unanswered = (
        "SELECT r.id FROM reports r LEFT JOIN concierge_answers a ON a.report_id = r.id"
        " LEFT JOIN found_claims f ON f.report_id = r.id"
        " WHERE r.origin = 'concierge' AND a.report_id IS NULL AND f.report_id IS NULL"
    )
    assert rows(unanswered) == []
    assert one("SELECT count(*) FROM reports WHERE origin = 'concierge' AND state = 'closed'") >= 30


def test_found_things_wait_or_were_given_back_and_small_improvements_go_on(demo: DemoReport) -> None:
    assert dict(rows("SELECT state, count(*) FROM found_things GROUP BY state")) == {
        "waiting": 3,
        "claimed": 2,
    }
    projects = rows("SELECT state, followers FROM improvement_projects ORDER BY state")
    assert [state for state, _ in projects] == ["done", "proposed", "under_way"]
    assert [followers for _, followers in projects] == [9, 0, 14]
    helpful, unhelpful = rows("SELECT sum(helpful), sum(unhelpful) FROM faq_entries")[0]
    assert (helpful + unhelpful, helpful > unhelpful > 0) == (one("SELECT count(*) FROM faq_votes"), True)


def test_three_handled_cases_are_on_the_wall_and_nobody_is_named(demo: DemoReport) -> None:
    with clock.at(NOON):
        wall = client("1020").get("/feedback/reports", scope="public").data["list"]
    assert len(wall) == 3
    assert {(each["reporter_name"], each["department_name"]) for each in wall} == {("", "")}


def test_one_keeper_of_seals_has_asked_and_the_other_can_decide(demo: DemoReport) -> None:
    with clock.at(NOON):
        [asked] = client("9606").get("/feedback/seal-requests").data["list"]
        assert (asked["state"], asked["asked_by_name"], asked["can_decide"]) == ("waiting", "康慎之", True)
        [own] = client("9605").get("/feedback/seal-requests").data["list"]
        assert not own["can_decide"]


def test_notices_stand_in_every_way_and_the_visitor_has_two_to_open(demo: DemoReport) -> None:
    states = dict(rows("SELECT state, count(*) FROM notices GROUP BY state"))
    assert (states["scheduled"], states["withdrawn"]) == (1, 1)
    assert one("SELECT count(*) FROM notices WHERE source_kind IS NULL AND published_at IS NOT NULL") == 12
    with clock.at(NOON):
        visitor = client(VISITOR)
        assert visitor.get("/feedback/notices", unread="true").data["total"] == 2
        shown = visitor.get("/feedback/notices").data["list"]
        assert [each["is_pinned"] for each in shown].count(True) == 1
        assert shown[0]["is_pinned"]
        assert visitor.get("/feedback/notices", archived="true").data["total"] >= 3
    assert one("SELECT count(*) FROM notice_reads WHERE read_at > :now", now=NOON.isoformat()) == 0


def test_a_notice_has_a_document_that_can_be_opened(demo: DemoReport) -> None:
    [(attachment_id, owner_id)] = rows("SELECT id, owner_id FROM attachments WHERE owner_kind = 'notice'")
    [view] = attachments.views("notice", [owner_id])[owner_id]
    key = db.session.get_one(Attachment, attachment_id).object_key
    content = b"".join(storage.open_object(key))
    assert content.startswith(b"%PDF-")
    assert (len(content), view.name) == (view.size, "院区停水应急用水指引.pdf")


def test_a_survey_has_stopped_with_its_results_and_another_awaits_the_visitor(demo: DemoReport) -> None:
    [stopped] = rows("SELECT id, invited, answered FROM surveys WHERE state = 'stopped'")
    assert 0.4 < stopped[2] / stopped[1] < 0.8
    with clock.at(NOON):
        results = client("9401").get(f"/feedback/surveys/{stopped[0]}/results").data
        assert not results["is_withheld"]
        names = {each["name"] for each in results["segments"]}
        assert "其他" in names, "too few of some departments"
        assert len(names) > 1
        [invited] = client(VISITOR).get("/feedback/surveys").data["list"]
        assert not invited["has_answered"]
    assert one("SELECT count(*) FROM survey_invites i JOIN surveys s ON s.id = i.survey_id"
               " WHERE s.state = 'stopped'") == 0  # fmt: skip # A statement and what it finds.


def figures_of(taken: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """What a month came to, without what says how things stand now."""
    return {
        (section["key"], figure["key"]): (figure["numerator"], figure["denominator"])
        for section in taken["sections"]
        for figure in section["figures"]
        if figure["before"] is not None
    }


def test_five_reviews_are_out_with_the_figures_of_the_flow_and_a_draft_is_begun(demo: DemoReport) -> None:
    with clock.at(NOON):
        found = list(db.session.scalars(select(Review).order_by(Review.first_day)))
        assert [(each.first_day.month, each.state) for each in found] == [
            *((month, "published") for month in (6, 7, 8, 9, 10)),
            (11, "draft"),
        ]
        for review in found:
            frozen, taken = figures_of(review.figures), figures_of(service_review.take(review.first_day))
            assert frozen, review.first_day
            assert frozen == {key: taken[key] for key in frozen}, review.first_day
        titles = {row[0] for row in rows("SELECT title FROM notices WHERE source_kind = 'service_review'")}
        assert len(titles) == 5
        assert review_queries.view(SYSTEM, found[0]).title in titles


def test_what_a_meeting_demanded_was_confirmed_answered_or_is_overdue(demo: DemoReport) -> None:
    demands = rows("SELECT state, due_on FROM review_demands ORDER BY id")
    assert [state for state, _ in demands] == ["confirmed", "carried", "answered"]
    assert day_of(demands[1][1]) < WEDNESDAY
    held = [day_of(day) for (day,) in rows("SELECT held_on FROM review_meetings ORDER BY id")]
    assert held == sorted(held)
    assert len(held) == 2


def test_one_rectification_was_closed_on_later_ratings_and_one_is_in_hand(demo: DemoReport) -> None:
    found = rows("SELECT state, month, after_count FROM satisfaction_rectifications ORDER BY id")
    assert [(state, day_of(month)) for state, month, _ in found] == [
        ("closed", date(2026, 9, 1)),
        ("in_hand", date(2026, 10, 1)),
    ]
    assert found[0][2] > 0
