"""The demo's evaluation against food waste: rounds, spot checks, bulletins, what collectors took."""

from datetime import date, timedelta

from flask import current_app

from backend import clock
from backend.actor import SYSTEM
from backend.flows.demo import DemoReport
from canteen.bulletins import queries as bulletin_queries
from canteen.evaluation.spot_checks import plans
from canteen.waste import services as waste_services
from canteen.waste.statistics import diners
from tests.backend.flows.demo_house import (
    DAYS,
    NOON,
    WEDNESDAY,
    day_of,
    login,
    one,
    rows,
)
from tests.client import Client


def test_the_rollups_of_waste_follow_from_weighings_and_pick_ups(demo: DemoReport) -> None:
    assert demo.rows["weighings"] > 2000
    with clock.at(NOON):
        assert list(waste_services.check()) == []
        assert diners.stale(DAYS) == []


def test_two_quarters_are_evaluated_and_the_present_one_is_under_way(demo: DemoReport) -> None:
    sheets = (
        " FROM evaluation_rounds r JOIN evaluation_sheets s ON s.round_id = r.id"
        " JOIN scorings g ON g.owner_kind = 'evaluation_sheet' AND g.owner_id = s.id"
    )
    assert rows(
        f"SELECT r.quarter, r.state, count(*), count(g.total_tenths){sheets} GROUP BY 1, 2 ORDER BY 1"
    ) == [
        (2, "closed", 21, 21),
        (3, "closed", 21, 21),
        (4, "open", 21, 0),
    ]
    failed = rows(f"SELECT r.quarter, s.unit_name{sheets} WHERE g.grade = '不合格' ORDER BY 1")
    assert failed == [(2, "望岫县青石镇人民政府"), (3, "鹿鸣县东浦乡人民政府")]
    assert {state for (state,) in rows(f"SELECT DISTINCT s.state{sheets} WHERE r.quarter = 4")} == {
        "filling",
        "submitted",
        "returned",
    }
    unexplained = (
        "SELECT i.scoring_id FROM item_scores i JOIN score_items t ON t.id = i.item_id"
        " LEFT JOIN item_losses l ON l.scoring_id = i.scoring_id AND l.item_id = i.item_id"
        " WHERE i.score_tenths < t.points_tenths AND l.item_id IS NULL"
    )
    assert rows(unexplained) == []


def test_the_years_spot_checks_are_drawn_anew_to_the_same_and_stand_at_every_stage(demo: DemoReport) -> None:
    [plan_id] = [row[0] for row in rows("SELECT id FROM spot_check_plans")]
    assert plans.verify(SYSTEM, plan_id).is_consistent
    states = {state for (state,) in rows("SELECT state FROM inspections")}
    assert {"planned", "under_way", "submitted", "disputed", "confirmed"} <= states
    waiting = rows(
        "SELECT i.state, count(DISTINCT m.staff_id), count(DISTINCT s.item_id) FROM inspections i"
        " JOIN inspection_members m ON m.inspection_id = i.id JOIN staff l ON l.id = i.lead_id"
        " JOIN item_scores s ON s.scoring_id = i.scoring_id WHERE l.staff_no = '9402' GROUP BY i.id, i.state"
    )
    assert waiting == [("under_way", 2, 12)]
    mended = dict(rows("SELECT state, count(*) FROM rectifications GROUP BY state"))
    assert {"open", "reported", "returned", "closed"} <= mended.keys()
    assert (
        one("SELECT count(*) FROM rectifications WHERE state = 'open' AND due_on < :today", today=WEDNESDAY)
        > 0
    )


def test_the_bulletins_have_their_numbers_and_one_waits_to_be_signed_off(demo: DemoReport) -> None:
    published = rows(
        "SELECT kind, first_day, version, issue FROM bulletins WHERE state = 'published'"
        " ORDER BY issue, version"
    )
    assert [(row[3], row[2]) for row in published] == [(1, 1), (2, 1), (3, 1), (4, 1), (4, 2), (5, 1), (6, 1)]
    assert ("quarterly", date(2026, 7, 1)) in [(row[0], day_of(row[1])) for row in published]
    assert ("monthly", date(2026, 10, 1)) in [(row[0], day_of(row[1])) for row in published]
    [(waiting_id, revision)] = rows("SELECT id, revision FROM bulletins WHERE state = 'submitted'")
    with clock.at(NOON):
        view = bulletin_queries.find(SYSTEM, waiting_id)
    assert view.title.endswith("通报")
    assert "publish" in view.can
    assert revision > 1


def test_what_the_collectors_took_is_about_what_was_wasted(demo: DemoReport) -> None:
    since = WEDNESDAY - timedelta(days=50)
    until = WEDNESDAY - timedelta(days=1)
    taken = one(
        "SELECT sum(weight_g) FROM waste_hand_overs WHERE kind = 'food_waste'"
        " AND handed_on BETWEEN :since AND :until",
        since=since,
        until=until,
    )
    wasted = one(
        "SELECT sum(net_g) FROM waste_stages WHERE source = 'bulk'"
        " AND stage NOT IN ('reused', 'served', 'prepared') AND served_on BETWEEN :since AND :until",
        since=since,
        until=until,
    )
    assert 0.7 < taken / wasted < 1.3


def test_the_reporter_sees_one_unit_and_its_present_sheet_half_filled_in(demo: DemoReport) -> None:
    with clock.at(NOON):
        reporter = Client(current_app._get_current_object(), login("9701"))
        [unit] = reporter.get("/evaluation/units/mine").data["list"]
        assert unit["name"] == "云州市档案馆"
        sheets = reporter.get("/evaluation/sheets/mine").data["list"]
        assert [sheet["state"] for sheet in sheets] == ["filling", "closed", "closed"]
        assert reporter.get("/evaluation/units").status == 403
