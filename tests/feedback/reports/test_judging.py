"""Who reported says how it was handled: rating, handling it again, and silence."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.actor import SYSTEM
from backend.audit.models import AuditEvent
from backend.db import db
from backend.ratings import queries as rating_queries
from backend.ratings import services as rating_services
from backend.ratings.errors import RaterSealed
from backend.ratings.models import Rating
from feedback.deadlines import queries as clock_queries
from feedback.offices.models import OfficeMember
from feedback.reports import closing, rated, recounting
from feedback.reports.ratings import HANDLING, OFFICE
from tests.factories import NINE
from tests.feedback.desk import FIVE, Desk, add, nothing_changes
from tests.feedback.reports.test_handling import close_office, photo, told
from tests.statements import counted_statements

PARTLY = {"outcome": "partly", "scores": {"speed": 2, "result": 1}, "text": "土还没扫"}


def ratings() -> list[Rating]:
    db.session.rollback()
    return list(db.session.scalars(select(Rating).order_by(Rating.id)))


def clocks(report_id: int) -> list[tuple[int, str, str]]:
    db.session.rollback()
    return [
        (each.cycle, each.kind.value, each.verdict.value)
        for each in clock_queries.clocks_of([report_id])[report_id]
    ]


def test_a_resolved_report_is_rated_once_and_closed(desk: Desk) -> None:
    report_id = desk.replied()
    before = desk.reporter.get(f"/feedback/reports/{report_id}/rating").data
    assert (before["can_rate"], before["can_reopen"], before["rating"]) == (True, True, None)
    assert [each["code"] for each in before["dimensions"]] == ["speed", "attitude", "result"]
    shown = desk.done(desk.reporter, report_id, "rate", **FIVE, is_wall_consented=True)
    assert (shown["state"], shown["outcome"]) == ("closed", "resolved")
    assert desk.row(report_id).is_wall_consented
    with nothing_changes(desk, report_id):
        again = desk.do(desk.reporter, report_id, "rate", **FIVE)
        assert (again.status, again.error) == (409, "ratings.already_rated")  # T27
    (rating,) = ratings()
    assert (rating.provider_kind, rating.provider_id, rating.grade) == (OFFICE, desk.office.id, 5)
    after = desk.reporter.get(f"/feedback/reports/{report_id}/rating").data
    assert (after["can_rate"], after["rating"]["scores"], after["outcome"]) == (
        False,
        FIVE["scores"],
        "resolved",
    )
    assert recounting.check() == []


def test_nobody_but_the_reporter_rates(desk: Desk) -> None:
    """T27."""
    report_id = desk.replied()
    with nothing_changes(desk, report_id):
        for who in (desk.officer, desk.lead):
            assert desk.do(who, report_id, "rate", **FIVE).error == "feedback.report_not_yours"
        handler = desk.do(desk.member, report_id, "rate", **FIVE)
        assert (handler.status, handler.error) == (403, "feedback.own_handling")
        assert desk.do(desk.neighbour, report_id, "rate", **FIVE).status == 404
        assert desk.officer.get(f"/feedback/reports/{report_id}/rating").data["can_rate"] is False


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_who_handled_their_own_report_does_not_rate_it(desk: Desk, is_anonymous: bool) -> None:
    """T27, of an unnamed reporter, too, whose handling stands under their own name like everybody's."""
    report_id = desk.report(desk.member, is_anonymous=is_anonymous)
    desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)
    desk.done(desk.member, report_id, "reply", text="自己的自己办")
    with nothing_changes(desk, report_id):
        own = desk.do(desk.member, report_id, "rate", **FIVE)
        assert (own.status, own.error) == (403, "feedback.own_handling")
    entries = desk.officer.get(f"/feedback/reports/{report_id}").data["timeline"]
    assert [each["actor_name"] for each in entries if each["step"] == "reply"] == ["钱组员"]
    assert desk.row(report_id).state == "to_rate"


def test_scores_are_one_to_five_and_what_is_missing_is_said(desk: Desk) -> None:
    """T27, T29."""
    report_id = desk.replied()
    with nothing_changes(desk, report_id):
        for scores in ({"speed": 6}, {"speed": 0}, {}, {"beauty": 5}):
            answer = desk.do(desk.reporter, report_id, "rate", outcome="resolved", scores=scores)
            assert answer.status == 422
        for outcome in ("partly", "unresolved"):
            answer = desk.do(desk.reporter, report_id, "rate", outcome=outcome, scores={"speed": 2}, text="")
            assert (answer.status, answer.error) == (422, "feedback.outcome_text_needed")
        assert desk.do(desk.reporter, report_id, "rate", outcome="fine", scores={"speed": 2}).status == 422
    assert ratings() == []


def test_what_is_partly_resolved_is_handled_again_with_new_clocks(desk: Desk) -> None:
    """T29; the verdicts of the cycle before stand."""
    report_id = desk.replied()
    with clock.at(NINE + timedelta(days=1)):
        shown = desk.done(desk.reporter, report_id, "rate", **PARTLY)
        assert (shown["state"], shown["cycle"], shown["office"]["id"]) == ("assigned", 1, desk.office.id)
        assert desk.steps(report_id)[-2:] == ["rate", "reopen"]
        assert clocks(report_id) == [
            (0, "response", "met"),
            (0, "answer", "met"),
            (1, "response", "running"),
            (1, "answer", "running"),
        ]
        assert "土还没扫" in told(desk, "lead", "report_reopened")[0].text
        desk.done(desk.member, report_id, "reply", text="扫好了")
        desk.done(desk.reporter, report_id, "rate", **FIVE)
    assert [(each.cycle, each.grade) for each in ratings()] == [(0, 2), (1, 5)]
    assert (desk.row(report_id).state, desk.row(report_id).outcome) == ("closed", "resolved")
    assert recounting.check() == []


def test_who_would_rather_not_have_it_handled_again_says_so(desk: Desk) -> None:
    report_id = desk.replied()
    shown = desk.done(desk.reporter, report_id, "rate", **PARTLY, is_reopening=False)
    assert (shown["state"], shown["outcome"], shown["cycle"]) == ("closed", "partly", 0)
    assert recounting.check() == []


def test_a_closed_report_is_reopened_within_the_days_of_the_rule(desk: Desk) -> None:
    report_id = desk.rated()
    with nothing_changes(desk, report_id):
        assert desk.do(desk.reporter, report_id, "reopen", text="").status == 422
        assert desk.do(desk.officer, report_id, "reopen", text="再看看").status == 403
    with clock.at(NINE + timedelta(days=7)):
        desk.log_in()
        with nothing_changes(desk, report_id):
            late = desk.do(desk.reporter, report_id, "reopen", text="又倒了")
            assert (late.status, late.error) == (409, "feedback.reopen_too_late")
    with clock.at(NINE + timedelta(days=7) - timedelta(seconds=1)):
        shown = desk.done(desk.reporter, report_id, "reopen", text="又倒了", photo_ids=[photo(desk.reporter)])
        assert (shown["state"], shown["cycle"], shown["outcome"]) == ("assigned", 1, "")
        assert len(shown["timeline"][-1]["photos"]) == 1
    assert recounting.check() == []


def test_it_goes_to_the_desk_if_no_office_had_it_or_the_office_is_gone(desk: Desk) -> None:
    by_desk = desk.accepted()
    desk.done(desk.officer, by_desk, "reply", text="已说明")
    orphan = desk.replied()
    close_office(desk.office.id)
    for report_id in (by_desk, orphan):
        shown = desk.done(desk.reporter, report_id, "reopen", text="不满意")
        assert (shown["state"], shown["office"]) == ("accepted", None)
    assert len(told(desk, "officer", "report_reopened")) == 2
    assert recounting.check() == []


def test_the_old_office_does_not_answer_a_cycle_that_is_over(desk: Desk) -> None:
    report_id = desk.rated()
    with nothing_changes(desk, report_id):
        assert desk.do(desk.member, report_id, "reply", text="再答").status == 409


class TestSilence:
    def test_is_no_rating_and_never_a_good_one(self, desk: Desk) -> None:
        silent, outside = desk.replied(), desk.report(desk.officer, is_on_behalf=True, contact="来电")
        desk.done(desk.officer, outside, "assign", office_id=desk.office.id)
        desk.done(desk.member, outside, "reply", text="好了")
        rated_id = desk.rated()
        with clock.at(NINE + timedelta(days=7) - timedelta(seconds=1)):
            assert closing.lapse() == 0
        with clock.at(NINE + timedelta(days=7)):
            desk.log_in()
            with nothing_changes(desk, rated_id):
                assert (closing.lapse(), closing.lapse()) == (2, 0)
            late = desk.do(desk.reporter, silent, "rate", **FIVE)
            assert (late.status, late.error) == (409, "feedback.report_state")
        for report_id in (silent, outside):
            row = desk.row(report_id)
            assert (row.state, row.is_lapsed, row.outcome) == ("closed", True, "")
            assert desk.steps(report_id)[-1] == "lapse"
        assert recounting.check() == []

    def test_takes_no_more_statements_for_many_than_for_two(self, desk: Desk) -> None:
        counts = []
        for number in (2, 5):
            for _ in range(number):
                desk.replied()
            with clock.at(NINE + timedelta(days=8)), counted_statements() as statements:
                assert closing.lapse() == number
            counts.append(len(statements))
        assert counts[1] <= counts[0]
        assert recounting.check() == []

    def test_before_the_job_has_come_it_is_too_late_to_rate_all_the_same(self, desk: Desk) -> None:
        report_id = desk.replied()
        with clock.at(NINE + timedelta(days=7)):
            desk.log_in()
            with nothing_changes(desk, report_id):
                answer = desk.do(desk.reporter, report_id, "rate", **FIVE)
                assert (answer.status, answer.error) == (409, "feedback.rating_closed")


class TestUnnamed:
    """The ledger of ratings and the trail do not tell what the report does not."""

    @pytest.fixture
    def report_id(self, desk: Desk) -> int:
        report_id = desk.replied(is_anonymous=True)
        desk.done(desk.reporter, report_id, "rate", **PARTLY)
        return report_id

    def test_the_ledger_knows_the_report_by_a_number_that_leads_nowhere(
        self, desk: Desk, report_id: int
    ) -> None:
        (rating,) = ratings()
        assert rating.subject_id != report_id
        assert rating.subject_id == rated.subject_of(desk.row(report_id))
        own = desk.reporter.get(f"/feedback/reports/{report_id}/rating").data
        assert own["can_rate"] is False

    def test_who_rated_is_told_to_no_single_person(self, desk: Desk, report_id: int) -> None:
        (rating,) = ratings()
        with pytest.raises(RaterSealed):
            rating_services.unmask(SYSTEM, rating_id=rating.id, reason="想知道")

    def test_lists_tell_neither_the_reporter_nor_the_report(self, desk: Desk, report_id: int) -> None:
        for _ in range(4):
            desk.rated()
        page = rating_queries.list_ratings(
            HANDLING.key,
            provider_kind=OFFICE,
            provider_ids=[desk.office.id],
            from_on=NINE.date(),
            until_on=NINE.date(),
            page=1,
            page_size=20,
        )
        assert page.total == 5
        assert {"subject_id", "rater_id", "rated_at"}.isdisjoint(set(page.rows[0].__slots__))

    def test_a_signed_report_does_not_follow_an_unnamed_one_nor_the_other_way_round(self, desk: Desk) -> None:
        """The one that is signed would name who did not sign the other."""
        for was, becomes, status in ((True, False, 422), (False, True, 422), (True, True, 201)):
            before = desk.replied(is_anonymous=was)
            desk.done(desk.reporter, before, "rate", **FIVE)
            body = desk.body(follows_id=before, is_anonymous=becomes)
            assert desk.reporter.post("/feedback/reports", body).status == status

    def test_neither_timeline_nor_trail_names_them(self, desk: Desk, report_id: int) -> None:
        desk.do(desk.reporter, report_id, "accept")  # Refused, and recorded.
        seen = desk.member.get(f"/feedback/reports/{report_id}").data
        assert {each["actor_name"] for each in seen["timeline"] if each["step"] in ("rate", "reopen")} == {
            "匿名"
        }
        staff_id = desk.people["reporter"].id
        db.session.rollback()
        trail = select(func.count()).select_from(AuditEvent).where(AuditEvent.actor_id == staff_id)
        assert db.session.scalar(trail.where(AuditEvent.object_kind == "report")) == 0


def test_a_reporter_of_the_office_may_rate_what_others_handled(desk: Desk) -> None:
    add(OfficeMember(office_id=desk.other_office.id, staff_id=desk.people["mate"].id, is_lead=False))
    report_id = desk.report(desk.mate)
    desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)
    desk.done(desk.member, report_id, "reply", text="好了")
    assert desk.done(desk.mate, report_id, "rate", **FIVE)["state"] == "closed"
