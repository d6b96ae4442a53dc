"""Plates: hanging, scanning, replacing; and what is printed."""

import re

import pytest
import segno
from PIL import Image
from sqlalchemy import select

from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.places import documents, operations, policies, queries, services
from backend.places.errors import PlateNotFound
from backend.places.models import PlaceKind, Plate
from backend.places.policies import Ref
from tests.printed import pages_of, picture_of, text_of
from tests.statements import counted_statements
from tests.threads import at_once


def test_a_scan_tells_where_one_is(estate):
    plate = estate.plate(estate.rooms[0])
    assert re.fullmatch(r"[0-9a-z]{16}", plate["token"])
    assert plate["url"] == f"http://127.0.0.1:8000/q/{plate['token']}"
    scanned = estate.scan(plate["token"]).data
    assert scanned["place"]["path"] == "中心院区 / 1号楼 / 3层 / 301"
    assert scanned["place"]["building_id"] == estate.building["id"]
    assert scanned["code"] == plate["code"]
    assert "token" not in scanned
    assert estate.scan(plate["token"].upper()).status == 200
    by_code = estate.official.get(f"/places/codes/{plate['code'].lower().replace('-', ' ')}")
    assert by_code.data == scanned


def test_an_unknown_plate_is_not_found(estate):
    for path in ("plates/0000000000000000", "plates/x", "codes/000-000", f"plates/{'x' * 500}"):
        answer = estate.official.get(f"/places/{path}")
        assert (answer.status, answer.error) == (404, "places.plate_not_found")


def test_every_kind_of_place_may_bear_a_plate_and_asking_again_changes_nothing(estate):
    places = [estate.campus, estate.building, estate.floor, estate.rooms[0], estate.gate]
    first = estate.hang(*places).data["list"]
    assert [plate["place"]["kind"] for plate in first] == ["campus", "building", "floor", "room", "spot"]
    assert len({plate["token"] for plate in first} | {plate["code"] for plate in first}) == 10
    assert estate.hang(*places).data["list"] == first
    assert estate.hang(*places, estate.campus).data["list"] == first
    assert len(estate.trail("places.plate_issued")) == 5
    assert all("token" not in details for details in estate.trail("places.plate_issued"))


def test_a_replaced_plate_is_gone_for_ever(estate):
    old = estate.plate(estate.rooms[0])
    replaced = estate.manager.post(f"/admin/places/plates/{old['id']}/replace")
    assert replaced.status == 201
    new = replaced.data
    assert new["token"] != old["token"]
    assert new["code"] != old["code"]
    gone = estate.scan(old["token"])
    assert (gone.status, gone.error) == (410, "places.plate_revoked")
    assert estate.official.get(f"/places/codes/{old['code']}").status == 410
    assert estate.scan(new["token"]).status == 200
    late = estate.manager.post(f"/admin/places/plates/{old['id']}/replace")
    assert (late.status, late.error) == (409, "places.plate_already_revoked")
    assert estate.plate(estate.rooms[0]) == new


def test_a_plate_that_is_taken_down_leaves_the_place_without_one(estate):
    plate = estate.plate(estate.gate)
    down = estate.manager.post(f"/admin/places/plates/{plate['id']}/revoke").data
    assert down["revoked_at"]
    assert estate.scan(plate["token"]).status == 410
    branches = estate.manager.get("/admin/places").data["list"]
    assert {branch["plate_id"] for branch in branches} == {None}
    assert estate.plate(estate.gate)["token"] != plate["token"]
    assert len(estate.trail("places.plate_revoked")) == 1


def test_the_plate_of_a_place_out_of_use_leads_nowhere_until_it_is_back(estate):
    plate = estate.plate(estate.rooms[0])
    estate.change(estate.building, is_active=False)
    assert estate.scan(plate["token"]).error == "places.plate_revoked"
    assert estate.hang(estate.rooms[0]).error == "places.place_inactive"
    assert estate.manager.post(f"/admin/places/plates/{plate['id']}/replace").error == "places.place_inactive"
    estate.change(estate.building, is_active=True)
    assert estate.scan(plate["token"]).status == 200


def test_a_plate_moves_with_its_place(estate):
    plate = estate.plate(estate.rooms[0])
    estate.move(estate.building, estate.other)
    assert estate.scan(plate["token"]).data["place"]["path"] == "东院区 / 1号楼 / 3层 / 301"


def test_plates_are_hung_within_reach_only(estate):
    foreign = estate.client(ScopeKind.CAMPUS, estate.other["id"])
    inside = estate.client(ScopeKind.BUILDING, estate.building["id"])
    plate = estate.plate(estate.rooms[0])
    assert estate.hang(estate.rooms[0], by=foreign).error == "places.place_not_found"
    assert estate.hang(estate.other, estate.rooms[0], by=foreign).status == 404
    for action in ("replace", "revoke"):
        path = f"/admin/places/plates/{plate['id']}/{action}"
        assert foreign.post(path).error == "places.plate_not_found"
        assert estate.official.post(path).error == "app.forbidden"
        assert estate.manager.post(f"/admin/places/plates/999999/{action}").status == 404
    assert estate.hang(estate.rooms[0], by=inside).status == 200
    assert estate.hang(estate.gate, by=inside).error == "app.forbidden"
    with pytest.raises(PlateNotFound):
        queries.get_plates(estate.actor(foreign), [plate["id"]])
    assert not estate.trail("places.plate_revoked")


def test_a_body_without_places_or_with_too_many_is_refused(estate):
    for places in ([], [{"kind": "room", "id": 1}] * 201, [{"kind": "planet", "id": 1}]):
        assert estate.manager.post("/admin/places/plates", {"places": places}).status == 422


def test_four_who_hang_the_same_plates_hang_them_once(estate):
    places = [estate.campus, estate.building, *estate.rooms, estate.gate]
    answers = at_once([lambda: estate.hang(*places), lambda: estate.hang(*reversed(places))] * 2)
    assert [answer.status for answer in answers] == [200] * 4
    tokens = {plate["token"] for answer in answers for plate in answer.data["list"]}
    assert len(tokens) == len(places)
    db.session.rollback()
    assert len(db.session.scalars(select(Plate)).all()) == len(places)


def test_two_who_replace_a_plate_leave_one(estate):
    plate = estate.plate(estate.gate)
    path = f"/admin/places/plates/{plate['id']}/replace"
    answers = at_once([lambda: estate.manager.post(path)] * 4)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    db.session.rollback()
    hanging = db.session.scalars(select(Plate).where(Plate.revoked_at.is_(None))).all()
    assert len(hanging) == 1


def test_a_token_or_code_that_is_taken_is_drawn_again(estate, monkeypatch):
    taken = estate.plate(estate.gate)
    draws = iter([taken["token"], "fresh00000000000"])
    monkeypatch.setattr(policies, "new_token", lambda: next(draws))
    manager = estate.actor(estate.manager)
    (made,) = services.issue_plates(manager, places=[Ref(PlaceKind.CAMPUS, estate.campus["id"])])
    assert made.token == "fresh00000000000"
    monkeypatch.setattr(policies, "new_token", lambda: taken["token"])
    with pytest.raises(RuntimeError, match="no new plate"):
        services.issue_plates(manager, places=[Ref(PlaceKind.CAMPUS, estate.other["id"])])
    assert estate.scan(taken["token"]).status == 200


def test_hanging_outside_of_a_unit_is_refused(estate):
    with pytest.raises(RuntimeError):
        operations.hang_plates(estate.actor(estate.manager), [Ref(PlaceKind.CAMPUS, estate.campus["id"])])


def test_plates_for_a_sheet_are_read_in_two_statements_in_the_order_asked_for(estate):
    ids = [plate["id"] for plate in estate.hang(*estate.rooms, estate.gate).data["list"]]
    manager = estate.actor(estate.manager)
    db.session.rollback()
    with counted_statements() as sent:
        plates = queries.get_plates(manager, list(reversed(ids)))
    assert [plate.id for plate in plates] == list(reversed(ids))
    assert len([each for each in sent if each != "BEGIN"]) == 2
    with pytest.raises(PlateNotFound):
        queries.get_plates(manager, [*ids, 999_999])
    atomic(lambda: operations.take_down(manager, ids[0]))()
    with pytest.raises(PlateNotFound):
        queries.get_plates(manager, ids)


# What is printed


def views(estate, *places):
    ids = [plate["id"] for plate in estate.hang(*places).data["list"]]
    return queries.get_plates(estate.actor(estate.manager), ids)


def modules_seen(page: Image.Image, left_mm, top_mm, plate, dots):
    """The code on a printed plate, read module by module; `left_mm`, `top_mm` is the plate's corner."""
    size = len(segno.make(plate.url, error="m", micro=False).matrix)
    unit_mm = 42 / (size + 8)

    def is_dark(x, y):
        at = (left_mm + 4 + (x + 4.5) * unit_mm, top_mm + 11 + (y + 4.5) * unit_mm)
        return int(page.getpixel(tuple(round(mm * dots / 25.4) for mm in at)) < 128)

    return [[is_dark(x, y) for x in range(size)] for y in range(size)]


def test_a_sheet_shows_the_code_of_every_plate_and_where_it_belongs(estate, tmp_path):
    plates = views(estate, *estate.rooms, estate.gate, estate.campus)
    made = documents.plates_pdf(plates, printed_by="顾明远")
    assert pages_of(made) == 1
    text = text_of(made)
    for plate in plates:
        assert f"编号 {plate.code}" in text
        assert plate.place.name in text
    assert "1号楼" in text
    assert "顾明远" in text
    page = picture_of(made, tmp_path, dots=200)
    for place, plate in enumerate(plates):
        # Margins of 10 and 8 mm, cells of 95 × 69 mm, the plate 2.5 and 3.5 mm within.
        left, top = 10 + 95 * (place % 2) + 2.5, 8 + 69 * (place // 2) + 3.5
        code = segno.make(plate.url, error="m", micro=False)
        assert code.error in ("M", "Q", "H")
        assert modules_seen(page, left, top, plate, 200) == [list(row) for row in code.matrix]


def test_eight_plates_fill_a_page(estate):
    rooms = estate.manager.post(
        "/admin/places/rooms", {"floor_id": estate.floor["id"], "numbers": "501-517"}
    ).data["created"]
    plates = views(estate, *rooms)
    made = documents.plates_pdf(plates, printed_by="顾明远")
    assert pages_of(made) == 3
    assert pages_of(documents.plates_pdf(plates[:8], printed_by="顾明远")) == 1
    assert [text_of(made, first=page, last=page).count("编号") for page in (1, 2, 3)] == [8, 8, 1]


def test_nothing_to_print_is_said(estate):
    assert "没有标牌" in text_of(documents.plates_pdf([], printed_by="顾明远"))


def test_a_single_plate_is_a_file_that_asks_nobody_for_anything(estate):
    (plate,) = views(estate, estate.rooms[0])
    text = documents.plate_svg(plate).decode()
    for expected in ("机关事务管理局", "中心院区", "301", f"编号 {plate.code}", plate.url, 'width="90mm"'):
        assert expected in text
    assert text.startswith("<svg")
    assert not re.search(r"(href|src)=|<script|style=", text)


def test_a_name_can_neither_break_the_plate_nor_run_out_of_it(estate):
    evil = estate.made("room", "<script>alert(1)</script>&", estate.floor)
    long = estate.made(
        "room", "第一会议室可视频会议容纳一百二十人的大厅西侧小门旁的储物间" + "甲" * 20, estate.floor
    )
    for plate in views(estate, evil, long):
        drawing = documents.drawing_of(plate)
        assert len(drawing.name) <= 3
        assert "<script" not in documents.plate_svg(plate).decode()
        assert drawing.name[0][0] == plate.place.name[0]
    assert documents.drawing_of(views(estate, long)[0]).name[-1].endswith("…")
