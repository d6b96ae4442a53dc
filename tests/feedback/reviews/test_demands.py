"""通报会: demands of the resident units, answered by their owners and carried over until they are."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from feedback.reviews.demands import policies
from feedback.reviews.demands.errors import DemandStateWrong
from feedback.reviews.demands.models import DemandState
from feedback.reviews.demands.policies import TRANSITIONS
from tests.factories import NINE

MEETINGS = "/feedback/review-meetings"
WEEK = timedelta(days=7)


class Meetings:
    """Who keeps the review, and a unit that attends."""

    def __init__(self, desk):
        self.desk = desk
        compound = desk.compound
        self.unit_id = desk.people["reporter"].postings[0].department_id
        self.staff = compound.staff(roles={"logistics_reviewer": (ScopeKind.COMPOUND, 0)})
        self.keeper = compound.client(self.staff)

    def log_in(self):
        self.desk.log_in()
        self.keeper = self.desk.compound.client(self.staff)

    def held(self, on="2026-11-23"):
        body = {"held_on": on, "place": "一号会议室", "unit_ids": [self.unit_id]}
        return self.keeper.post(MEETINGS, body)

    def demand(self, meeting_id, **fields):
        body = {
            "department_id": self.unit_id,
            "text": "午间热水供应不足",
            "office_id": self.desk.office.id,
            "due_on": "2026-11-27",
            **fields,
        }
        return self.keeper.post(f"{MEETINGS}/{meeting_id}/demands", body)

    def do(self, by, demand_id, verb, **body):
        return by.post(f"/feedback/demands/{demand_id}/{verb}", body)


@pytest.fixture
def meetings(desk):
    return Meetings(desk)


@pytest.mark.parametrize("step", list(TRANSITIONS))
@pytest.mark.parametrize("state", list(DemandState))
def test_the_table_is_all_that_is_possible(step, state):
    before, after = TRANSITIONS[step]
    if state in before:
        assert policies.state_after(state, step) is (after or state)
    else:
        with pytest.raises(DemandStateWrong):
            policies.state_after(state, step)


def test_a_demand_is_answered_by_its_owner_and_confirmed(meetings):
    desk = meetings.desk
    meeting_id = meetings.held().data["id"]
    demand = meetings.demand(meeting_id).data
    assert (demand["state_name"], demand["office_name"], demand["carried"]) == ("待答复", "绿化组", 0)
    assert desk.member.get(f"/feedback/demands/{demand['id']}").data["can"] == ["answer"]
    answered = meetings.do(desk.member, demand["id"], "answer", text="已增开两台热水器").data
    assert (answered["state"], answered["answer"]) == ("answered", "已增开两台热水器")
    done = meetings.do(meetings.keeper, demand["id"], "confirm").data
    assert (done["state"], done["can"]) == ("confirmed", [])
    assert [each["step_name"] for each in done["events"]] == ["提出", "答复", "确认"]
    answer = meetings.do(meetings.keeper, demand["id"], "withdraw", text="不要了")
    assert (answer.status, answer.error) == (409, "feedback.demand_state")


def test_only_the_owner_answers_and_only_the_keeper_records(meetings):
    desk = meetings.desk
    meeting_id = meetings.held().data["id"]
    demand_id = meetings.demand(meeting_id).data["id"]
    assert meetings.do(desk.outsider, demand_id, "answer", text="好").error == "feedback.demand_not_found"
    assert meetings.do(meetings.keeper, demand_id, "answer", text="好").status == 403
    assert meetings.do(desk.member, demand_id, "confirm").status == 403
    assert desk.member.post(MEETINGS, {"held_on": "2026-11-23", "place": "x", "unit_ids": [1]}).status == 403
    assert meetings.do(meetings.keeper, demand_id, "confirm").error == "feedback.demand_state"


def test_what_nobody_answered_is_carried_over_to_every_next_meeting(meetings):
    desk = meetings.desk
    first = meetings.held().data["id"]
    waits, done = (meetings.demand(first).data["id"] for _ in range(2))
    meetings.do(desk.member, done, "answer", text="好了")
    for weeks in (1, 2):
        with clock.at(NINE + weeks * WEEK):
            meetings.log_in()
            on = (NINE + weeks * WEEK).date().isoformat()
            meeting = meetings.held(on).data
            assert [(each["id"], each["is_carried"]) for each in meeting["agenda"]] == [(waits, True)]
            assert meeting["agenda"][0]["carried"] == weeks
            assert meeting["agenda"][0]["is_overdue"]
            listed = desk.member.get("/feedback/demands", is_overdue="true").data["list"]
            assert [each["id"] for each in listed] == [waits]
            late = meetings.demand(first)
            assert (late.status, late.error) == (409, "feedback.meeting_closed")
    with clock.at(NINE + 3 * WEEK):
        meetings.log_in()
        meetings.do(desk.member, waits, "answer", text="终于好了")
        assert meetings.held((NINE + 3 * WEEK).date().isoformat()).data["agenda"] == []


def test_an_answer_that_does_not_do_is_carried_over(meetings):
    desk = meetings.desk
    demand_id = meetings.demand(meetings.held().data["id"]).data["id"]
    meetings.do(desk.member, demand_id, "answer", text="请耐心等待")
    again = meetings.do(meetings.keeper, demand_id, "return", text="没有解决").data
    assert (again["state"], again["can"]) == ("carried", ["amend", "withdraw"])
    assert desk.member.get(f"/feedback/demands/{demand_id}").data["can"] == ["answer"]


def test_owner_and_deadline_are_changed_with_a_reason_by_who_read_them(meetings):
    desk = meetings.desk
    demand = meetings.demand(meetings.held().data["id"]).data
    path = f"/feedback/demands/{demand['id']}"
    body = {"revision": 0, "office_id": desk.other_office.id, "due_on": "2026-12-04", "reason": "归物业科"}
    changed = meetings.keeper.put(path, body).data
    assert (changed["office_name"], changed["due_on"]) == ("物业科", "2026-12-04")
    assert meetings.keeper.put(path, body).error == "feedback.demand_moved"
    assert desk.member.get(path).status == 404
    assert desk.outsider.get(path).data["can"] == ["answer"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"due_on": "2026-11-23"}, "feedback.demand_due"),
        ({"due_on": "2028-11-23"}, "feedback.demand_due"),
        ({"department_id": 9999}, "feedback.demand_unit"),
        ({"office_id": 9999}, "feedback.office_not_found"),
    ],
)
def test_a_demand_that_cannot_be_is_refused(meetings, fields, error):
    meeting_id = meetings.held().data["id"]
    assert meetings.demand(meeting_id, **fields).error == error


def test_meetings_follow_each_other(meetings):
    assert meetings.held("2026-11-24").error == "feedback.meeting_order"
    meetings.held("2026-11-20")
    assert meetings.held("2026-11-20").error == "feedback.meeting_order"
    assert meetings.held("2026-11-19").error == "feedback.meeting_order"
    db.session.rollback()
    assert meetings.keeper.get(MEETINGS).data["total"] == 1
