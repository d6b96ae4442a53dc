"""微实事: from a proposal to its end, who may take which step, and who is told."""

import pytest

from backend.db import db
from backend.notifications.models import InboxMessage
from feedback.concierge.projects import policies
from feedback.concierge.projects.errors import MilestonesInvalid
from feedback.concierge.projects.errors import ProjectState as Refused
from feedback.concierge.projects.models import MilestoneState, ProjectState
from feedback.concierge.projects.policies import TRANSITIONS, Planned, Standing, Step
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.factories import MONDAY

PATH = "/feedback/projects"
PLAN = [{"title": "选址", "due_on": "2026-12-01"}, {"title": "安装", "due_on": "2026-11-22"}]


def proposed(desk):
    body = {"title": "加装饮水机", "text": "三层没有饮水机", "place": {"kind": "room", "id": desk.room.id}}
    return desk.reporter.post(f"{PATH}/proposals", body).data["project"]["id"]


def adopted(desk, **said):
    body = {"title": "加装饮水机", "intro": "三层加装一台", "office_id": desk.office.id, **said}
    return desk.officer.post(PATH, body).data["project"]["id"]


def do(by, project_id, verb, **body):
    return by.post(f"{PATH}/{project_id}/{verb}", body)


def state_of(desk, project_id):
    return desk.officer.get(f"{PATH}/{project_id}").data["project"]["state"]


def messages(staff, kind):
    db.session.rollback()
    rows = db.session.query(InboxMessage).filter_by(staff_id=staff.id, kind=kind)
    return [row.text for row in rows]


@pytest.mark.parametrize("step", TRANSITIONS)
@pytest.mark.parametrize("state", ProjectState)
def test_every_transition_that_is_not_in_the_table_is_refused(state, step):
    before, after = TRANSITIONS[step]
    if state in before:
        assert policies.state_after(state, step) == (after or state)
    else:
        with pytest.raises(Refused):
            policies.state_after(state, step)


@pytest.mark.parametrize(
    ("who", "steps"),
    [
        (Standing(), []),
        (Standing(is_proposer=True), []),
        (Standing(is_office=True), [Step.START, Step.PLAN, Step.NOTE]),
        (Standing(manages=True), [Step.DECLINE, Step.START, Step.EDIT, Step.PLAN, Step.NOTE]),
    ],
)
def test_whose_the_steps_of_an_adopted_project_are(who, steps):
    assert policies.possible(ProjectState.ADOPTED, who) == steps


STANDING = {1: "planned", 2: "under_way"}


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ([Planned("甲", MONDAY, id=1), Planned("甲", MONDAY, id=2)], "的名称重复"),
        ([Planned("甲", MONDAY, id=3), Planned("乙", MONDAY, id=2)], "不属于本项目，请刷新后重试"),
        ([Planned("甲", MONDAY, id=2), Planned("乙", MONDAY, id=2)], "不属于本项目，请刷新后重试"),
        ([Planned("甲", MONDAY, id=1)], "已经开始或结束，不能删除，请改为「已取消」"),
    ],
)
def test_a_plan_that_cannot_follow(plan, problem):
    policies.ensure_plan([Planned("乙", MONDAY, MilestoneState.DROPPED, 2)], STANDING)
    with pytest.raises(MilestonesInvalid) as caught:
        policies.ensure_plan(plan, STANDING)
    assert caught.value.data["problem"] == problem


def test_a_proposal_is_a_suggestion_that_the_desk_adopts(desk):
    project_id = proposed(desk)
    path = f"{PATH}/{project_id}"
    own = desk.reporter.get(path).data
    report_id = own["report_id"]
    assert (own["project"]["state"], own["can"]) == ("proposed", [])
    assert own["notes"][0]["noted_by_name"] == ""
    report = desk.row(report_id)
    assert (report.kind, report.text) == ("suggestion", "【微实事提议】加装饮水机：三层没有饮水机")
    assert desk.neighbour.get(path).error == "feedback.project_not_found"
    assert desk.neighbour.get(PATH).data["total"] == 0
    assert desk.officer.get(PATH, scope="waiting").data["total"] == 1
    assert desk.neighbour.get(PATH, scope="waiting").status == 403
    taken = do(desk.officer, project_id, "adopt", title="三层饮水机", office_id=desk.office.id).data
    assert (taken["project"]["state"], taken["project"]["title"]) == ("adopted", "三层饮水机")
    seen = desk.neighbour.get(path).data
    # Everybody reads it; where it came from only who may read that.
    assert (seen["project"]["office_name"], seen["report_id"]) == ("绿化组", None)
    assert "note" in desk.steps(report_id)
    assert "三层饮水机" in messages(desk.people["reporter"], "feedback.project_adopted")[0]


def test_a_declined_proposal_is_told_and_stays_between_its_proposer_and_the_desk(desk):
    project_id = proposed(desk)
    assert do(desk.officer, project_id, "decline").status == 422
    do(desk.officer, project_id, "decline", text="明年再议")
    assert "明年再议" in messages(desk.people["reporter"], "feedback.project_declined")[0]
    assert desk.reporter.get(f"{PATH}/{project_id}").data["project"]["state"] == "declined"
    assert desk.neighbour.get(f"{PATH}/{project_id}").status == 404
    assert do(desk.officer, project_id, "adopt").error == "feedback.project_state"


def test_the_office_leads_a_project_to_its_end_and_followers_are_told(desk):
    project_id = adopted(desk, milestones=PLAN)
    assert do(desk.neighbour, project_id, "follow").data["project"]["followers"] == 1
    assert do(desk.neighbour, project_id, "follow").data["project"]["followers"] == 1
    do(desk.member, project_id, "start", text="今天进场")
    photo_id = send(desk.member, small_jpeg()).data["id"]
    told = do(desk.member, project_id, "notes", text="水管已接", photo_ids=[photo_id]).data
    assert (told["notes"][0]["text"], len(told["notes"][0]["photos"])) == ("水管已接", 1)
    assert [each["is_overdue"] for each in told["plan"]] == [False, True]
    refused = do(desk.member, project_id, "finish", text="完工")
    assert (refused.error, refused.status) == ("feedback.project_unfinished", 409)
    plan = [
        {**{key: each[key] for key in ("id", "title", "due_on")}, "state": state}
        for each, state in zip(told["plan"], ("done", "dropped"), strict=True)
    ]
    revision = told["project"]["revision"]
    body = {"revision": revision, "milestones": plan}
    planned = desk.member.put(f"{PATH}/{project_id}/milestones", body).data
    assert [(each["state"], each["done_on"]) for each in planned["plan"]] == [
        ("done", "2026-11-23"),
        ("dropped", None),
    ]
    assert (planned["project"]["milestones"], planned["project"]["milestones_done"]) == (1, 1)
    assert desk.member.put(f"{PATH}/{project_id}/milestones", body).error == "feedback.project_changed"
    done = do(desk.member, project_id, "finish", text="已投入使用").data
    assert (done["project"]["state"], done["can"]) == ("done", ["note"])
    assert [each["step"] for each in done["notes"]] == ["finish", "plan", "note", "start", "adopt"]
    texts = messages(desk.people["neighbour"], "feedback.project_progress")
    assert len(texts) == 4
    assert any("已完成：选址" in text for text in texts)
    # Who did it themselves, and who does not follow, is not told.
    assert messages(desk.people["member"], "feedback.project_progress") == []
    assert do(desk.neighbour, project_id, "unfollow").data["project"]["followers"] == 0
    assert desk.neighbour.get(PATH, scope="followed").data["total"] == 0


@pytest.mark.parametrize("verb", ["start", "finish", "notes"])
def test_progress_is_for_the_office_and_those_who_decide(desk, verb):
    project_id = adopted(desk)
    for stranger in (desk.neighbour, desk.outsider):
        assert do(stranger, project_id, verb, text="x").error == "feedback.project_not_yours"
    assert do(desk.member, project_id, "adopt").status == 403
    assert state_of(desk, project_id) == "adopted"


def test_a_suggestion_becomes_a_project_once(desk):
    report_id = desk.report(category="suggestion")
    project_id = adopted(desk, report_id=report_id)
    assert desk.reporter.get(f"{PATH}/{project_id}").data["report_id"] == report_id
    body = {"title": "又一个", "intro": "同一条建议", "report_id": report_id}
    assert desk.officer.post(PATH, body).error == "feedback.project_origin_taken"
    for stray in (desk.report(), 999_999):
        assert (
            desk.officer.post(PATH, {**body, "report_id": stray}).error == "feedback.project_origin_invalid"
        )


def test_a_project_is_described_anew_by_who_saw_it_as_it_is(desk):
    project_id = adopted(desk)
    body = {
        "revision": 1,
        "title": "新名称",
        "intro": "新介绍",
        "place": {"kind": "room", "id": desk.room.id},
    }
    changed = desk.officer.put(f"{PATH}/{project_id}", body).data["project"]
    assert (changed["title"], changed["place_path"], changed["office_id"]) == (
        "新名称",
        f"{desk.campus.name} / 1号楼 / 1层 / 101",
        None,
    )
    assert desk.officer.put(f"{PATH}/{project_id}", body).error == "feedback.project_changed"
    assert desk.member.put(f"{PATH}/{project_id}", body).status == 403


def test_without_a_category_of_suggestions_nothing_can_be_proposed(desk):
    category = desk.categories["suggestion"]
    body = {"name": category.name, "is_active": False}
    desk.officer.put(f"/feedback/categories/{category.id}", body)
    refused = desk.reporter.post(f"{PATH}/proposals", {"title": "甲", "text": "乙"})
    assert refused.error == "feedback.proposals_closed"
