"""The register from a sheet: looked at first, taken whole or not at all, the same again changes nothing."""

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from backend.db import atomic, db
from property.assets.asset_sheets import TITLES
from property.contractors.models import Contractor
from tests.property.assets.register import ASSETS, KINDS
from tests.property.estate import add
from tests.statements import counted_statements
from tests.threads import at_once

FULL = (
    *("DT-001", "1号客梯", "电梯", "中心院区/1号楼/1层/101", "在用", "HGP", "某厂", "SN1", "电梯公司"),
    *("2021-06-01", "2026-12-31", "380,000.5", "备注"),
)


def sheet(*rows, titles=TITLES):
    """A workbook of these rows."""
    book = Workbook()
    book.active.append(titles)
    for row in rows:
        book.active.append(row)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def send(client, data, path="import", **query):
    """Send a workbook."""
    form = {"file": (BytesIO(data), "assets.xlsx")}
    return client.request(
        "POST",
        f"{ASSETS}/{path}",
        data=form,
        content_type="multipart/form-data",
        query_string=query,
    )


@pytest.fixture
def contractor(register):
    return add(Contractor(name="某某电梯服务公司", short_name="电梯公司"))


def test_a_sheet_is_looked_at_and_then_taken_once(register, contractor):
    data = sheet(FULL, ("SB-001", "生活水泵", "水泵", "中心院区 ／ 1号楼", *[None] * 9))
    looked = send(register.manager, data, "import/check", create_kinds="true").data
    assert (looked["created"], looked["wrong"], looked["new_kinds"]) == (2, 0, ["水泵"])
    first = looked["rows"][0]
    assert (first["row"], first["number"], first["is_new"]) == (2, "DT-001", True)
    assert {"label": "购置价（元）", "before": "", "after": "380000.50"} in first["changes"]
    assert {"label": "状态", "before": "", "after": "在用"} in first["changes"]
    assert register.manager.get(ASSETS).data["total"] == 0
    query = {"create_kinds": "true", "sha256": looked["sha256"]}
    done = send(register.manager, data, **query).data
    assert done == {"created": 2, "updated": 0, "unchanged": 0, "kinds_created": 1}
    lift, pump = register.manager.get(ASSETS).data["list"]
    assert (lift["contractor_id"], lift["price_fen"]) == (contractor.id, 38_000_050)
    assert (lift["place_path"], lift["warranty_until"]) == ("中心院区 / 1号楼 / 1层 / 101", "2026-12-31")
    assert (pump["kind"], pump["state"], pump["note"]) == ("水泵", "in_use", "")
    assert lift["plate"] != pump["plate"]
    again = send(register.manager, data, **query).data
    assert again == {"created": 0, "updated": 0, "unchanged": 2, "kinds_created": 0}
    assert [event["kind"] for event in register.events(lift)] == ["created"]
    other = send(register.manager, sheet(FULL), **query)
    assert other.error == "identity.sheet_changed"


def test_what_was_exported_is_taken_and_changes_nothing(register, contractor):
    register.enter(contractor_id=contractor.id, installed_on="2021-06-01", price_fen=1_234, note="=1+1")
    register.enter("DT-002", state="stopped", place_kind="campus", place_id=register.north.id)
    exported = register.reader.get(f"{ASSETS}/export").body
    assert send(register.manager, exported).data["unchanged"] == 2
    some = register.reader.get(f"{ASSETS}/export", state="stopped").body
    assert load_workbook(BytesIO(some)).worksheets[0].max_row == 2
    template = register.manager.get(f"{ASSETS}/template").body
    assert send(register.manager, template).error == "identity.sheet_empty"


def test_a_sheet_changes_only_the_columns_that_it_has(register):
    asset = register.enter(serial_no="SN1", note="旧", state="stopped")
    titles = ("资产编号", "名称", "类型", "安装地点", "备注", "状态")
    data = sheet(("DT-001", "1号客梯", "电梯", "中心院区/1号楼/1层/102", "", None), titles=titles)
    looked = send(register.manager, data, "import/check").data
    (row,) = looked["rows"]
    assert [change["label"] for change in row["changes"]] == ["安装地点", "备注"]
    assert send(register.manager, data).data["updated"] == 1
    shown = register.manager.get(f"{ASSETS}/{asset['id']}").data["asset"]
    assert (shown["serial_no"], shown["note"], shown["state"]) == ("SN1", "", "stopped")
    moved, changed, _ = sorted(register.events(asset), key=lambda event: event["kind"], reverse=True)
    assert (moved["kind"], moved["text"]) == ("moved", "表格导入")
    assert moved["changes"][0]["before"].endswith("101")
    assert changed["kind"] in ("changed", "created")


def test_every_wrong_cell_is_told_by_row_and_nothing_is_taken(register):
    @atomic
    def close_room():
        db.session.merge(register.other_room).is_active = False

    close_room()
    place = "中心院区/1号楼/1层/101"
    rows = [
        ("OK-1", "好的", "电梯", place, *[None] * 9),
        ("", "", "锅炉", "没有这里", "坏了", *[None] * 3, "谁", "昨天", "2026-13-01", "-1", None),
        ("OK-1", "重复", "电梯", place, *[None] * 9),
        ("A-1", "停用地点", "电梯", "中心院区/1号楼/1层/102", *[None] * 9),
        ("A-2", "没有类型", "锅炉", place, *[None] * 4, "谁", *[None] * 4),
        ("A-3", "日期", "电梯", place, *[None] * 5, "2026-01-02", "2026-01-01", None, None),
    ]
    answer = send(register.manager, sheet(*rows))
    assert (answer.status, answer.error) == (422, "documents.rows_rejected")
    told = [(fault["row"], fault["column"]) for fault in answer.envelope["data"]["rows"]]
    assert told == [
        *((3, column) for column in ("资产编号", "名称", "状态", "安装日期", "质保截止", "购置价（元）")),
        (4, "资产编号"),
        (5, "安装地点"),
        *((6, column) for column in ("类型", "服务商")),
        (7, "质保截止"),
    ]
    assert register.manager.get(ASSETS).data["total"] == 0
    looked = send(register.manager, sheet(*rows), "import/check").data
    assert (looked["created"], looked["wrong"], looked["fault_count"]) == (1, 5, len(told))


def test_a_sheet_reaches_no_further_than_who_sends_it(register):
    far = register.enter("DT-100", place_kind="building", place_id=register.far.id)
    here, there = "中心院区/1号楼", "北院/2号楼"
    rows = [(number, "梯", "电梯", path, *[None] * 9) for number, path in (("DT-100", here), ("N-1", there))]
    faults = send(register.local, sheet(*rows), "import/check").data["faults"]
    assert [(fault["row"], fault["column"]) for fault in faults] == [(2, "资产编号"), (3, "安装地点")]
    assert send(register.local, sheet(rows[0]), create_kinds="true").error == "app.forbidden"
    assert send(register.reader, sheet(rows[0])).error == "app.forbidden"
    assert register.manager.get(f"{ASSETS}/{far['id']}").data["asset"]["name"] == "1号客梯"


def test_a_kind_out_of_use_is_kept_but_not_given(register):
    register.enter()
    register.manager.put(f"{KINDS}/{register.kind_id}", {"name": "电梯", "is_active": False})
    place = "中心院区/1号楼/1层/101"
    rows = [(number, "1号客梯", "电梯", place, *[None] * 9) for number in ("DT-001", "DT-002")]
    (fault,) = send(register.manager, sheet(*rows), "import/check").data["faults"]
    assert (fault["row"], fault["msg"]) == (3, "该设备类型已停用")


def test_a_long_sheet_costs_a_handful_of_statements(register):
    rows = [(f"N-{number:04}", "灯", "电梯", "中心院区/1号楼/1层/101", *[None] * 9) for number in range(300)]
    with counted_statements() as sent:
        assert send(register.manager, sheet(*rows)).data["created"] == 300
    assert len(sent) <= 25
    changed = [(number, "大灯", *rest) for number, _, *rest in rows]
    with counted_statements() as sent:
        assert send(register.manager, sheet(*changed)).data["updated"] == 300
    assert len(sent) <= 25


def test_a_file_that_is_no_sheet_is_refused(register):
    assert send(register.manager, b"x").error == "identity.sheet_unreadable"
    assert send(register.manager, sheet(titles=("资产编号",))).error == "identity.sheet_columns"


def test_two_who_send_a_sheet_at_once_enter_each_asset_once(register):
    place = "中心院区/1号楼/1层/101"
    data = sheet(*[(f"N-{number}", "灯", "电梯", place, *[None] * 9) for number in range(20)])
    answers = at_once([lambda: send(register.manager, data) for _ in range(2)])
    created = sorted(answer.data["created"] if answer.status == 200 else -1 for answer in answers)
    # Whoever comes second finds them there, or is told that the register has changed.
    assert created in ([0, 20], [-1, 20])
    refused = {answer.error for answer in answers if answer.status != 200}
    assert refused <= {"property.assets_changed"}
    assert register.manager.get(ASSETS).data["total"] == 20
