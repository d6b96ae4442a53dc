"""Plans over HTTP, and the job that makes their rounds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from backend.notifications.models import InboxMessage
from property.inspections.plans import planning
from property.inspections.rounds import closing
from tests.factories import NINE
from tests.property.inspections.patrol import BASE
from tests.threads import at_once


def made(patrol, plan_id: int) -> list[tuple[str, str]]:
    """When the plan's rounds are due, and how they stand."""
    return [(clock.local(each.due_at).strftime("%m-%d %H:%M"), each.state) for each in patrol.rounds(plan_id)]


def test_a_plan_makes_its_rounds_ahead_once(patrol):
    plan = patrol.plan()

    assert plan["schedule"]["text"] == "每天 10:00"
    assert plan["upcoming"][0]["due_at"] == "2026-11-23T10:00:00+08:00"
    assert (planning.plan_rounds(), planning.plan_rounds()) == (1, 0)
    (only,) = patrol.rounds(plan["id"])
    assert only.closes_at - only.opens_at == timedelta(hours=2)
    assert (only.state, only.points, only.building_id) == ("open", 2, patrol.estate.building.id)
    with clock.at(NINE + timedelta(days=1)):
        assert planning.plan_rounds() == 1
    shown = patrol.manager.get(f"{BASE}/plans/{plan['id']}").data
    assert shown["next_due_at"] == "2026-11-25T10:00:00+08:00"


def test_two_planners_make_each_round_once(patrol, soak):
    def run() -> int:
        with patrol.estate.compound.app.app_context():
            return planning.plan_rounds()

    plan = patrol.plan(schedule={"times": ["10:00", "14:00", "18:00"]})
    counts = at_once([run] * (6 if soak else 2))

    assert sum(counts) == 3
    assert len(patrol.rounds(plan["id"])) == 3


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("skip", ["skipped", "skipped", "open"]),
        ("once", ["skipped", "skipped", "open"]),
        ("all", ["open", "open", "open"]),
    ],
)
def test_after_days_without_a_scheduler_nothing_is_lost_and_the_plan_goes_on(patrol, rule, expected):
    plan = patrol.plan(schedule={"catch_up": rule})
    with clock.at(NINE + timedelta(days=2, hours=2)):  # The third day's window is open.
        planning.plan_rounds()
        planning.plan_rounds()

    found = made(patrol, plan["id"])
    assert [due for due, _ in found] == ["11-23 10:00", "11-24 10:00", "11-25 10:00", "11-26 10:00"]
    assert [state for _, state in found] == [*expected, "open"]
    caught = [each for each in patrol.rounds(plan["id"]) if each.is_caught_up]
    assert len(caught) == (2 if rule == "all" else 0)


def test_a_changed_plan_makes_anew_what_nobody_could_have_begun(patrol):
    plan = patrol.plan(schedule={"times": ["08:30", "10:00"], "lead_minutes": 30})
    planning.plan_rounds()
    assert [due for due, _ in made(patrol, plan["id"])] == ["11-23 10:00", "11-24 08:30"]
    body = patrol.wish(schedule={"times": ["15:00"]}, is_active=True, revision=plan["revision"])
    changed = patrol.manager.put(f"{BASE}/plans/{plan['id']}", body).data
    stale = patrol.manager.put(f"{BASE}/plans/{plan['id']}", body)
    planning.plan_rounds()

    assert changed["revision"] == 1
    assert (stale.status, stale.error) == (409, "inspections.plan_changed")
    assert [due for due, _ in made(patrol, plan["id"])] == ["11-23 15:00"]

    stopped = {**body, "revision": 1, "is_active": False}
    assert patrol.manager.put(f"{BASE}/plans/{plan['id']}", stopped).data["upcoming"] == []
    with clock.at(NINE + timedelta(days=1)):
        assert planning.plan_rounds() == 0
    assert made(patrol, plan["id"]) == []


def test_the_next_round_is_counted_from_completion(patrol):
    schedule = {"unit": "week", "basis": "completion", "starts_on": "2026-11-23", "window_minutes": 4320}
    plan = patrol.plan(kind="maintenance", schedule=schedule)
    planning.plan_rounds()
    (first,) = patrol.rounds(plan["id"])
    with clock.at(NINE + timedelta(days=2)):
        assert planning.plan_rounds() == 0
        patrol.walk(first.id)
    with clock.at(NINE + timedelta(days=8)):  # A week after it was done is the 2nd of December.
        assert planning.plan_rounds() == 0
    with clock.at(NINE + timedelta(days=8, hours=1)):
        assert planning.plan_rounds() == 1

    assert made(patrol, plan["id"]) == [("11-23 10:00", "finished"), ("12-02 10:00", "open")]
    texts = db.session.scalars(
        select(InboxMessage.text).where(InboxMessage.kind == "inspections.maintenance_due")
    )
    assert set(texts) == {
        "泵房日巡待完成，请在 11月26日 10:00 前完成。",
        "泵房日巡待完成，请在 12月05日 10:00 前完成。",
    }


def test_a_round_that_lapsed_does_not_stop_a_plan_by_completion(patrol):
    schedule = {"unit": "day", "every": 3, "basis": "completion", "starts_on": "2026-11-23"}
    plan = patrol.plan(schedule=schedule)
    planning.plan_rounds()
    with clock.at(NINE + timedelta(days=1)):
        closing.close_all()
    with clock.at(NINE + timedelta(days=2, hours=2)):
        planning.plan_rounds()

    assert made(patrol, plan["id"]) == [("11-23 10:00", "lapsed"), ("11-26 10:00", "open")]


def test_a_meter_asks_for_maintenance_by_what_it_has_counted(patrol):
    asset = patrol.estate.asset("LIFT-1", name="客梯")
    meter = patrol.manager.post(
        f"{BASE}/meters", {"asset_id": asset.id, "name": "运行小时", "unit": "小时"}
    ).data
    readings = f"{BASE}/meters/{meter['id']}/readings"
    read = patrol.estate.worker.post
    assert read(readings, {"value": 1000}).data["total"] == 1000
    schedule = {"unit": "meter", "every": 500, "meter_id": meter["id"], "window_minutes": 4320}
    plan = patrol.plan(
        kind="maintenance",
        route_id=None,
        checklist_id=patrol.checklist["id"],
        asset_ids=[asset.id],
        schedule=schedule,
    )
    assert (plan["schedule"]["text"], plan["next_total"]) == ("运行小时每增加 500 小时", 1500)

    read(readings, {"value": 1499.5})
    assert planning.plan_rounds() == 0
    falls = read(readings, {"value": 1400})
    wrong = read(readings, {"value": 9999}).data
    mended = read(readings, {"value": 2600, "corrects_id": wrong["id"], "reason": "看错"})
    settled = read(readings, {"value": 1, "corrects_id": wrong["id"], "reason": "看错"})
    assert (planning.plan_rounds(), planning.plan_rounds()) == (1, 0)  # 1500, 2000 and 2500 are one.
    replaced = read(readings, {"value": 10, "is_replacement": True, "reason": "换表"}).data

    assert (falls.status, falls.error) == (409, "inspections.reading_falls")
    assert mended.data["total"] == 2600
    assert (settled.status, settled.error) == (409, "inspections.reading_settled")
    assert replaced["total"] == 2610
    (only,) = patrol.rounds(plan["id"])
    assert only.meter_total_milli == 2_500_000
    assert patrol.manager.get(f"{BASE}/plans/{plan['id']}").data["next_total"] == 3000
    shown = patrol.estate.worker.post(f"{BASE}/{only.id}/scan", {"token": asset.plate}).data
    assert shown["points_list"][0]["name"] == "客梯（LIFT-1）"
    assert shown["points_list"][0]["state"] == "visited"
    assert [each["value"] for each in patrol.manager.get(readings).data["list"]] == [
        *(10, 2600, 9999, 1499.5, 1000)
    ]
    assert patrol.estate.requester.get(readings).status == 404


def test_a_point_out_of_use_is_left_out_and_a_plan_without_points_says_so(patrol):
    stop = {"name": "泵房", "place_kind": "spot", "place_id": patrol.pump.id, "is_active": False}
    patrol.manager.put(f"{BASE}/points/{patrol.points[0]['id']}", stop)
    first = patrol.round(patrol.planned())
    gate = {"name": "北门", "place_kind": "spot", "place_id": patrol.gate.id, "is_active": False}
    patrol.manager.put(f"{BASE}/points/{patrol.points[1]['id']}", gate)
    second = patrol.round(patrol.planned(name="另一计划"))
    idle = patrol.manager.post(BASE, {"plan_id": second.plan_id})

    assert (first.state, first.points) == ("open", 1)
    assert (second.state, second.reason) == ("skipped", "没有可巡检的点位")
    assert (idle.status, idle.error) == (409, "inspections.plan_idle")


def test_a_round_is_made_beside_the_schedule(patrol):
    plan = patrol.plan()
    shown = patrol.manager.post(BASE, {"plan_id": plan["id"]}).data

    assert shown["opens_at"] == "2026-11-23T09:00:00+08:00"
    assert patrol.scan(shown["id"], patrol.pump).status == 200
    assert patrol.estate.worker.post(BASE, {"plan_id": plan["id"]}).status == 403


def test_what_lies_beyond_ones_reach_is_not_planned(patrol):
    estate = patrol.estate
    elsewhere = estate.compound.campus()
    stranger = estate.client("stranger", "property_manager", (ScopeKind.CAMPUS, elsewhere.id))
    near = estate.client("near", "property_manager", (ScopeKind.BUILDING, estate.building.id))
    plan = patrol.plan()
    planning.plan_rounds()

    assert stranger.get(f"{BASE}/points").data["total"] == 0
    assert stranger.get(f"{BASE}/routes").data["list"] == []
    assert stranger.get(f"{BASE}/plans/{plan['id']}").status == 404
    assert stranger.get(BASE).data["total"] == 0
    assert stranger.post(f"{BASE}/plans", patrol.wish(name="别人的")).status == 404
    body = {"name": "点", "place_kind": "spot", "place_id": patrol.pump.id}
    assert stranger.post(f"{BASE}/points", body).status == 422
    assert (
        stranger.post(f"{BASE}/checklists", {"name": "表", "items": [{"text": "甲", "kind": "photo"}]}).status
        == 403
    )
    assert near.get(f"{BASE}/points").data["total"] == 2
    assert near.get(BASE).data["total"] == 1
    assert near.post(f"{BASE}/plans", patrol.wish(name="本楼的")).status == 201


def test_a_plan_names_what_it_can_work_with(patrol):
    patrol.plan()
    for fields, error in (
        ({"route_id": None}, "inspections.plan_invalid"),
        ({"checklist_id": 1}, "inspections.plan_invalid"),
        ({"route_id": 999}, "inspections.route_not_found"),
        ({"worker_id": 999}, "inspections.plan_invalid"),
        ({"group_id": 999}, "property.group_not_found"),
        ({"schedule": {"unit": "meter"}}, "inspections.plan_invalid"),
        ({"schedule": {"weekdays": [1]}}, "inspections.schedule_invalid"),
        ({"name": "泵房日巡"}, "inspections.name_taken"),
    ):
        refused = patrol.manager.post(f"{BASE}/plans", patrol.wish(**{"name": "另一计划", **fields}))
        assert refused.error == error
