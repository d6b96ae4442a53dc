"""Groups, workers, shifts and the duty roster over HTTP."""

from datetime import time
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from property.workforce import queries
from tests.factories import MONDAY

GROUPS, WORKERS, SHIFTS, DUTIES = (
    "/property/groups",
    "/property/workers",
    "/property/shifts",
    "/property/duties",
)


@pytest.fixture
def manager(estate):
    return estate.client("manager", "property_manager")


@pytest.fixture
def shifts(manager):
    hours = {"白班": ("08:00", "17:00"), "夜班": ("20:00", "08:00"), "中班": ("16:00", "22:00")}
    return {
        name: manager.post(SHIFTS, {"name": name, "from_time": begins, "until_time": ends}).data["id"]
        for name, (begins, ends) in hours.items()
    }


def turn(estate, key, shift_id, day="2026-11-23"):
    return {"staff_id": estate.people[key].id, "on_date": day, "shift_id": shift_id}


def week(estate, *turns, **fields):
    return {"week_on": "2026-11-23", "group_id": estate.group.id, "turns": list(turns), **fields}


def turns_of(answer):
    return {
        (row["name"], one["on_date"], one["shift_id"])
        for row in answer.data["workers"]
        for one in row["turns"]
    }


def test_a_group_is_the_house_s_or_a_contractor_s(estate, manager):
    contractor = estate.contractor()
    made = manager.post(GROUPS, {"name": "电梯班", "contractor_id": contractor.id}).data
    assert (made["contractor"], made["workers"]) == (contractor.short_name, 0)
    assert [one["name"] for one in estate.dispatcher.get(GROUPS).data["list"]] == ["维修一班", "电梯班"]
    assert manager.post(GROUPS, {"name": "电梯班"}).error == "property.group_exists"
    assert manager.post(GROUPS, {"name": "x", "contractor_id": 999}).error == "property.contractor_not_found"


def test_a_group_goes_out_of_use_once_nobody_works_in_it(estate, manager):
    path = f"{GROUPS}/{estate.group.id}"
    assert manager.put(path, {"name": "维修班", "is_active": False}).error == "property.group_has_workers"
    empty = manager.post(GROUPS, {"name": "空班"}).data
    assert (
        manager.put(f"{GROUPS}/{empty['id']}", {"name": "空班", "is_active": False}).data["is_active"]
        is False
    )
    body = {"staff_no": estate.people["requester"].staff_no, "group_id": empty["id"]}
    assert manager.post(WORKERS, body).error == "property.group_closed"
    assert manager.put(f"{GROUPS}/{empty['id']}", {"name": "维修一班"}).error == "property.group_exists"


def test_a_worker_is_an_active_member_of_staff_and_told_if_the_role_is_lacking(estate, manager):
    staff = estate.people["requester"]
    body = {"staff_no": staff.staff_no, "group_id": estate.group.id, "skills": ["电工", "焊工", "电工"]}
    made = manager.post(WORKERS, body | {"building_id": estate.building.id, "capacity": 3}).data
    assert (made["skills"], made["capacity"], made["may_handle"]) == (["焊工", "电工"], 3, False)
    assert made["building"] == "1号楼"
    assert manager.post(WORKERS, body).error == "property.worker_exists"
    assert manager.post(WORKERS, body | {"staff_no": "nobody"}).error == "property.worker_unsuitable"
    assert manager.post(WORKERS, body | {"building_id": 999, "staff_no": staff.staff_no}).status >= 400
    shown = manager.get(WORKERS, skill="水暖").data["list"]
    assert [(one["name"], one["may_handle"]) for one in shown] == [("李师傅", True)]
    assert manager.get(WORKERS, q="王").data["total"] == 1
    assert {"skill": "焊工"} in manager.get("/property/skills").data["list"]


def test_a_worker_is_described_anew_and_the_trail_says_what_was(estate, manager):
    staff_id = estate.people["worker"].id
    path, body = f"{WORKERS}/{staff_id}", {"group_id": estate.group.id, "skills": ["电工"], "is_lead": True}
    shown = manager.put(path, body).data
    assert (shown["skills"], shown["is_lead"], shown["building_id"]) == (["电工"], True, None)
    assert queries.leads_of(estate.group.id) == [staff_id]
    event = db.session.query(AuditEvent).filter_by(action="property.worker_changed").one()
    assert event.details["before"]["building_id"] == estate.building.id
    manager.put(path, body)
    assert db.session.query(AuditEvent).filter_by(action="property.worker_changed").count() == 1
    assert manager.put(f"{WORKERS}/999", body).error == "property.worker_not_found"


def test_the_workforce_is_written_by_who_manages_the_whole_compound(estate, manager):
    local = estate.client("local", "property_manager", (ScopeKind.CAMPUS, estate.campus.id))
    assert local.get(GROUPS).status == 200
    for client in (local, estate.dispatcher):
        assert client.post(GROUPS, {"name": "x"}).status == 403
        assert client.put(DUTIES, week(estate)).status == 403
        path = f"{WORKERS}/{estate.people['worker'].id}"
        assert client.put(path, {"group_id": estate.group.id}).status == 403
    assert estate.requester.get(WORKERS).status == 403


def test_a_week_is_set_whole_and_seen_at_work(estate, manager, shifts):
    day, night = turn(estate, "worker", shifts["白班"]), turn(estate, "mate", shifts["夜班"])
    answer = manager.put(
        DUTIES, week(estate, day, night, turn(estate, "worker", shifts["白班"], "2026-11-29"))
    )
    assert answer.data["days"][0] == "2026-11-23"
    assert len(turns_of(answer)) == 3
    worker, mate = estate.people["worker"].id, estate.people["mate"].id
    assert queries.on_duty(clock.at_local(MONDAY, time(9))) == {worker}
    assert queries.on_duty(clock.at_local(MONDAY, time(23))) == {mate}
    assert queries.on_duty(clock.at_local(MONDAY.replace(day=24), time(7))) == {mate}
    assert [one["name"] for one in estate.dispatcher.get(f"{DUTIES}/now").data["list"]] == ["李师傅"]
    assert turns_of(manager.put(DUTIES, week(estate, day))) == {("李师傅", "2026-11-23", shifts["白班"])}
    assert turns_of(estate.dispatcher.get(DUTIES, date="2026-11-27")) == turns_of(
        estate.dispatcher.get(DUTIES, date="2026-11-23", group_id=estate.group.id)
    )


def test_a_week_that_is_wrong_changes_nothing(estate, manager, shifts):
    right = turn(estate, "worker", shifts["白班"])
    manager.put(DUTIES, week(estate, right))
    stranger = estate.new_group("别的班")
    wrong = [
        (week(estate, right, turn(estate, "worker", shifts["中班"])), "property.duties_overlap"),
        (week(estate, turn(estate, "worker", shifts["白班"], "2026-11-30")), "property.duty_invalid"),
        (week(estate, right, week_on="2026-11-24"), "property.duty_invalid"),
        (week(estate, right, group_id=stranger.id), "property.duty_invalid"),
        (week(estate, turn(estate, "worker", 999)), "property.duty_invalid"),
        (week(estate, group_id=999), "property.group_not_found"),
    ]
    for body, error in wrong:
        assert manager.put(DUTIES, body).error == error
    assert turns_of(manager.get(DUTIES, date="2026-11-23")) == {("李师傅", "2026-11-23", shifts["白班"])}


def test_a_night_of_sunday_meets_the_next_monday(estate, manager, shifts):
    manager.put(DUTIES, week(estate, turn(estate, "worker", shifts["夜班"], "2026-11-29")))
    whole = manager.post(SHIFTS, {"name": "全天", "from_time": "00:00", "until_time": "00:00"}).data["id"]
    after = week(estate, turn(estate, "worker", whole, "2026-11-30"), week_on="2026-11-30")
    assert manager.put(DUTIES, after).error == "property.duties_overlap"


def test_a_week_is_copied_from_the_one_before_without_what_is_out_of_use(estate, manager, shifts):
    manager.put(
        DUTIES, week(estate, turn(estate, "worker", shifts["白班"]), turn(estate, "mate", shifts["夜班"]))
    )
    change = {"name": "夜班", "from_time": "20:00", "until_time": "08:00", "is_active": False}
    assert manager.put(f"{SHIFTS}/{shifts['夜班']}", change).data["is_active"] is False
    body = {"week_on": "2026-11-30", "group_id": estate.group.id}
    copied = {("李师傅", "2026-11-30", shifts["白班"])}
    assert turns_of(manager.post(f"{DUTIES}/copy", body)) == copied
    refused = manager.post(f"{DUTIES}/copy", body)
    assert (refused.error, refused.envelope["data"]) == ("property.duty_week_taken", {"duties": 1})
    assert turns_of(manager.post(f"{DUTIES}/copy", body | {"is_replacing": True})) == copied


def test_who_stops_has_no_duties_any_more_but_keeps_the_past(estate, manager, shifts):
    manager.put(
        DUTIES,
        week(estate, turn(estate, "worker", shifts["白班"], "2026-11-16"), week_on="2026-11-16"),
    )
    manager.put(DUTIES, week(estate, turn(estate, "worker", shifts["白班"])))
    path = f"{WORKERS}/{estate.people['worker'].id}"
    assert manager.put(path, {"group_id": estate.group.id, "is_active": False}).data["is_active"] is False
    assert turns_of(manager.get(DUTIES, date="2026-11-23")) == set()
    assert len(turns_of(manager.get(DUTIES, date="2026-11-16"))) == 1
    assert queries.worker_of(estate.people["worker"].id) is None
    assert queries.members(estate.group.id) == [estate.people["mate"].id]


def test_a_week_goes_out_as_a_sheet_and_comes_in_again(estate, manager, shifts):
    manager.put(
        DUTIES, week(estate, turn(estate, "worker", shifts["白班"]), turn(estate, "worker", shifts["夜班"]))
    )
    sheet = manager.get(f"{DUTIES}/export", date="2026-11-23")
    rows = list(load_workbook(BytesIO(sheet.body)).active.values)
    staff_no = estate.people["worker"].staff_no
    assert (staff_no, "李师傅", "维修一班", "白班、夜班") in [row[:4] for row in rows]
    path = f"{DUTIES}/import?date=2026-12-02"
    done = manager.request("POST", path, data={"file": (BytesIO(sheet.body), "a.xlsx")})
    assert done.data == {"week_on": "2026-11-30", "workers": 2, "duties": 2}
    assert len(turns_of(manager.get(DUTIES, date="2026-11-30"))) == 2


def test_a_sheet_with_a_fault_is_refused_whole(estate, manager, shifts):
    manager.put(DUTIES, week(estate, turn(estate, "worker", shifts["白班"])))
    sheet = manager.get(f"{DUTIES}/export", date="2026-11-23").body
    change = {"name": "早班", "from_time": "08:00", "until_time": "17:00"}
    manager.put(f"{SHIFTS}/{shifts['白班']}", change)
    refused = manager.request(
        "POST", f"{DUTIES}/import?date=2026-11-30", data={"file": (BytesIO(sheet), "a.xlsx")}
    )
    assert refused.error == "documents.rows_rejected"
    assert refused.envelope["data"]["rows"][0]["column"] == "周一"
    assert turns_of(manager.get(DUTIES, date="2026-11-30")) == set()
