"""The demo's property department: repairs, clocks, assessments, stocks and inspections agree."""

from datetime import timedelta

import pytest
from flask import current_app

from backend import clock
from backend.flows.demo import DemoReport
from property.work_orders import rollups
from tests.backend.flows.demo_house import NOON, WEDNESDAY, day_of, instant_of, login, one, rows
from tests.client import Client

ENDED = "('closed', 'declined', 'cancelled', 'duplicate')"


def test_the_daily_sums_are_what_the_orders_come_to(demo: DemoReport) -> None:
    assert rollups.differences() == []
    assert one("SELECT count(*) FROM work_orders") > 200


def test_repairs_stand_at_every_stage_and_came_by_several_ways(demo: DemoReport) -> None:
    states = {state for (state,) in rows("SELECT DISTINCT state FROM work_orders")}
    underway = {"submitted", "triaged", "dispatched", "working", "held", "finished"}
    assert underway | {"completed", "to_rate", "closed"} <= states
    origins = {origin for (origin,) in rows("SELECT DISTINCT origin FROM work_orders")}
    assert {"phone", "telephone", "inspection"} <= origins
    assert rows("SELECT number FROM work_orders GROUP BY number HAVING count(*) > 1") == []


def test_nobody_worked_before_they_were_here_and_nothing_lies_ahead(demo: DemoReport) -> None:
    early = (
        "SELECT e.order_id FROM work_order_events e JOIN work_orders o ON o.id = e.order_id"
        " JOIN workers w ON w.staff_id = o.worker_id WHERE e.at < w.joined_at"
    )
    assert rows(early) == []
    strangers = (
        "SELECT o.id FROM work_orders o LEFT JOIN workers w ON w.staff_id = o.worker_id"
        " WHERE o.worker_id IS NOT NULL AND w.staff_id IS NULL"
    )
    assert rows(strangers) == []
    assert one("SELECT count(*) FROM work_orders WHERE reporter_id = worker_id") == 0
    assert instant_of(one("SELECT max(at) FROM work_order_events")) <= NOON


def test_every_order_has_its_two_clocks_and_none_runs_on_after_the_end(demo: DemoReport) -> None:
    counted = (
        "SELECT o.id FROM work_orders o LEFT JOIN service_clocks c ON c.subject_id = o.id"
        " AND c.cycle = o.cycle GROUP BY o.id HAVING count(c.id) <> 2"
    )
    assert rows(counted) == []
    running = (  # An ended order's; or one whose cycle is over.
        "SELECT c.id FROM service_clocks c JOIN work_orders o ON o.id = c.subject_id"  # noqa: S608 - Above.
        f" WHERE c.ended_at IS NULL AND (o.state IN {ENDED} OR c.cycle <> o.cycle)"
    )
    assert rows(running) == []
    paused = (
        "SELECT c.id FROM service_clocks c LEFT JOIN service_pauses p ON p.subject_id = c.subject_id"
        " AND p.cycle = c.cycle AND p.until_at IS NULL WHERE (c.verdict = 'paused') AND p.subject_id IS NULL"
    )
    assert rows(paused) == []


def test_all_months_are_locked_but_the_last(demo: DemoReport) -> None:
    found = rows(
        "SELECT a.month, v.state, count(*), count(v.total_tenths) FROM assessments a"
        " JOIN assessment_versions v ON v.assessment_id = a.id GROUP BY 1, 2 ORDER BY 1"
    )
    firms = one("SELECT count(*) FROM contractors")
    assert [(state, count) for _, state, count, _ in found] == [("locked", firms)] * 5 + [("open", firms)]
    last = (WEDNESDAY.replace(day=1) - timedelta(days=1)).replace(day=1)
    assert day_of(found[-1][0]) == last
    states = {state for (state,) in rows("SELECT state FROM assessment_appeals")}
    assert states <= {"reviewed", "upheld"}


def test_what_lies_in_a_store_is_what_came_in_less_what_went_out(demo: DemoReport) -> None:
    wrong = (
        "SELECT s.store_id, s.material_id FROM material_stock s JOIN material_movements m"
        " ON m.store_id = s.store_id AND m.material_id = s.material_id"
        " GROUP BY s.store_id, s.material_id, s.hundredths HAVING sum(m.hundredths) <> s.hundredths"
    )
    assert rows(wrong) == []
    assert one("SELECT count(*) FROM material_stock WHERE hundredths < 0") == 0


def test_rounds_were_made_missed_or_are_open_and_what_failed_was_repaired_and_waits(
    demo: DemoReport,
) -> None:
    states = dict(rows("SELECT state, count(*) FROM inspection_rounds GROUP BY state"))
    assert states.keys() == {"finished", "lapsed", "open"}
    uncounted = (
        "SELECT r.id FROM inspection_rounds r JOIN inspection_round_points p ON p.round_id = r.id"
        " WHERE r.state <> 'open' GROUP BY r.id, r.missed, r.points"
        " HAVING sum(CASE p.state WHEN 'missed' THEN 1 ELSE 0 END) <> r.missed OR count(*) <> r.points"
    )
    assert rows(uncounted) == []
    assert one("SELECT count(*) FROM inspection_round_points WHERE state = 'missed'") == 5
    failed = rows(
        "SELECT a.recheck, o.origin, o.state FROM inspection_answers a"
        " JOIN work_orders o ON o.id = a.order_id AND o.origin_id = a.id WHERE a.verdict = 'failed'"
    )
    assert failed == [("asked", "inspection", "completed")]
    assert one("SELECT count(*) FROM inspection_rounds WHERE recheck_of_id IS NOT NULL") == 1


@pytest.mark.parametrize(
    ("staff_no", "kinds"),
    [
        ("1001", {"repair_to_accept", "repair_to_rate"}),
        ("9302", {"repair_offered", "inspection_round"}),
        ("9304", {"repair_hold"}),
        ("9341", {"inspection_round"}),
    ],
)
def test_the_first_page_of_everybody_has_something_to_do(
    demo: DemoReport, staff_no: str, kinds: set[str]
) -> None:
    with clock.at(NOON):
        client = Client(current_app._get_current_object(), login(staff_no))
        assert kinds <= {each["kind"] for each in client.get("/home").data["waiting"]}


def test_a_contractors_manager_sees_their_own_months_alone(demo: DemoReport) -> None:
    with clock.at(NOON):
        client = Client(current_app._get_current_object(), login("9801"))
        shown = client.get("/property/assessments").data["list"]
    assert len(shown) == 6
    assert {each["contractor_id"] for each in shown} == {1}
