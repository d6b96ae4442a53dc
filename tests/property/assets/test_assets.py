"""The register over HTTP: entered, changed, moved, stopped and scrapped, each told in the history."""

from datetime import timedelta

import pytest

from backend.db import atomic, db
from property.assets import queries, services
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.factories import MONDAY
from tests.property.assets.register import ASSETS, KINDS
from tests.statements import counted_statements


def test_an_asset_is_entered_with_a_plate_and_a_beginning(register):
    made = register.manager.post(ASSETS, register.body(installed_on="2021-06-01", price_fen=38_000_000))
    assert made.status == 201
    asset = made.data["asset"]
    assert (asset["kind"], asset["state"], asset["place_path"]) == (
        "电梯",
        "in_use",
        "中心院区 / 1号楼 / 1层 / 101",
    )
    assert (asset["campus_id"], asset["building_id"]) == (register.campus.id, register.building.id)
    assert len(asset["plate"]) == 16
    assert asset["plate_url"].endswith(f"/q/{asset['plate']}")
    assert register.reader.get(f"{ASSETS}/{asset['id']}").data["asset"] == asset
    (event,) = register.events(asset)
    assert (event["kind"], event["actor_name"]) == ("created", "赵管理")
    assert event["changes"][0]["after"] == "中心院区 / 1号楼 / 1层 / 101"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"kind_id": 99}, "property.asset_kind_invalid"),
        ({"place_id": 10**6}, "property.asset_place_invalid"),
        ({"contractor_id": 99}, "property.asset_contractor_invalid"),
        ({"installed_on": "2026-01-02", "warranty_until": "2026-01-01"}, "property.asset_dates_invalid"),
        ({"number": ""}, "app.invalid"),
        ({"plate": "x"}, "app.invalid"),
    ],
)
def test_what_does_not_exist_is_refused(register, fields, error):
    assert register.manager.post(ASSETS, register.body(**fields)).error == error
    assert register.manager.get(ASSETS).data["total"] == 0


def test_a_number_is_borne_once(register):
    register.enter()
    assert register.manager.post(ASSETS, register.body()).error == "property.asset_number_taken"
    second = register.enter("DT-002")
    assert register.change(second, number="DT-001").error == "property.asset_number_taken"


def test_a_change_is_told_in_words_and_who_read_before_is_refused(register):
    asset = register.enter()
    pump = register.manager.post(KINDS, {"name": "水泵"}).data["id"]
    changed = register.change(asset, name="1号水泵", kind_id=pump, price_fen=1_250).data["asset"]
    assert (changed["name"], changed["kind"], changed["revision"]) == ("1号水泵", "水泵", 1)
    told = {each["label"]: (each["before"], each["after"]) for each in register.events(asset)[0]["changes"]}
    assert told == {
        "名称": ("1号客梯", "1号水泵"),
        "类型": ("电梯", "水泵"),
        "购置价（元）": ("", "12.50"),
    }
    assert register.change(asset, note="旧").error == "property.asset_changed"
    assert register.change(changed).data["asset"]["revision"] == 1
    assert len(register.events(asset)) == 2


def test_an_asset_moves_and_stops_and_is_scrapped_with_a_reason(register):
    asset = register.enter()
    path = f"{ASSETS}/{asset['id']}"
    there = {"place_kind": "room", "place_id": register.other_room.id, "text": "改造"}
    moved = register.manager.post(f"{path}/move", there).data["asset"]
    assert moved["place_path"].endswith("102")
    assert register.manager.post(f"{path}/state", {"state": "stopped"}).data["asset"]["state"] == "stopped"
    again = register.manager.post(f"{path}/state", {"state": "stopped"})
    assert again.error == "property.asset_state"
    assert (
        register.manager.post(f"{path}/state", {"state": "scrapped"}).error == "property.asset_reason_needed"
    )
    register.manager.post(f"{path}/state", {"state": "scrapped", "text": "到年限"})
    kinds = [(each["kind"], each["text"]) for each in register.events(asset)]
    assert kinds == [("state", "到年限"), ("state", ""), ("moved", "改造"), ("created", "")]
    assert register.events(asset)[0]["changes"][0]["after"] == "报废"
    assert register.manager.post(f"{path}/move", there).error == "property.asset_scrapped"
    assert register.manager.post(f"{path}/plate").error == "property.asset_scrapped"
    assert register.official.get(f"{ASSETS}/{asset['plate']}").data["can_report"] is False


def test_photos_are_kept_added_and_let_go(register):
    asset = register.enter()
    first, second = (send(register.manager, small_jpeg()).data["id"] for _ in range(2))
    path = f"{ASSETS}/{asset['id']}/photos"
    shown = register.manager.put(path, {"photo_ids": [first, second]}).data["photos"]
    assert [photo["id"] for photo in shown] == [first, second]
    shown = register.manager.put(path, {"photo_ids": [second]}).data["photos"]
    assert [photo["id"] for photo in shown] == [second]
    assert register.manager.put(path, {"photo_ids": [second]}).status == 200
    assert [each["kind"] for each in register.events(asset)] == ["photos", "photos", "created"]
    foreign = send(register.reader, small_jpeg()).data["id"]
    assert register.manager.put(path, {"photo_ids": [second, foreign]}).status == 404
    assert register.manager.get(f"{ASSETS}/{asset['id']}").data["photos"][0]["links"]["thumb"]


def test_who_manages_a_campus_neither_sees_nor_touches_another_one(register):
    near = register.enter()
    far = register.enter("DT-100", place_kind="building", place_id=register.far.id)
    listed = register.local.get(ASSETS).data
    assert [asset["number"] for asset in listed["list"]] == ["DT-001"]
    assert register.local.get(f"{ASSETS}/{far['id']}").error == "property.asset_not_found"
    assert register.local.get(f"{ASSETS}/{far['id']}/events").error == "property.asset_not_found"
    assert register.local.get(f"{ASSETS}/{far['id']}/orders").error == "property.asset_not_found"
    assert register.change(far, register.local).error == "property.asset_not_found"
    away = {"place_kind": "building", "place_id": register.far.id}
    assert register.local.post(f"{ASSETS}/{near['id']}/move", away).error == "app.forbidden"
    assert register.local.post(ASSETS, register.body("DT-101", **away)).error == "app.forbidden"
    assert (
        register.local.get(f"{ASSETS}/plates", asset_ids=f"{far['id']}").error == "property.asset_not_found"
    )
    assert register.local.post(KINDS, {"name": "锅炉"}).error == "app.forbidden"
    assert register.local.post(f"{ASSETS}/{near['id']}/state", {"state": "stopped"}).status == 200
    # A dispatcher reads, and hears why nothing more.
    assert register.change(near, register.reader).error == "app.forbidden"


def test_assets_are_found_by_words_and_filters(register):
    today = MONDAY
    register.enter("DT-001", serial_no="SN%1", warranty_until=str(today))
    register.enter("DT-002", name="2号货梯", state="stopped", warranty_until=str(today - timedelta(days=1)))
    register.enter("KT-001", place_kind="building", place_id=register.far.id)
    register.enter("KT-002", warranty_until=str(today + timedelta(days=31)))

    def found(**query):
        return [asset["number"] for asset in register.manager.get(ASSETS, **query).data["list"]]

    assert found(q="dt-") == ["DT-001", "DT-002"]
    assert found(q="%") == ["DT-001"]
    assert found(q="货梯") == ["DT-002"]
    assert found(state="stopped") == ["DT-002"]
    assert found(building_id=register.far.id) == found(campus_id=register.north.id) == ["KT-001"]
    assert found(place_kind="room", place_id=register.room.id) == ["DT-001", "DT-002", "KT-002"]
    assert found(warranty="under") == ["DT-001", "KT-002"]
    assert found(warranty="ending") == ["DT-001"]
    assert found(warranty="ended") == ["DT-002"]
    assert found(warranty="none") == ["KT-001"]
    assert found(kind_id=register.kind_id, page=2, page_size=3) == ["KT-002"]
    with counted_statements() as sent:
        register.manager.get(ASSETS)
    assert len(sent) <= 6


def test_the_warranty_counts_its_last_day(register):
    asset = register.enter(warranty_until="2026-11-23")
    assert queries.warranty_of(asset["id"], MONDAY) == MONDAY
    assert queries.warranty_of(asset["id"], MONDAY + timedelta(days=1)) is None
    assert queries.warranty_of(10**6, MONDAY) is None
    assert queries.names([asset["id"]]) == {asset["id"]: "1号客梯（DT-001）"}


def test_kinds_are_named_once_and_what_is_of_one_out_of_use_stays(register):
    category = register.manager.post("/property/categories", {"code": "lift", "name": "电梯"}).data["id"]
    assert register.manager.post(KINDS, {"name": "电梯"}).error == "property.asset_kind_taken"
    assert (
        register.manager.post(KINDS, {"name": "泵", "category_id": 99}).error == "property.category_not_found"
    )
    asset = register.enter()
    body = {"name": "电梯", "category_id": category, "is_active": False}
    changed = register.manager.put(f"{KINDS}/{register.kind_id}", body).data
    assert (changed["category"], changed["assets"], changed["is_active"]) == ("电梯", 1, False)
    assert register.manager.post(ASSETS, register.body("DT-9")).error == "property.asset_kind_invalid"
    assert register.change(asset, name="改名").status == 200
    assert register.official.get(f"{ASSETS}/{asset['plate']}").data["category_code"] == "lift"
    assert register.manager.put(f"{KINDS}/99", body).error == "property.asset_kind_not_found"


def test_the_register_follows_its_places(register):
    asset = register.enter()

    @atomic
    def move_building():
        db.session.merge(register.building).campus_id = register.north.id

    move_building()
    assert services.settle() == 1
    assert services.settle() == 0
    shown = register.manager.get(f"{ASSETS}/{asset['id']}").data["asset"]
    assert (shown["campus_id"], shown["place_path"][:2]) == (register.north.id, "北院")
