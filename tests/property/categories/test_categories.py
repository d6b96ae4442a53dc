"""Categories over HTTP: kept by property management, chosen from by everybody."""

import pytest

from backend.actor import ScopeKind
from property.categories import queries
from property.categories.errors import CategoryInactive, CategoryNotFound, CategoryNotLeaf
from tests.threads import at_once

CATEGORIES = "/property/categories"


@pytest.fixture
def manager(compound):
    return compound.client(compound.staff(roles={"property_manager": (ScopeKind.COMPOUND, 0)}))


def _new(**fields):
    return {"code": "plumbing", "name": "水暖", **fields}


def test_a_category_is_added_below_another_and_chosen_by_everybody(compound, manager):
    official = compound.client(compound.staff())
    above = manager.post(CATEGORIES, _new(skill="水暖")).data
    leak = {"parent_id": above["id"], "usual_urgency": "urgent", "proof_after": "photo", "warranty_days": 90}
    made = manager.post(CATEGORIES, _new(code="plumbing.leak", name="漏水", **leak))
    assert made.status == 201
    assert (made.data["path"], made.data["is_leaf"], made.data["position"]) == ("水暖 / 漏水", True, 1)
    (shown,) = official.get(CATEGORIES).data["list"]
    assert (shown["code"], [each["code"] for each in shown["children"]]) == ("plumbing", ["plumbing.leak"])
    assert shown["children"][0]["usual_urgency"] == "urgent"
    assert official.get(f"{CATEGORIES}/all").status == 403
    assert official.post(CATEGORIES, _new(code="x")).status == 403


def test_a_phone_that_has_the_tree_is_told_so(compound, manager):
    official = compound.client(compound.staff())
    manager.post(CATEGORIES, _new())
    first = official.get(CATEGORIES)
    etag = {"If-None-Match": first.headers["ETag"]}
    assert official.request("GET", CATEGORIES, headers=etag).status == 304
    manager.post(CATEGORIES, _new(code="other", name="其他"))
    assert official.request("GET", CATEGORIES, headers=etag).status == 200


def test_names_and_codes_are_taken_once(manager):
    above = manager.post(CATEGORIES, _new()).data["id"]
    manager.post(CATEGORIES, _new(code="a", name="漏水", parent_id=above))
    for twin in (
        _new(name="别的"),
        _new(code="b"),
        _new(code="b", name="漏水", parent_id=above),
    ):
        assert manager.post(CATEGORIES, twin).error == "property.category_taken"
    assert manager.post(CATEGORIES, _new(code="b", name="漏水")).status == 201
    assert manager.post(CATEGORIES, _new(code="漏水", name="漏")).error == "property.category_code_invalid"
    assert manager.post(CATEGORIES, _new(code="c", parent_id=99)).error == "property.category_parent_invalid"


def test_what_goes_out_of_use_takes_along_what_is_below_it(app, compound, manager):
    above = manager.post(CATEGORIES, _new()).data
    leak = manager.post(CATEGORIES, _new(code="leak", name="漏水", parent_id=above["id"])).data
    assert queries.leaf(leak["id"]).path == queries.leaf_of_code("leak").path == "水暖 / 漏水"
    with pytest.raises(CategoryNotLeaf):
        queries.leaf(above["id"])
    stopped = manager.put(f"{CATEGORIES}/{above['id']}", {"name": "水暖", "is_active": False}).data
    assert (stopped["is_active"], stopped["code"]) == (False, "plumbing")
    assert compound.client(compound.staff()).get(CATEGORIES).data["list"] == []
    (shown,) = manager.get(f"{CATEGORIES}/all").data["list"]
    assert shown["children"][0]["category"]["is_in_use"] is False
    with pytest.raises(CategoryInactive):
        queries.leaf(leak["id"])
    with pytest.raises(CategoryNotFound):
        queries.leaf(10**6)
    assert queries.names()[leak["id"]] == "水暖 / 漏水"


def test_a_category_moves_with_what_is_below_it_but_not_below_itself(manager):
    a = manager.post(CATEGORIES, _new(code="a", name="甲")).data["id"]
    b = manager.post(CATEGORIES, _new(code="b", name="乙", parent_id=a)).data["id"]
    c = manager.post(CATEGORIES, _new(code="c", name="丙", parent_id=b)).data["id"]
    wrong = manager.put(f"{CATEGORIES}/{a}", {"name": "甲", "parent_id": c})
    assert wrong.error == "property.category_parent_invalid"
    moved = manager.put(f"{CATEGORIES}/{b}", {"name": "乙二", "parent_id": None}).data
    assert moved["path"] == "乙二"
    assert queries.ancestors(c) == [c, b]
    assert manager.put(f"{CATEGORIES}/99", {"name": "x"}).error == "property.category_not_found"


def test_two_who_put_each_other_s_category_below_their_own_make_no_circle(app, compound, manager):
    a = manager.post(CATEGORIES, _new(code="a", name="甲")).data["id"]
    b = manager.post(CATEGORIES, _new(code="b", name="乙")).data["id"]
    answers = at_once(
        [
            lambda: manager.put(f"{CATEGORIES}/{a}", {"name": "甲", "parent_id": b}).status,
            lambda: manager.put(f"{CATEGORIES}/{b}", {"name": "乙", "parent_id": a}).status,
        ]
    )
    assert sorted(answers) == [200, 422]


def test_siblings_are_put_in_order(manager):
    ids = [manager.post(CATEGORIES, _new(code=code, name=code)).data["id"] for code in "abc"]
    turned = ids[::-1]
    answer = manager.put(f"{CATEGORIES}/order", {"parent_id": None, "category_ids": turned}).data["list"]
    assert [each["id"] for each in answer] == turned
    assert manager.post(CATEGORIES, _new(code="d", name="d")).data["position"] == 4
    stale = manager.put(f"{CATEGORIES}/order", {"parent_id": None, "category_ids": ids})
    assert stale.error == "property.categories_changed"


def test_the_standard_tree_is_loaded_once_and_changes_nothing_that_is_there(manager):
    mine = manager.post(CATEGORIES, _new(code="water", name="水暖", warranty_days=7)).data
    first = manager.post(f"{CATEGORIES}/defaults").data
    assert first["kept"] == 1
    assert manager.post(f"{CATEGORIES}/defaults").data == {"created": 0, "kept": first["created"] + 1}
    tops = manager.get(f"{CATEGORIES}/all").data["list"]
    water = next(each for each in tops if each["category"]["id"] == mine["id"])
    assert (water["category"]["code"], water["category"]["warranty_days"]) == ("water", 7)
    assert "plumbing.leak" in [each["category"]["code"] for each in water["children"]]


def test_categories_belong_to_no_campus(compound):
    campus = compound.campus()
    local = compound.client(compound.staff(roles={"property_manager": (ScopeKind.CAMPUS, campus.id)}))
    assert local.get(f"{CATEGORIES}/all").status == 200
    assert local.post(CATEGORIES, _new()).error == "app.forbidden"
    assert local.post(f"{CATEGORIES}/defaults").error == "app.forbidden"
