"""Stewards' tasks: taken, given, begun, ticked off; never two meetings at once."""

import pytest

from backend import clock
from backend.actor import ScopeKind
from meeting.hospitality.catalogue.models import Phase
from meeting.hospitality.errors import TaskState as TaskStateConflict
from meeting.hospitality.models import TaskState
from meeting.hospitality.tasks import policies
from meeting.hospitality.tasks.policies import Step
from tests.meeting.hall import Hall, at
from tests.meeting.hospitality.service import Service, hospitality

__all__ = ["hospitality"]

TEA = {"code": "tea"}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", TaskState)
def test_a_step_starts_where_the_table_says(step: Step, state: TaskState) -> None:
    sources, target = policies.TRANSITIONS[step]
    if state in sources:
        assert policies.state_after(state, step) is target
        return
    with pytest.raises(TaskStateConflict):
        policies.state_after(state, step)


@pytest.mark.parametrize(
    ("phase", "hour", "awaited"),
    [
        (Phase.BEFORE, 1, ""),
        (Phase.DURING, 13, "开始"),
        (Phase.DURING, 14, ""),
        (Phase.AFTER, 14, "结束"),
        (Phase.AFTER, 16, ""),
    ],
)
def test_what_comes_after_a_meeting_is_not_done_before_it(phase: Phase, hour: int, awaited: str) -> None:
    assert policies.is_too_early(phase, at(14), at(16), at(hour)) == awaited


def test_a_steward_takes_begins_and_finishes_a_task_with_its_checklist(
    hall: Hall, hospitality: Service
) -> None:
    hall.book(start=at(14), headcount=6, services=[TEA])
    tea = hospitality.task("会前茶水")
    assert tea["may"] == ["take"]
    assert [tick["is_ok"] for tick in tea["checklist"]] == [None]
    taken = hospitality.do(hall.steward, tea, "take").data
    assert (taken["steward"]["name"], taken["may"]) == ("孙会务", ["drop", "start", "done"])
    assert hospitality.do(hall.steward, tea, "take").status == 200
    other = hospitality.steward("李会务")
    again = hospitality.do(other, tea, "take")
    assert (again.status, again.error) == (409, "meeting.task_taken")
    foreign = hospitality.do(other, tea, "start")
    assert (foreign.status, foreign.error) == (403, "meeting.task_not_yours")
    assert hospitality.do(hall.organiser, tea, "take").status == 403
    assert hospitality.do(hall.steward, tea, "start").data["state"] == "working"
    unticked = hospitality.do(hall.steward, tea, "done")
    assert (unticked.status, unticked.error) == (422, "meeting.ticks_needed")
    assert unticked.envelope["data"]["codes"] == ["tea.served"]
    noteless = hospitality.do(hall.steward, tea, "done", ticks=[{"code": "tea.served", "is_ok": False}])
    assert (noteless.status, noteless.error) == (422, "meeting.fault_note_needed")
    with clock.at(at(13, 50)):
        done = hospitality.do(hall.steward, tea, "done", ticks=[{"code": "tea.served", "is_ok": True}]).data
    assert (done["state"], done["is_late"]) == ("done", True)
    over = hospitality.do(hall.steward, tea, "done")
    assert (over.status, over.error) == (409, "meeting.task_state")
    assert [each["title"] for each in hospitality.tasks(scope="mine")] == ["会前茶水"]


def test_a_steward_is_never_at_two_meetings_at_once(hall: Hall, hospitality: Service) -> None:
    hall.book(hall.small, at(14), services=[TEA, {"code": "photo"}])
    hall.book(hall.large, at(14, 30), services=[TEA])
    mine, theirs = (
        [task for task in hospitality.tasks(scope="free") if task["room"]["id"] == room.id]
        for room in (hall.small, hall.large)
    )
    photo = next(task for task in mine if task["title"] == "会中摄影")
    assert hospitality.do(hall.steward, photo, "take").status == 200
    # Within one meeting tasks may overlap.
    same = next(task for task in mine if task["title"] == "会前茶水")
    assert hospitality.do(hall.steward, same, "take").status == 200
    busy = hospitality.do(hall.steward, theirs[0], "take")
    assert (busy.status, busy.error) == (409, "meeting.steward_busy")
    assigned = hospitality.do(hall.approver, theirs[0], "assign", staff_id=hall.people["steward"].id)
    assert assigned.error == "meeting.steward_busy"
    choice = hall.approver.get(f"/meeting/tasks/{theirs[0]['id']}/stewards").data["list"]
    assert [(each["name"], each["is_free"], each["tasks"]) for each in choice] == [
        ("赵审批", True, 0),
        ("孙会务", False, 2),
    ]
    # What is given back makes room.
    hospitality.do(hall.steward, photo, "drop")
    hospitality.do(hall.steward, same, "drop")
    assert hospitality.do(hall.steward, theirs[0], "take").status == 200


def test_a_manager_gives_a_whole_meeting_to_a_steward(hall: Hall, hospitality: Service) -> None:
    booked = hall.book(start=at(14), services=[TEA])
    tea = hospitality.task("会前茶水")
    stranger = hospitality.do(hall.approver, tea, "assign", staff_id=hall.people["stranger"].id)
    assert (stranger.status, stranger.error) == (422, "meeting.not_a_steward")
    assert hospitality.do(hall.steward, tea, "assign", staff_id=None).status == 403
    steward_id = hall.people["steward"].id
    given = hospitality.do(hall.approver, tea, "assign", staff_id=steward_id, whole_meeting=True)
    assert given.status == 200
    sums = hospitality.services(booked["id"])["occurrences"][0]["tasks"]
    assert sums == {"total": 4, "done": 0, "unassigned": 0}
    assert [each["kind"] for each in hall.steward.get("/inbox").data["messages"]] == ["meeting.task_assigned"]
    taken = hospitality.do(hall.approver, tea, "assign", staff_id=None).data
    assert taken["steward"] is None


def test_tasks_show_nothing_of_a_confidential_meeting(hall: Hall, hospitality: Service) -> None:
    hall.book(start=at(14), subject="干部调整", is_confidential=True, services=[TEA])
    assert {each["subject"] for each in hospitality.tasks(scope="all")} == {"内部会议"}
    assert hall.organiser.get("/meeting/tasks").status == 403


def test_a_steward_of_another_building_neither_sees_nor_takes_a_task(
    hall: Hall, hospitality: Service
) -> None:
    hall.book(start=at(14), services=[TEA])
    tea = hospitality.task("会前茶水")
    near, far = (
        hall.compound.client(
            hall.compound.staff(roles={"meeting_steward": (ScopeKind.BUILDING, building_id)})
        )
        for building_id in (hall.building.id, hall.building.id + 1)
    )
    assert hospitality.tasks(far, scope="all") == []
    hidden = hospitality.do(far, tea, "take")
    assert (hidden.status, hidden.error) == (404, "meeting.task_not_found")
    assert hospitality.do(near, tea, "take").status == 200
