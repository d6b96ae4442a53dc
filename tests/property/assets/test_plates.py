"""Plates of equipment: what a scan shows, where the code leads, what is replaced, and the sheets to cut."""

import pytest
from PIL import ImageOps

from tests.printed import pages_of, picture_of, text_of
from tests.property.assets.register import ASSETS
from tests.statements import counted_statements


@pytest.fixture
def asset(register):
    return register.enter(model="HGP-1050", warranty_until="2026-12-31")


def test_a_scan_shows_everybody_what_stands_there(register, asset):
    shown = register.official.get(f"{ASSETS}/{asset['plate'].upper()}").data
    assert shown == {
        "id": asset["id"],
        "number": "DT-001",
        "name": "1号客梯",
        "kind": "电梯",
        "model": "HGP-1050",
        "state": "in_use",
        "place_kind": "room",
        "place_id": register.room.id,
        "place_path": "中心院区 / 1号楼 / 1层 / 101",
        "contractor": "",
        "warranty_until": "2026-12-31",
        "is_under_warranty": True,
        "can_report": True,
        "category_code": "",
        "open_orders": 0,
        "last_done_at": None,
    }
    assert register.official.get(f"{ASSETS}/{asset['id']}").error == "app.forbidden"
    with counted_statements() as sent:
        register.official.get(f"{ASSETS}/{asset['plate']}")
    assert len(sent) <= 9


def test_a_replaced_plate_is_gone_and_an_unknown_one_was_never_there(app, register, asset):
    new = register.manager.post(f"{ASSETS}/{asset['id']}/plate").data["asset"]["plate"]
    assert new != asset["plate"]
    assert register.official.get(f"{ASSETS}/{new}").data["number"] == "DT-001"
    gone = register.official.get(f"{ASSETS}/{asset['plate']}")
    assert (gone.status, gone.error) == (410, "property.asset_plate_replaced")
    assert register.official.get(f"{ASSETS}/{'0' * 16}").error == "property.asset_not_found"
    assert register.events(asset)[0]["kind"] == "plate"
    browser = app.test_client()
    assert browser.get(f"/q/{asset['plate']}").status_code == 410
    led = browser.get(f"/q/{new}")
    assert led.headers["Location"].endswith(f"/m/#/pages/repairs/asset?plate={new}")
    assert "没有找到该标牌" in browser.get(f"/q/{'0' * 16}").text


def test_plates_are_printed_eight_on_a_sheet(register, asset, tmp_path):
    more = [register.enter(f"DT-{number:03}", name="消防水泵房" * 6) for number in range(2, 10)]
    ids = ",".join(str(each["id"]) for each in [asset, *more])
    answer = register.manager.get(f"{ASSETS}/plates", asset_ids=ids)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert pages_of(answer.body) == 2
    text = text_of(answer.body, last=1)
    assert "1号客梯" in text
    assert "DT-008" in text
    assert "报修此设备" in text
    assert "赵管理" in text
    # Eight plates fill the first sheet, one the corner of the second.
    first, second = (
        ImageOps.invert(picture_of(answer.body, tmp_path, page=page).crop((0, 0, 578, 780))).getbbox()
        for page in (1, 2)
    )
    assert first[2] > 500
    assert first[3] > 700
    assert second[3] < 250


@pytest.mark.parametrize("asset_ids", ["", "x", "1,", "99999999999999999"])
def test_plates_are_asked_for_by_numbers(register, asset_ids):
    assert register.manager.get(f"{ASSETS}/plates", asset_ids=asset_ids).error == "app.invalid"


def test_too_many_plates_or_those_of_scrap_are_not_printed(register, asset):
    many = ",".join(str(number) for number in range(1, 202))
    assert register.manager.get(f"{ASSETS}/plates", asset_ids=many).error == "property.too_many_plates"
    register.manager.post(f"{ASSETS}/{asset['id']}/state", {"state": "scrapped", "text": "到年限"})
    one = register.manager.get(f"{ASSETS}/plates", asset_ids=asset["id"])
    assert one.error == "property.asset_scrapped"
    assert register.reader.get(f"{ASSETS}/plates", asset_ids=asset["id"]).error == "app.forbidden"
