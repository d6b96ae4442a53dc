"""巡检保养 and 巡检计划 at the desk."""

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.factories import NINE
from tests.property.estate import estate
from tests.property.inspections.conftest import patrol
from tests.statements import counted_statements

__all__ = ["estate", "patrol"]
ROUNDS, PLANS = "/console/property/inspections", "/console/property/plans"


@pytest.fixture
def manager(app, patrol):
    """Who plans, at the desk."""
    return Console(app, patrol.estate.people["manager"])


def test_a_round_tells_who_was_where_what_was_found_and_which_order_came_of_it(app, patrol, manager):
    round_id = patrol.planned()
    with clock.at(patrol.round(round_id).opens_at):
        patrol.estate.log_in()
        assert patrol.scan(round_id, patrol.pump).status == 200
        assert patrol.answer(round_id, 1, door=False, pressure=0.4).status == 200
        text = Console(app, manager.staff).page(f"{ROUNDS}/{round_id}")
    for said in ("泵房", "扫码", "不合格", patrol.orders()[0].number, "0.2–0.6 MPa", "未到"):
        assert said in text
    assert "泵房日巡" in manager.page(ROUNDS)
    assert "没有符合条件" in manager.page(ROUNDS, has_missed="true")
    assert manager.get(f"{ROUNDS}/999").status_code == 404


@pytest.mark.parametrize("by", ["plan", "contractor", "group", "month"])
def test_figures_open_by_everything(manager, by):
    assert manager.get(f"{ROUNDS}/figures", by=by).status_code == 200


def test_plans_routes_points_checklists_and_meters_open_with_their_forms(patrol, manager):
    with clock.at(NINE):
        plan = patrol.plan()
        text = manager.page(f"{PLANS}/{plan['id']}")
        assert plan["schedule"]["text"] in text
        assert "今天 10:00" in text
    point, route, checklist = patrol.points[1], patrol.route, patrol.checklist
    for path in (
        *("", "/new", f"/{plan['id']}/edit", "/routes", "/routes/new", f"/routes/{route['id']}/edit"),
        *("/points", "/points/new", f"/points/{point['id']}/edit", "/checklists", "/checklists/new"),
        *(f"/checklists/{checklist['id']}", f"/checklists/{checklist['id']}/edit", "/meters"),
    ):
        manager.page(f"{PLANS}{path}")
    assert 'value="yes"' in manager.page(f"{PLANS}/checklists/{checklist['id']}/edit")


def test_who_plans_nothing_reads_rounds_but_no_plans(app, patrol):
    reader = Console(app, patrol.estate.compound.staff(roles={"leader": (ScopeKind.COMPOUND, 0)}))
    assert reader.get(ROUNDS).status_code == 200
    assert reader.get(PLANS).status_code == 403


def test_lists_cost_few_statements(patrol, manager):
    patrol.planned()
    for path in (ROUNDS, PLANS, f"{PLANS}/routes", f"{PLANS}/points"):
        manager.page(path)
        with counted_statements() as sent:
            manager.page(path)
        assert len(sent) <= 15, path
