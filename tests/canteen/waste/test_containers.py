"""Trays, bins and pans: registered, changed, retired, and brought in by a sheet."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend.actor import ScopeKind
from backend.documents.sheets import Column, workbook
from canteen.waste.containers.policies import COLUMNS
from tests.canteen.waste.kitchen import db_rows, event, results

CONTAINERS = "/canteen/waste/containers"


@pytest.fixture
def manager(kitchen):
    return kitchen.manager()


def _new(kitchen, **fields):
    return {"canteen_id": kitchen.canteen.id, "kind": "tray", "code": "T77", "tare_g": 500, **fields}


def test_a_container_is_registered_once_and_then_known_to_the_scales(kitchen, manager):
    weighed = event(1, "tray_return", tray="T77", gross_g=530)
    assert results(kitchen.send(weighed)) == ["rejected"]
    made = manager.post(CONTAINERS, _new(kitchen)).data
    assert (made["code"], made["stage"], made["edible"]) == ("T77", None, "mixed")
    assert manager.post(CONTAINERS, _new(kitchen)).error == "waste.container_exists"
    assert results(kitchen.send(weighed)) == ["accepted"]
    assert kitchen.stages() == {("plate", "tray", "mixed"): 30}


def test_a_new_tare_counts_from_then_on(kitchen, manager):
    kitchen.send(event(1, "tray_return", tray="T0", gross_g=500))
    path = f"{CONTAINERS}/{kitchen.trays[0]}"
    assert manager.put(path, {"tare_g": 450, "name": "旧餐盘", "is_active": False}).data["tare_g"] == 450
    kitchen.send(event(2, "tray_return", tray="T0", gross_g=500, served_on="2026-11-20", period="lunch"))
    assert [row["net_g"] for row in db_rows("SELECT net_g FROM weighings ORDER BY id")] == [20, 50]


@pytest.mark.parametrize("fields", [{"stage": "plate"}, {"kind": "bin"}, {"kind": "bin", "stage": "served"}])
def test_only_a_bin_has_a_stage_and_one_of_loss_or_use(kitchen, manager, fields):
    assert manager.post(CONTAINERS, _new(kitchen, **fields)).error == "waste.container_stage_wrong"


def test_containers_are_the_canteen_s_own(kitchen):
    other = kitchen.compound.canteen()
    roles = {"canteen_manager": (ScopeKind.CANTEEN, other.id)}
    stranger = kitchen.compound.client(kitchen.compound.staff(roles=roles))
    assert stranger.post(CONTAINERS, _new(kitchen)).error == "canteen.canteen_not_found"
    assert stranger.get(CONTAINERS, canteen_id=kitchen.canteen.id).error == "canteen.canteen_not_found"
    path = f"{CONTAINERS}/{kitchen.trays[0]}"
    assert stranger.put(path, {"tare_g": 1}).error == "waste.container_not_found"


def test_they_are_listed_by_kind_and_word(kitchen, manager):
    def found(**query):
        listed = manager.get(CONTAINERS, canteen_id=kitchen.canteen.id, **query).data
        return [one["code"] for one in listed["list"]]

    assert found(kind="bin") == ["B-PLATE", "B-PREP"]
    assert found(q="T1") == ["T1"]
    assert found(q="%") == []


def _import(kitchen, manager, data):
    return manager.request(
        "POST",
        f"/canteen/canteens/{kitchen.canteen.id}/waste-containers/import",
        data={"file": (BytesIO(data), "containers.xlsx")},
        content_type="multipart/form-data",
    )


def test_what_was_exported_can_be_imported_and_changes_nothing(kitchen, manager):
    exported = manager.get(f"{CONTAINERS}/export", canteen_id=kitchen.canteen.id).body
    assert load_workbook(BytesIO(exported)).worksheets[0].max_row == 1 + len(kitchen.trays) + 3
    done = _import(kitchen, manager, exported).data
    assert done == {"created": 0, "updated": 0, "unchanged": len(kitchen.trays) + 3}


def test_a_sheet_adds_and_changes_all_or_nothing(kitchen, manager):
    rows = [
        ("T0", "餐盘", "", "470", "", "", "是"),
        ("B-NEW", "收集桶", "厨余", "8000", "备餐剩余", "可食", ""),
    ]
    wrong = [*rows, ("", "餐盘", "", "x", "", "", ""), ("T9", "餐盘", "", "1", "餐盘剩余", "", "")]
    columns = [Column(title) for title in COLUMNS]
    refused = _import(kitchen, manager, workbook("容器", columns, wrong))
    assert refused.error == "documents.rows_rejected"
    told = [(one["row"], one["column"]) for one in refused.envelope["data"]["rows"]]
    assert told == [(4, "编码"), (4, "皮重（克）"), (5, "环节")]
    assert manager.get(CONTAINERS, canteen_id=kitchen.canteen.id, q="B-NEW").data["total"] == 0
    done = _import(kitchen, manager, workbook("容器", columns, rows)).data
    assert done == {"created": 1, "updated": 1, "unchanged": 0}
    (made,) = manager.get(CONTAINERS, canteen_id=kitchen.canteen.id, q="B-NEW").data["list"]
    assert (made["stage"], made["edible"], made["tare_g"]) == ("unserved", "edible", 8_000)
