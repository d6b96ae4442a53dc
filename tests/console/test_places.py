"""The tree of places, the plates on it, and the dialogs around them."""

import re

import pytest

from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.places.models import Floor, Room
from tests.backend.places.conftest import estate
from tests.console.browser import Console
from tests.printed import text_of
from tests.statements import counted_statements

__all__ = ["estate"]

PLACES = "/console/places"


@pytest.fixture
def manager(app, estate):
    """Who manages all places, at the console."""
    return console_of(app, estate, ScopeKind.COMPOUND, 0)


def console_of(app, estate, kind, scope_id):
    return Console(app, estate.compound.staff(roles={"administrator": (kind, scope_id)}))


def shown(html):
    """The names on the tree, those below a folded branch left out, in their order."""
    found = re.findall(
        r'<button[^>]*(?:class="place-fold"|class="leaf-name")[^>]*>(.*?)</button>', html, re.S
    )
    return [re.sub(r"<svg.*?</svg>|<small.*?</small>|<[^>]*>", "", one, flags=re.S).strip() for one in found]


def marked(html):
    return re.findall(r"<mark>(.*?)</mark>", html)


def path_of(place, what=""):
    return f"{PLACES}/{place['kind']}/{place['id']}{what}"


def key_of(place):
    return f"{place['kind'][0]}{place['id']}"


def test_the_tree_is_open_down_to_the_floors(estate, manager):
    text = manager.page(PLACES)
    assert shown(text) == ["中心院区", "北门", "1号楼", "3层", "东院区"]
    assert "出入口" in text
    assert "楼层 · 2 处，2 处无标牌" in text
    assert not re.search(r">(gate|room|floor)<", text)


def test_what_lies_below_a_branch_comes_when_it_is_unfolded(estate, manager):
    text = manager.part(path_of(estate.floor, "/below")).text
    assert shown(text) == ["301", "302"]
    assert "<html" not in text
    below = manager.part(path_of(estate.building, "/below")).text
    assert shown(below) == ["3层"]
    assert 'aria-expanded="false"' in below
    assert "这里还没有地点" in manager.part(path_of(estate.other, "/below")).text


def test_the_address_says_what_is_open(estate, manager):
    opened = ".".join(key_of(each) for each in (estate.campus, estate.building, estate.floor))
    assert shown(manager.page(PLACES, open=opened)) == [
        "中心院区", "北门", "1号楼", "3层", "301", "302", "东院区",
    ]  # fmt: skip
    assert shown(manager.page(PLACES, open="-")) == ["中心院区", "东院区"]
    assert shown(manager.page(PLACES, open="c999.x1.c" + "9" * 30 + ".")) == ["中心院区", "东院区"]


def test_a_large_compound_is_not_unfolded_at_once(estate, manager, monkeypatch):
    monkeypatch.setattr("console.places._FLOORS_AT_ONCE", 0)
    assert shown(manager.page(PLACES)) == ["中心院区", "北门", "1号楼", "东院区"]


@pytest.mark.parametrize(
    ("text", "marks", "opened"),
    [
        ("301", ["301"], "302"),
        ("1号楼 301", ["301"], "302"),
        ("1号楼", ["1号楼"], "3层"),
        ("3", ["3层", "301", "302"], "302"),
        ("北门", ["北门"], "北门"),
        ("中心院区 / 1号楼 / 3层 / 302", ["302"], "301"),
        ("九楼", [], "中心院区"),
    ],
)
def test_what_is_looked_for_is_marked_and_laid_open(estate, manager, text, marks, opened):
    page = manager.page(PLACES, q=text)
    assert marked(page) == marks
    assert opened in shown(page)
    assert (f"找到 {len(marks)} 处" if marks else "没有找到“九楼”") in page


def test_a_plate_is_found_by_its_code(estate, manager):
    code = estate.plate(estate.rooms[1])["code"]
    for typed in (code, code.lower(), code.replace("-", " ")):
        assert marked(manager.page(PLACES, q=typed)) == ["302"]
    assert marked(manager.part(path_of(estate.floor, "/below"), q=code).text) == ["302"]


def test_the_search_of_the_frame_leads_to_a_place_in_the_tree(estate, manager):
    (path,) = re.findall(r'href="(/console/places\?q=[^"]*)"', manager.page("/console/search", q="302"))
    assert marked(manager.page(path)) == ["302"]


def test_places_are_added_renamed_moved_and_taken_out_of_use(estate, manager):
    dialog = manager.page(path_of(estate.floor, "/new"))
    assert 'data-api="POST /api/v1/admin/places/rooms"' in dialog
    body = {"floor_id": estate.floor["id"], "numbers": "302-304"}
    assert manager.send("POST", "/admin/places/rooms", body).status == 201
    spot = manager.page(path_of(estate.floor, "/new"), what="spot")
    for field in (f'name="parent_id" value="{estate.floor["id"]}"', 'name="spot_kind"', "走廊", "设备间"):
        assert field in spot
    # A kind that cannot lie there is none to add.
    assert "添加房间" in manager.page(path_of(estate.floor, "/new"), what="campus")
    assert manager.get(path_of(estate.rooms[0], "/new")).status_code == 404
    edit = manager.page(path_of(estate.floor, "/edit"))
    assert 'value="3层"' in edit
    assert "其下 4 处房间和点位一并停用" in edit
    assert "东院区" not in manager.page(path_of(estate.rooms[0], "/edit"))
    annex = estate.made("building", "附楼", estate.other)
    assert "东院区 / 附楼</option>" in manager.page(path_of(estate.floor, "/edit"))
    assert estate.move(estate.floor, annex).status == 200
    assert estate.change(annex, is_active=False).status == 200
    text = manager.page(PLACES, q="3层")
    assert "已停用" in text
    assert "恢复使用" in manager.page(path_of(annex, "/edit"))
    assert "上级地点已停用" in manager.page(path_of(estate.floor, "/edit"))


def test_what_is_new_stands_last_where_there_is_an_order_and_else_by_its_name(estate, manager):
    new = r'name="position" value="(-?\d+)"'
    assert re.findall(new, manager.page(path_of(estate.building, "/new"))) == ["0"]
    estate.change(estate.floor, position=3)
    assert re.findall(new, manager.page(path_of(estate.building, "/new"))) == ["4"]
    assert re.findall(new, manager.page(f"{PLACES}/new")) == ["2"]


def test_siblings_are_put_in_order(estate, manager):
    text = manager.page(path_of(estate.floor, "/order"))
    assert re.findall(r"<span>(\d+)</span>", text) == ["301", "302"]
    refs = [{"kind": "room", "id": room["id"]} for room in estate.rooms[::-1]]
    assert manager.send("PUT", "/admin/places/order", {"places": refs}).status == 200
    assert shown(manager.part(path_of(estate.floor, "/below")).text) == ["302", "301"]
    assert "东院区" in manager.page(f"{PLACES}/order")
    assert "没有需要排序" in manager.page(path_of(estate.other, "/order"))


def test_a_plate_is_shown_and_taken_along(estate, manager):
    plate = estate.plate(estate.rooms[0])
    text = manager.page(path_of(estate.rooms[0], "/plate"))
    for part in (plate["code"], plate["url"], "<svg", f"/plates/{plate['id']}/revoke", "不能恢复"):
        assert part in text
    assert plate["code"] in manager.file(f"{PLACES}/plates/{plate['id']}").decode()
    assert plate["code"] in text_of(manager.file(f"{PLACES}/plates/{plate['id']}", format="pdf"))
    assert "没有标牌" in manager.page(path_of(estate.rooms[1], "/plate"))
    assert manager.send("POST", f"/admin/places/plates/{plate['id']}/revoke").status == 200
    assert manager.get(f"{PLACES}/plates/{plate['id']}").status_code == 404
    assert "没有标牌" in manager.page(path_of(estate.rooms[0], "/plate"))


def test_plates_of_chosen_places_come_on_sheets(estate, manager):
    codes = [estate.plate(place)["code"] for place in (*estate.rooms, estate.gate)]
    printed = text_of(manager.file(f"{PLACES}/plates", at=key_of(estate.floor)))
    assert [code in printed for code in codes] == [True, True, False]
    printed = text_of(manager.file(f"{PLACES}/plates", at=[key_of(estate.rooms[1]), key_of(estate.gate)]))
    assert [code in printed for code in codes] == [False, True, True]
    printed = text_of(manager.file(f"{PLACES}/plates", at=[key_of(estate.campus), key_of(estate.floor)]))
    assert all(printed.count(code) == 1 for code in codes)
    estate.change(estate.rooms[0], is_active=False)
    assert codes[0] not in text_of(manager.file(f"{PLACES}/plates", at=key_of(estate.campus)))


def test_a_sheet_of_nothing_or_of_too_many_is_refused(estate, manager, monkeypatch):
    for at, said in ((key_of(estate.rooms[0]), "没有使用中的标牌"), ("z9", "没有使用中的标牌")):
        answer = manager.get(f"{PLACES}/plates", at=at)
        assert answer.status_code == 422
        assert said in answer.text
    assert manager.get(f"{PLACES}/plates").status_code == 422
    estate.hang(*estate.rooms)
    monkeypatch.setattr("console.places.MAX_PLATES", 1)
    answer = manager.get(f"{PLACES}/plates", at=key_of(estate.floor))
    assert answer.status_code == 422
    assert "一次最多打印 1 块标牌，所选为 2 块" in answer.text
    assert "at：" not in answer.text


def test_what_lacks_a_plate_is_listed_before_it_gets_one(estate, manager):
    estate.hang(estate.rooms[0])
    text = manager.page(f"{PLACES}/plates/issue", at=key_of(estate.campus))
    assert "将为以下 2 处" in text
    assert "其余 1 处已有标牌" in text
    kinds = re.findall(r'name="places\.\d+\.kind" value="(\w+)"', text)
    ids = re.findall(r'name="places\.\d+\.id" value="(\d+)"', text)
    places = [{"kind": kind, "id": int(number)} for kind, number in zip(kinds, ids, strict=True)]
    assert manager.send("POST", "/admin/places/plates", {"places": places}).status == 200
    assert "都已有标牌" in manager.page(f"{PLACES}/plates/issue", at=key_of(estate.campus))


def test_more_plates_than_may_be_issued_at_once_are_not_offered(estate, manager, monkeypatch):
    monkeypatch.setattr("console.places.MAX_PLATES", 2)
    text = manager.page(f"{PLACES}/plates/issue", at=key_of(estate.campus))
    assert "一次最多发放 2 块" in text
    assert 'data-api="POST /api/v1/admin/places/plates"' not in text


def test_a_building_s_manager_sees_the_way_to_it_and_changes_nothing_else(app, estate):
    annex = estate.made("building", "附楼", estate.campus)
    plate = estate.plate(estate.gate)
    local = console_of(app, estate, ScopeKind.BUILDING, estate.building["id"])
    text = local.page(PLACES)
    assert shown(text) == ["中心院区", "1号楼", "3层"]
    assert "新增院区" not in text
    assert f'value="{key_of(estate.campus)}"' not in text
    assert local.get(path_of(estate.floor, "/edit")).status_code == 200
    for path in (
        *(path_of(estate.campus, what) for what in ("/below", "/new", "/edit", "/order", "/plate")),
        path_of(annex, "/edit"),
        path_of(estate.gate, "/plate"),
        f"{PLACES}/plates/{plate['id']}",
        f"{PLACES}/attic/1/edit",
        f"{PLACES}/room/999/edit",
    ):
        assert local.get(path).status_code == 404, path
    assert local.get(f"{PLACES}/plates", at=key_of(estate.campus)).status_code == 422
    assert "1号楼 / 3层 / 301" in local.page(f"{PLACES}/plates/issue", at=key_of(estate.floor))
    assert "北门" not in local.page(f"{PLACES}/plates/issue", at=key_of(estate.campus))
    codes = [estate.plate(place)["code"] for place in (estate.campus, estate.gate, estate.rooms[0])]
    printed = text_of(local.file(f"{PLACES}/plates", at=key_of(estate.campus)))
    assert [code in printed for code in codes] == [False, False, True]


def test_who_does_not_manage_places_sees_none(app, estate):
    official = Console(app, estate.compound.staff())
    manager = Console(app, estate.compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))
    for console in (official, manager):
        for path in (PLACES, path_of(estate.floor, "/edit"), f"{PLACES}/plates?at=c1"):
            assert console.get(path).status_code == 403


def test_a_compound_without_places_says_how_to_begin(app, compound):
    console = Console(app, compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    assert "还没有场所" in console.page(PLACES)


def test_a_tree_of_many_places_costs_few_statements_and_little_time(app, estate, manager):
    @atomic
    def furnish():
        floors = [Floor(building_id=estate.building["id"], name=f"{number}楼") for number in range(10)]
        db.session.add_all(floors)
        db.session.flush()
        rooms = [Room(floor_id=floor.id, name=str(number)) for floor in floors for number in range(40)]
        db.session.add_all(rooms)

    furnish()
    estate.hang(*({"kind": "room", "id": number} for number in range(3, 150)))
    manager.page(PLACES)
    for query in ({}, {"q": "3"}, {"open": f"{key_of(estate.campus)}.{key_of(estate.building)}.f1.f2.f3"}):
        with counted_statements() as sent:
            manager.page(PLACES, **query)
        assert len(sent) <= 15, sent


def test_the_preview_is_the_plate_that_is_printed(estate, manager):
    plate = estate.plate(estate.rooms[0])
    file = manager.file(f"{PLACES}/plates/{plate['id']}").decode()
    drawn = re.findall(r'<path d="(M[^"]*)"', file)
    assert drawn
    assert drawn[0] in manager.page(path_of(estate.rooms[0], "/plate"))
