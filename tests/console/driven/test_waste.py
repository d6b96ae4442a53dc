"""The desk's pages of waste in a real browser: a sheet entered, a doubtful weighing decided, a bin made."""

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from canteen.waste.models import Container, WasteStage, Weighing
from tests.canteen.waste.kitchen import Kitchen
from tests.console.driven.test_station import forget_refusals

pytestmark = pytest.mark.browser


@pytest.fixture
def kitchen(compound):
    """A canteen that weighs, in real time: the server has no other clock."""
    return Kitchen(compound, trays=1)


@pytest.fixture
def manager(kitchen):
    """Its manager."""
    role = {"canteen_manager": (ScopeKind.CANTEEN, kitchen.canteen.id)}
    return kitchen.compound.staff(name="孙经理", roles=role)


def grams():
    db.session.rollback()
    rows = db.session.query(WasteStage).order_by(WasteStage.stage, WasteStage.edible)
    return [(row.stage, row.edible, row.net_g) for row in rows.populate_existing() if row.net_g]


def test_a_sheet_is_entered_and_what_looks_wrong_is_asked_about(desk_of, kitchen, manager):
    desk = desk_of(manager)
    page = desk.page
    day = clock.today().isoformat()
    # Breakfast may be to come: what is cooked and lost in the kitchen can be entered all day.
    page.goto(f"/console/canteen/waste/entry?date={day}&period=breakfast")
    rows = page.locator("#sheet [data-entry]")
    save = page.get_by_role("button", name="保存登记")

    save.click()
    expect(page.locator("#sheet .form-error")).to_contain_text("请至少登记一项")
    peel = page.locator("[data-stage=preparation][data-edible=inedible]")
    peel.locator("[name=kg]").fill("三斤")
    save.click()
    expect(peel).to_contain_text("请填写千克数")
    expect(peel.locator("[name=kg]")).to_be_focused()

    peel.locator("[name=kg]").fill("1.25")
    spoilt = page.locator("[data-stage=storage][data-edible=mixed]")
    spoilt.locator("[name=kg]").fill("345.6")
    spoilt.locator("[name=reason]").fill("冷库停电")
    cooked = page.locator("[data-stage=prepared]")
    cooked.locator("[name=kg]").fill("12.5")
    cooked.locator("[name=container_id]").select_option(index=3)  # With the pan of 2,500 g.
    desk.picture("waste-entry-filled")
    save.click()
    expect(page.locator("#ask")).to_contain_text("345.6 千克，超过 100 千克")
    page.get_by_role("button", name="取消").last.click()
    assert grams() == []
    expect(save).to_be_enabled()
    save.click()
    page.locator("#ask-yes").click()
    expect(page.locator(".toast-note")).to_contain_text("已保存")
    assert grams() == [
        ("preparation", "inedible", 1_250),
        ("prepared", "mixed", 10_000),
        ("storage", "mixed", 345_600),
    ]
    expect(page.locator("#entered")).to_contain_text("冷库停电")
    expect(rows.first.locator("[name=kg]")).to_have_value("")

    page.get_by_role("button", name="撤回储存损耗 345600 克").click()
    page.locator("dialog[open] [name=reason]").fill("记错了")
    page.get_by_role("button", name="撤回", exact=True).last.click()
    expect(page.locator("#entered")).to_contain_text("已撤回")
    assert ("storage", "mixed", 345_600) not in grams()
    forget_refusals(desk)


def test_a_doubtful_weighing_is_decided_in_a_dialog(desk_of, kitchen, manager):
    now = clock.now().isoformat()
    event = {"seq": 1, "captured_at": now, "kind": "bin_delta", "bin": "B-PREP", "gross_g": 64_000}
    assert kitchen.send(event).data["quarantined"] == 1
    desk = desk_of(manager)
    page = desk.page
    page.goto("/console/canteen/waste/weighings/quarantine")
    expect(page.locator("#waiting")).to_have_text("1")
    page.get_by_role("button", name="采用").first.click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("button", name="采用").click()
    expect(dialog).to_contain_text("请填写此项")
    dialog.locator("[name=net_g]").fill("6400")
    dialog.locator("[name=reason]").fill("多打了一个零")
    dialog.get_by_role("button", name="采用").click()
    expect(page.locator("#list")).to_contain_text("没有待核实的称重")
    expect(page.locator("#waiting")).to_have_text("")
    assert grams() == [("preparation", "mixed", 6_400)]
    db.session.rollback()
    assert [row.status for row in db.session.query(Weighing).order_by(Weighing.id)] == [
        "quarantined", "void", "ok",
    ]  # fmt: skip


def test_only_a_bin_is_asked_for_its_stage(desk_of, kitchen, manager):
    desk = desk_of(manager)
    page = desk.page
    page.goto("/console/canteen/waste/containers")
    page.get_by_role("button", name="登记容器").click()
    dialog = page.locator("dialog[open]")
    stage = dialog.locator("[name=stage]")
    expect(stage).to_be_hidden()
    dialog.locator("[name=kind]").select_option("bin")
    dialog.locator("[name=code]").fill("B-9")
    dialog.locator("[name=tare_g]").fill("5200")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_contain_text("请选择")
    stage.select_option("unserved")
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator("#list")).to_contain_text("B-9")
    db.session.rollback()
    made = db.session.query(Container).filter_by(code="B-9").one()
    assert (made.kind, made.tare_g, made.stage) == ("bin", 5_200, "unserved")
    page.get_by_role("button", name="修改 P1").click()
    expect(page.locator("dialog[open] [name=stage]")).to_be_hidden()
    page.locator("dialog[open] [name=tare_g]").fill("2600")
    page.locator("dialog[open]").get_by_role("button", name="保存").click()
    expect(page.locator("#list")).to_contain_text("2,600")
