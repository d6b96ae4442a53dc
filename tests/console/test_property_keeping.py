"""What property keeps, at the desk: equipment, categories, service levels, workforce, duties, materials."""

import json
import re
from datetime import date

import pytest

from backend.actor import ScopeKind
from backend.places.models import Building
from property.work_orders.costs.models import Material, Stock, Store
from property.workforce.models import Duty, Shift
from tests.console.browser import Console
from tests.factories import MONDAY, NINE
from tests.property.estate import COMPOUND, add, estate
from tests.statements import counted_statements

__all__ = ["estate"]
ROOT = "/console/property"


@pytest.fixture
def manager(app, estate):
    return Console(app, estate.compound.staff(roles={"property_manager": COMPOUND}))


@pytest.fixture
def leader(app, estate):
    """Who reads everything and keeps nothing."""
    return Console(app, estate.compound.staff(roles={"property_leader": COMPOUND}))


def words(text):
    """The visible words of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def bodies(text):
    """What the buttons of a page send."""
    return [json.loads(each) for each in re.findall(r"data-body='([^']*)'", text)]


def statements(console, path):
    """How many statements a page costs when it is opened again."""
    console.page(path)
    with counted_statements() as sent:
        console.page(path)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


def test_the_register_is_filtered_and_offers_export_import_and_plates(manager, leader, estate):
    stays = estate.asset("KT-001", name="空调机组", warranty_until=date(2027, 1, 1))
    gone = estate.asset("DT-009", name="旧电梯", state="scrapped")
    text = manager.page(f"{ROOT}/assets")
    assert "空调机组" in text
    assert "旧电梯" in text
    assert f'data-choose value="{stays.id}"' in text
    assert f'data-choose value="{gone.id}"' not in text  # A scrapped asset has no plate any more.
    text = manager.page(f"{ROOT}/assets", state="in_use", warranty="under", q="kt-")
    assert "空调机组" in text
    assert "旧电梯" not in text
    assert "/api/v1/property/assets/export?q=kt-&amp;state=in_use&amp;warranty=under" in text
    assert manager.file("/api/v1/property/assets/export", q="kt-")[:2] == b"PK"
    assert manager.file("/api/v1/property/assets/plates", asset_ids=str(stays.id))[:4] == b"%PDF"
    assert manager.file(f"{ROOT}/assets/import/template")[:2] == b"PK"
    read_only = leader.page(f"{ROOT}/assets")
    assert "空调机组" in read_only
    assert "登记设备" not in read_only
    assert "data-choose" not in read_only
    assert leader.get(f"{ROOT}/assets/new").status_code == 403


def test_an_asset_shows_its_orders_and_its_history_in_words(manager, estate):
    asset = estate.asset("KT-001", name="空调机组")
    order_id = estate.completed(asset_plate=asset.plate)
    path = f"/property/assets/{asset.id}"
    assert manager.send("POST", f"{path}/state", {"state": "stopped", "text": "等待配件"}).status == 200
    spot = {"place_kind": "floor", "place_id": estate.floor.id}
    assert manager.send("POST", f"{path}/move", spot).status == 200
    text = manager.page(f"/console{path}")
    assert f'href="/console/property/orders/{order_id}"' in text
    shown = words(text)
    for told in ("状态变更", "等待配件", "在用 → 停用", "移位", "1层 / 101 →", "故障 1 次"):
        assert told in shown
    refused = manager.send("POST", f"{path}/state", {"state": "scrapped"})
    assert refused.envelope["error"] == "property.asset_reason_needed"
    edit = manager.page(f"/console{path}/edit")
    assert f'data-api="PUT /api/v1{path}"' in edit


def test_equipment_elsewhere_is_not_shown_and_who_reads_no_property_is_refused(app, estate):
    asset = estate.asset("KT-001")
    other = add(Building(campus_id=estate.campus.id, name="2号楼"))
    there = {"property_manager": (ScopeKind.BUILDING, other.id)}
    elsewhere = Console(app, estate.compound.staff(roles=there))
    assert ">KT-001<" not in elsewhere.page(f"{ROOT}/assets")
    assert elsewhere.get(f"{ROOT}/assets/{asset.id}").status_code == 404
    nobody = Console(app, estate.compound.staff())
    pages = ("assets", "categories", "service-levels", "workforce", "duties", "materials", "places")
    assert {nobody.get(f"{ROOT}/{each}").status_code for each in pages} == {403}


def test_places_are_found_by_words_of_their_path(manager, estate):
    text = manager.page(f"{ROOT}/places", find="1号楼 101")
    assert f'<option value="room:{estate.room.id}">' in text
    assert "没有找到“月球”" in manager.page(f"{ROOT}/places", find="月球")


def test_the_tree_of_categories_moves_up_and_down_by_its_buttons(manager, estate):
    below = estate.category("drip", name="滴水", parent_id=estate.categories["leak"].id)
    text = manager.page(f"{ROOT}/categories")
    order = [each.id for each in estate.categories.values() if each.id != below.id]
    swapped = [order[1], order[0], *order[2:]]
    assert {"parent_id": None, "category_ids": swapped} in bodies(text)
    wanted = {"parent_id": None, "category_ids": swapped}
    assert manager.send("PUT", "/property/categories/order", wanted).status == 200
    names = re.findall(r'depth-1">(\w+)<', manager.page(f"{ROOT}/categories"))
    assert names[:2] == ["light", "leak"]
    dialog = manager.page(f"{ROOT}/categories/{below.id}")
    assert f'value="{estate.categories["leak"].id}" selected' in dialog
    assert manager.get(f"{ROOT}/categories/999999").status_code == 404


def test_a_version_goes_from_a_draft_to_what_is_in_force_and_can_be_tried(manager, leader, estate):
    root = "/property/service-levels"
    assert "现行标准：内置标准" in manager.page(f"/console{root}")
    draft = manager.send("POST", f"{root}/versions", {"title": "合同附件二", "copy_of": 0}).data
    form = manager.page(f"/console{root}/versions/{draft['id']}/edit")
    assert form.count('name="lines.') >= len(draft["lines"]) * 8
    assert "删除草稿" in manager.page(f"/console{root}/versions/{draft['id']}")
    assert "删除草稿" not in leader.page(f"/console{root}/versions/{draft['id']}")
    assert manager.send("POST", f"{root}/versions/{draft['id']}/publish").status == 200
    assert "现行标准：第 1 版 合同附件二" in manager.page(f"/console{root}")
    assert manager.get(f"/console{root}/versions/{draft['id']}/edit").status_code == 404
    vital = f"{root}/place-classes/room/{estate.room.id}"
    assert manager.send("PUT", vital, {"place_class": "vital"}).status == 200
    assert "1层 / 101" in manager.page(f"/console{root}/places")
    case = {
        "category_id": estate.categories["leak"].id,
        "place": f"room:{estate.room.id}",
        "on_date": MONDAY.isoformat(),
        "at_time": "10:00",
    }
    shown = words(leader.page(f"/console{root}/trial", **case))
    assert "按第 1 版，重点部位" in shown
    assert "期限 2026-11-23 10:30" in shown
    assert leader.get(f"/console{root}/trial", **{**case, "place": "moon:1"}).status_code == 404


def test_groups_and_workers_are_told_with_what_they_lack(manager, estate):
    estate.new_worker("spark", name="章电工", skills=["电工"], is_lead=True)
    text = manager.page(f"{ROOT}/workforce", skill="电工", q="章")
    assert "章电工" in words(text)
    assert "班组长" in words(text)
    staff_id = estate.people["spark"].id
    dialog = manager.page(f"{ROOT}/workforce/{staff_id}")
    assert f'data-api="PUT /api/v1/property/workers/{staff_id}"' in dialog
    assert re.search(r'value="电工" data-type="list" checked', dialog)
    plain = estate.compound.staff(name="新来的")
    made = {"staff_no": plain.staff_no, "group_id": estate.group.id}
    assert manager.send("POST", "/property/workers", made).status == 201
    assert "缺少维修员角色" in words(manager.page(f"{ROOT}/workforce", q="新来的"))


def test_the_roster_of_a_week_shows_turns_and_what_is_sent_to_change_it(manager, leader, estate):
    shift = add(Shift(name="白班", from_time=NINE.time(), until_time=NINE.time()))
    staff_id = estate.people["worker"].id
    add(Duty(staff_id=staff_id, on_date=MONDAY, shift_id=shift.id))
    text = manager.page(f"{ROOT}/duties", date=MONDAY.isoformat())
    ticked = [json.loads(each) for each in re.findall(r"value='([^']*)' checked", text)]
    assert ticked == [{"staff_id": staff_id, "on_date": MONDAY.isoformat(), "shift_id": shift.id}]
    assert 'data-api="PUT /api/v1/property/duties"' in text
    week = {"week_on": "2026-11-30", "group_id": estate.group.id, "is_replacing": True}
    assert manager.send("POST", "/property/duties/copy", week).status == 200
    assert "checked" in manager.page(f"{ROOT}/duties", date="2026-12-02")
    read_only = leader.page(f"{ROOT}/duties")
    assert "白班" in read_only
    assert 'type="checkbox"' not in read_only
    assert "白班" in manager.page(f"{ROOT}/duties/shifts")


def test_a_store_tells_its_stock_and_why_it_changed(manager, app, estate):
    store = add(Store(name="一号库", campus_id=estate.campus.id))
    material = add(Material(code="WL1", name="灯管", unit="支", price_fen=1850))
    add(Stock(store_id=store.id, material_id=material.id, hundredths=100, least_hundredths=450))
    assert "18.50" in manager.page(f"{ROOT}/materials", q="灯")
    shown = words(manager.page(f"{ROOT}/stores/{store.id}"))
    assert re.search(r"WL1 灯管 — 1 不足 4\.5 支", shown)
    body = {"document": "送货单 7", "lines": [{"material_id": material.id, "quantity": 9.5}]}
    assert manager.send("POST", f"/property/stores/{store.id}/deliveries", body).status == 201
    moved = words(manager.page(f"{ROOT}/stores/{store.id}/movements", kind="delivery"))
    assert re.search(r"入库 灯管 .* \+9\.5 10\.5 支 18\.50 送货单 7", moved)
    assert "不足" not in words(manager.page(f"{ROOT}/stores/{store.id}"))
    assert (
        manager.send("POST", f"/property/materials/{material.id}/prices", {"price_fen": 2000}).status == 201
    )
    assert "20.00" in words(manager.page(f"{ROOT}/materials/{material.id}"))
    other = {"property_manager": (ScopeKind.CAMPUS, estate.compound.campus(name="别处").id)}
    elsewhere = Console(app, estate.compound.staff(roles=other))
    assert elsewhere.get(f"{ROOT}/stores/{store.id}").status_code == 404


@pytest.mark.parametrize(
    "page", ["assets", "categories", "service-levels", "workforce", "duties", "materials", "assets/kinds"]
)
def test_no_list_costs_more_statements_than_it_may(manager, estate, page):
    for number in range(6):
        estate.asset(f"A-{number}")
        estate.new_worker(f"w{number}", skills=["电工", "水暖"])
    assert statements(manager, f"{ROOT}/{page}") <= 15


def test_one_asset_costs_few_statements_however_much_was_reported_about_it(manager, estate):
    asset = estate.asset("KT-001")
    for _ in range(4):
        estate.report(asset_plate=asset.plate)
    assert statements(manager, f"{ROOT}/assets/{asset.id}") <= 15
