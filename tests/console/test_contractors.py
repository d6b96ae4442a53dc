"""服务商, 月度考核, 检查评分, 通报 at the desk: who sees and may do what."""

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.property.assessments.firms import FIRST, firms
from tests.property.estate import estate
from tests.statements import counted_statements

__all__ = ["estate", "firms"]


@pytest.fixture
def desk(app, firms):
    """Consoles of who assesses, reviews and speaks for the firm, on the first of December."""
    people = firms.estate.people
    names = {
        "assessor": "assessor",
        "second": "second",
        "reviewer": "reviewer",
        "theirs": f"speaker{firms.firm.id}",
    }
    return {key: Console(app, people[name]) for key, name in names.items()}


def test_the_register_leads_to_firms_and_contracts_and_theirs_is_all_that_speakers_see(firms, desk):
    other = firms.estate.contractor(name="另一家公司")
    for path in (
        "/console/contractors",
        f"/console/contractors/{firms.firm.id}",
        "/console/contractors/contracts",
    ):
        assert firms.contract.title in desk["assessor"].page(path) or path == "/console/contractors"
    text = desk["assessor"].page(f"/console/contractors/contracts/{firms.contract.id}")
    assert "绿化养护" in text
    assert desk["theirs"].get(f"/console/contractors/{other.id}").status_code == 404
    assert desk["theirs"].get("/console/contractors/new").status_code == 403
    for path in (
        f"contracts/{firms.contract.id}/edit",
        f"{firms.firm.id}/contracts/new",
        f"{firms.firm.id}/edit",
    ):
        assert "data-api" in desk["assessor"].page(f"/console/contractors/{path}")


def test_a_month_is_deducted_appealed_reviewed_decided_and_locked_from_its_pages(firms, desk):
    opened = firms.opened()
    path = f"/console/assessments/{opened['id']}"
    item = firms.item(opened, "养护")
    assert "/deductions" in desk["assessor"].page(f"{path}/items/{item['item_id']}")
    assert "orders-found" in desk["assessor"].page(f"{path}/orders", q="W")
    deduction = firms.deducted(opened)
    there = f"/console/assessments/deductions/{deduction['id']}"
    assert 'data-open="#appeal"' in desk["theirs"].page(there)
    appeal = firms.appealed(deduction)
    assert f"/appeals/{appeal['id']}/withdraw" in desk["theirs"].page(there)
    assert "不能初审自己的扣分" in desk["assessor"].page(there)
    assert 'data-open="#review"' in desk["second"].page(there)
    assert "还有 1 项申诉" in desk["reviewer"].page(path)
    firms.decided(appeal, "partly", 0.5)
    assert "部分成立" in desk["theirs"].page("/console/assessments/deductions")
    assert f"{opened['id']}/lock" in desk["reviewer"].page(path)
    assert f"{opened['id']}/lock" not in desk["theirs"].page(path)
    firms.locked(opened)
    text = desk["reviewer"].page(path)
    assert "已锁定" in text
    assert 'data-open="#correct"' in text


def test_checks_are_scored_by_who_began_them_and_bulletins_signed_by_another(firms, desk):
    begun = (
        desk["assessor"]
        .send(
            "POST",
            "/property/contractor-checks",
            {"contract_id": firms.contract.id, "sheet_code": "canteen-six-six", "checked_on": "2026-11-30"},
        )
        .data
    )
    path = f"/console/assessments/checks/{begun['id']}"
    assert 'data-open="#item"' in desk["assessor"].page(path)
    assert 'data-open="#item"' not in desk["second"].page(path)
    assert "/marks" in desk["assessor"].page(f"{path}/items/{begun['lines'][0]['item']['id']}")
    assert desk["theirs"].get(path).status_code == 404
    assert "canteen-six-six" in desk["assessor"].page("/console/assessments/checks/new")
    firms.locked(firms.opened())
    drafted = (
        desk["assessor"]
        .send("POST", "/property/contractor-bulletins", {"kind": "monthly", "first_day": "2026-11-01"})
        .data
    )
    there = f"/console/assessments/bulletins/{drafted['id']}"
    assert f"{drafted['id']}/submit" in desk["assessor"].page(there)
    assert desk["theirs"].get(there).status_code == 404
    assert "2026年11月" in desk["assessor"].page("/console/assessments/bulletins")
    assert "2026年第四季度" in desk["assessor"].page("/console/assessments/bulletins/new")


@pytest.mark.parametrize(
    "path", ["contractors", "assessments", "assessments/deductions", "assessments/checks"]
)
def test_lists_cost_few_statements(firms, desk, path):
    opened = firms.opened()
    for _ in range(3):
        firms.deducted(opened)
    desk["assessor"].page(f"/console/{path}")
    with counted_statements() as sent:
        desk["assessor"].page(f"/console/{path}")
    assert len(sent) <= 20


def test_who_knows_of_no_contractor_is_refused(app, firms):
    cook = Console(app, firms.estate.compound.staff(roles={"property_worker": (ScopeKind.COMPOUND, 0)}))
    with clock.at(FIRST):
        for path in ("contractors", "assessments", "assessments/checks", "assessments/bulletins"):
            assert cook.get(f"/console/{path}").status_code == 403
