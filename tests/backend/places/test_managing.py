"""Making, changing and moving places, and who may."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from backend.actor import Grant, Permission, ScopeKind
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.places import queries, services
from backend.places.models import Campus, PlaceKind, Room, Spot
from backend.places.policies import Ref
from tests.statements import counted_statements
from tests.threads import at_once


def test_a_place_says_where_it_lies(estate):
    room = estate.rooms[0]
    assert room["path"] == "中心院区 / 1号楼 / 3层 / 301"
    assert (room["campus_id"], room["building_id"], room["floor_id"]) == (
        estate.campus["id"],
        estate.building["id"],
        estate.floor["id"],
    )
    assert estate.gate["spot_kind"] == "gate"
    assert (estate.gate["campus_id"], estate.gate["building_id"]) == (estate.campus["id"], 0)
    assert estate.names() == [
        "中心院区", "中心院区 / 1号楼", "中心院区 / 1号楼 / 3层", "中心院区 / 1号楼 / 3层 / 301",
        "中心院区 / 1号楼 / 3层 / 302", "中心院区 / 北门", "东院区",
    ]  # fmt: skip
    assert {"path": "中心院区 / 北门"} in estate.trail("places.created")


def test_siblings_stand_by_position_then_by_number(estate):
    for name in ("10号楼", "2号楼"):
        estate.made("building", name, estate.campus)
    estate.made("building", "门卫室", estate.campus, position=-1)
    buildings = [name for name in estate.names() if name.startswith("中心院区 / ") and name.count("/") == 1]
    assert buildings[:-1] == [
        "中心院区 / 门卫室",
        "中心院区 / 1号楼",
        "中心院区 / 2号楼",
        "中心院区 / 10号楼",
    ]


@pytest.mark.parametrize(("kind", "name", "parent"), [
    ("campus", "中心院区", None), ("building", "1号楼", "campus"), ("floor", "3层", "building"),
    ("room", "301", "floor"), ("spot", "北门", "campus"),
])  # fmt: skip
def test_a_name_is_taken_once_below_a_parent(estate, kind, name, parent):
    more = {"spot_kind": "gate"} if kind == "spot" else {}
    taken = estate.create(kind, name, parent and getattr(estate, parent), **more)
    assert (taken.status, taken.error) == (409, "places.place_exists")


def test_the_same_name_is_free_below_another_parent(estate):
    assert estate.create("building", "1号楼", estate.other).status == 201
    assert estate.create("spot", "北门", estate.other, spot_kind="gate").status == 201
    assert estate.create("spot", "北门", estate.building, spot_kind="gate").status == 201


def test_what_cannot_lie_there_is_refused(estate):
    assert estate.create("room", "301", estate.building).error == "places.parent_invalid"
    assert estate.create("building", "2号楼").error == "places.parent_invalid"
    assert estate.create("campus", "西院区", estate.campus).error == "places.parent_invalid"
    assert estate.create("spot", "南门", estate.campus).error == "places.spot_kind_invalid"
    assert estate.create("building", "2号楼", estate.campus, spot_kind="gate").error == (
        "places.spot_kind_invalid"
    )
    nowhere = estate.create("building", "2号楼", {"kind": "campus", "id": 999_999})
    assert (nowhere.status, nowhere.error) == (404, "places.place_not_found")
    assert estate.create("building", " ", estate.campus).status == 422


def test_a_repeated_request_makes_one_place(estate):
    body = {"kind": "campus", "name": "西院区"}
    first = estate.manager.post("/admin/places", body, key="same")
    again = estate.manager.post("/admin/places", body, key="same")
    assert first.data == again.data
    assert estate.names().count("西院区") == 1


def test_a_place_out_of_use_takes_along_what_lies_below(estate):
    closed = estate.change(estate.building, is_active=False).data
    assert (closed["is_active"], closed["is_in_use"]) == (False, False)
    assert estate.names() == ["中心院区", "中心院区 / 北门", "东院区"]
    below = estate.create("floor", "4层", estate.building)
    assert (below.status, below.error) == (409, "places.place_inactive")
    assert estate.create("room", "303", estate.floor).error == "places.place_inactive"
    assert estate.change(estate.building, is_active=True).data["is_in_use"] is True
    assert "中心院区 / 1号楼 / 3层 / 301" in estate.names()
    (off, on) = estate.trail("places.changed")
    assert off["changes"] == {"is_active": [True, False]}
    assert on["changes"] == {"is_active": [False, True]}


def test_a_change_is_seen_at_once_and_the_same_again_changes_nothing(estate):
    before = estate.official.get("/places")
    renamed = estate.change(estate.rooms[0], name="会客室", position=-1).data
    assert renamed["path"] == "中心院区 / 1号楼 / 3层 / 会客室"
    after = estate.official.get("/places")
    assert after.headers["ETag"] != before.headers["ETag"]
    estate.change(renamed)
    assert len(estate.trail("places.changed")) == 1
    clash = estate.change(renamed, name="302")
    assert (clash.status, clash.error) == (409, "places.place_exists")
    assert estate.change(estate.gate, spot_kind=None).error == "places.spot_kind_invalid"
    assert estate.change(estate.gate, spot_kind="other").data["spot_kind"] == "other"


def test_a_place_moves_with_all_that_lies_below_it(estate):
    moved = estate.move(estate.building, estate.other)
    assert moved.data["path"] == "东院区 / 1号楼"
    assert "东院区 / 1号楼 / 3层 / 301" in estate.names()
    assert estate.trail("places.moved") == [{"before": "中心院区 / 1号楼", "after": "东院区 / 1号楼"}]
    estate.move(estate.building, estate.other)
    assert len(estate.trail("places.moved")) == 1


def test_a_spot_moves_to_a_parent_of_another_kind(estate):
    assert estate.move(estate.gate, estate.floor).data["path"] == "中心院区 / 1号楼 / 3层 / 北门"
    assert estate.move(estate.gate, estate.building).data["path"] == "中心院区 / 1号楼 / 北门"
    assert estate.move(estate.gate, estate.campus).data["path"] == "中心院区 / 北门"


def test_a_move_that_makes_no_sense_is_refused(estate):
    assert estate.move(estate.rooms[0], estate.building).error == "places.parent_invalid"
    assert estate.move(estate.campus, estate.other).error == "places.parent_invalid"
    twin = estate.made("building", "1号楼", estate.other)
    assert estate.move(estate.building, estate.other).error == "places.place_exists"
    estate.change(estate.other, is_active=False)
    assert estate.move(estate.building, estate.other).error == "places.place_inactive"
    assert estate.move(twin, {"kind": "campus", "id": 999_999}).status == 404
    assert estate.manager.put("/admin/places/planet/1", {"name": "火星"}).status == 404


def test_many_rooms_are_made_at_once_and_those_that_are_there_stay(estate):
    answer = estate.manager.post(
        "/admin/places/rooms", {"floor_id": estate.floor["id"], "numbers": "301-304、值班室"}
    )
    assert answer.status == 201
    assert [room["name"] for room in answer.data["created"]] == ["303", "304", "值班室"]
    assert answer.data["created"][0]["path"] == "中心院区 / 1号楼 / 3层 / 303"
    assert answer.data["kept"] == ["301", "302"]
    again = estate.manager.post(
        "/admin/places/rooms", {"floor_id": estate.floor["id"], "numbers": "301-304"}
    ).data
    assert (again["created"], again["kept"]) == ([], ["301", "302", "303", "304"])
    assert estate.trail("places.rooms_created") == [{"rooms": ["303", "304", "值班室"]}]


def test_a_list_of_rooms_that_cannot_be_read_says_why(estate):
    answer = estate.manager.post("/admin/places/rooms", {"floor_id": estate.floor["id"], "numbers": "9-1"})
    assert (answer.status, answer.error) == (422, "places.numbers_invalid")
    assert "「9-1」" in answer.envelope["msg"]


def test_a_campus_manager_manages_that_campus_and_sees_no_other(estate):
    manager = estate.client(ScopeKind.CAMPUS, estate.campus["id"])
    assert estate.create("building", "2号楼", estate.campus, by=manager).status == 201
    assert estate.change(estate.rooms[0], by=manager, name="301A").status == 200
    foreign = estate.create("building", "2号楼", estate.other, by=manager)
    assert (foreign.status, foreign.error) == (404, "places.place_not_found")
    assert estate.change(estate.other, by=manager, name="改名").error == "places.place_not_found"
    assert estate.move(estate.building, estate.other, by=manager).error == "places.place_not_found"
    assert estate.create("campus", "西院区", by=manager).error == "app.forbidden"
    shown = manager.get("/admin/places").data["list"]
    assert [(branch["place"]["name"], branch["is_managed"]) for branch in shown] == [("中心院区", True)]


def test_a_building_manager_stays_within_the_building(estate):
    manager = estate.client(ScopeKind.BUILDING, estate.building["id"])
    assert estate.create("floor", "4层", estate.building, by=manager).status == 201
    assert estate.change(estate.building, by=manager, name="主楼").status == 200
    rooms = {"floor_id": estate.floor["id"], "numbers": "310-312"}
    assert manager.post("/admin/places/rooms", rooms).status == 201
    # It knows the campus that its building stands on, and may not change it.
    for refused in (
        estate.create("building", "2号楼", estate.campus, by=manager),
        estate.change(estate.campus, by=manager, name="改名"),
        estate.change(estate.gate, by=manager, name="改名"),
        estate.move(estate.building, estate.campus, by=manager),
    ):
        assert (refused.status, refused.error) == (403, "app.forbidden")
    assert estate.change(estate.other, by=manager, name="改名").status == 404
    (shown,) = manager.get("/admin/places").data["list"]
    assert (shown["place"]["name"], shown["is_managed"]) == ("中心院区", False)
    assert [branch["place"]["name"] for branch in shown["children"]] == ["主楼"]


def test_nobody_takes_a_building_away_from_a_campus_that_another_manages(estate):
    held = frozenset({Permission.PLACES_MANAGE})
    there = Grant(held, ScopeKind.CAMPUS, estate.other["id"])
    here = Grant(held, ScopeKind.BUILDING, estate.building["id"])
    actor = replace(estate.actor(estate.official), grants=(there, here))
    with pytest.raises(Forbidden):
        services.move_place(
            actor,
            kind=PlaceKind.BUILDING,
            place_id=estate.building["id"],
            parent_kind=PlaceKind.CAMPUS,
            parent_id=estate.other["id"],
        )
    assert "中心院区 / 1号楼" in estate.names()


def test_an_official_chooses_places_and_manages_none(estate):
    assert estate.official.get("/places").status == 200
    assert estate.official.get("/admin/places").error == "app.forbidden"
    assert estate.create("campus", "西院区", by=estate.official).error == "app.forbidden"
    assert estate.change(estate.campus, by=estate.official, name="改名").error == "app.forbidden"


def test_a_place_is_found_by_the_words_of_its_path(estate):
    def found(text):
        return [place["path"] for place in estate.official.get("/places/search", q=text).data["list"]]

    assert found("1号楼 302") == ["中心院区 / 1号楼 / 3层 / 302"]
    assert found("中心院区/北门") == ["中心院区 / 北门"]
    assert found("北门 302") == []
    estate.change(estate.floor, is_active=False)
    assert found("302") == []
    assert estate.official.get("/places/search").status == 422


def test_reading_the_places_takes_few_statements(estate):
    manager = estate.actor(estate.manager)
    estate.hang(*estate.rooms)
    for read, most in (
        (queries.list_tree, 1),
        (lambda: queries.manage_tree(manager), 2),
        (lambda: queries.search_places("301"), 1),
        (lambda: queries.paths({Ref(PlaceKind.ROOM, room["id"]) for room in estate.rooms}), 1),
    ):
        db.session.rollback()
        with counted_statements() as sent:
            read()
        assert len([each for each in sent if each != "BEGIN"]) <= most, sent


def test_two_hundred_rooms_are_made_in_few_statements(estate):
    manager = estate.actor(estate.manager)
    with counted_statements() as sent:
        made = services.create_rooms(manager, floor_id=estate.floor["id"], numbers="1001-1200")
    assert len(made.created) == 200
    assert len(sent) < 16, sent


def test_four_who_make_the_same_rooms_make_them_once(estate):
    body = {"floor_id": estate.floor["id"], "numbers": "401-420"}
    answers = at_once([lambda: estate.manager.post("/admin/places/rooms", body)] * 4)
    assert [answer.status for answer in answers] == [201] * 4
    assert sorted(len(answer.data["created"]) for answer in answers) == [0, 0, 0, 20]
    db.session.rollback()
    assert db.session.query(Room).filter_by(floor_id=estate.floor["id"]).count() == 22


def test_the_database_itself_refuses_a_spot_with_two_parents(estate):
    for columns in ({}, {"campus_id": estate.campus["id"], "building_id": estate.building["id"]}):

        @atomic
        def write(columns=columns):
            db.session.add(Spot(name="两处", spot_kind="other", **columns))

        with pytest.raises(IntegrityError):
            write()


def test_a_campus_made_by_another_module_is_in_use(estate):
    campus = estate.compound.campus("食堂院区")
    assert isinstance(campus, Campus)
    assert "食堂院区" in estate.names()
