"""Categories of demands over HTTP: kept by the desk, chosen from by everybody."""

import pytest

from backend.actor import ScopeKind
from feedback.categories import queries
from feedback.categories.defaults import standards
from feedback.categories.errors import DemandCategoryInactive, DemandCategoryNotFound

CATEGORIES = "/feedback/categories"


@pytest.fixture
def desk(compound):
    return compound.client(compound.staff(roles={"feedback_desk": (ScopeKind.COMPOUND, 0)}))


def _new(**fields):
    return {"kind": "snap", "code": "snap.cleaning", "name": "环境卫生", **fields}


def test_a_category_is_added_and_offered_to_everybody(compound, desk):
    official = compound.client(compound.staff())
    made = desk.post(CATEGORIES, _new(words=["垃圾", " 垃圾 ", "异味"], deadline="utilities"))
    assert (made.status, made.data["words"], made.data["position"]) == (201, ["垃圾", "异味"], 1)
    (shown,) = official.get(CATEGORIES).data["list"]
    assert (shown["code"], shown["anonymity"], shown["deadline"]) == ("snap.cleaning", "allowed", "utilities")
    assert "words" not in shown
    assert official.get(f"{CATEGORIES}/all").status == 403
    assert official.post(CATEGORIES, _new(code="x", name="x")).status == 403


def test_names_within_a_kind_and_codes_are_taken_once(desk):
    desk.post(CATEGORIES, _new())
    for twin in (_new(name="别的"), _new(code="other")):
        assert desk.post(CATEGORIES, twin).error == "feedback.category_taken"
    assert desk.post(CATEGORIES, _new(code="complaint.cleaning", kind="complaint")).status == 201
    assert desk.post(CATEGORIES, _new(code="卫生", name="卫")).status == 422
    assert desk.post(CATEGORIES, _new(code="b", name="乙", office_id=99)).error == "feedback.office_not_found"


def test_what_is_out_of_use_takes_nothing_any_more(app, compound, desk):
    made = desk.post(CATEGORIES, _new()).data
    assert queries.leaf(made["id"]).name == queries.leaf_of_code("snap.cleaning").name == "环境卫生"
    changed = desk.put(f"{CATEGORIES}/{made['id']}", {"name": "卫生", "is_active": False}).data
    assert (changed["name"], changed["is_active"], changed["code"]) == ("卫生", False, "snap.cleaning")
    assert compound.client(compound.staff()).get(CATEGORIES).data["list"] == []
    with pytest.raises(DemandCategoryInactive):
        queries.leaf(made["id"])
    for find in (lambda: queries.leaf(10**6), lambda: queries.leaf_of_code("none")):
        with pytest.raises(DemandCategoryNotFound):
            find()
    assert desk.put(f"{CATEGORIES}/{10**6}", {"name": "无"}).error == "feedback.category_not_found"


def test_the_categories_of_a_kind_are_put_in_order_as_a_whole(desk):
    first, second = (desk.post(CATEGORIES, _new(code=code, name=code)).data["id"] for code in ("a", "b"))
    other = desk.post(CATEGORIES, _new(code="c", name="c", kind="complaint")).data["id"]
    swapped = desk.put(f"{CATEGORIES}/order", {"kind": "snap", "category_ids": [second, first]})
    assert [each["id"] for each in swapped.data["list"]] == [second, first]
    for wrong in ([second], [second, first, other]):
        refused = desk.put(f"{CATEGORIES}/order", {"kind": "snap", "category_ids": wrong})
        assert refused.error == "feedback.categories_changed"


def test_the_standard_categories_are_loaded_once(compound, desk):
    manager = compound.client(compound.staff(roles={"property_manager": (ScopeKind.COMPOUND, 0)}))
    manager.post("/property/categories/defaults")
    taken = desk.post(CATEGORIES, _new(name="环境卫生", code="own")).data
    loaded = desk.post(f"{CATEGORIES}/defaults").data
    assert loaded == {"created": len(standards()) - 1, "kept": 1}
    assert desk.post(f"{CATEGORIES}/defaults").data["created"] == 0
    shown = {each["code"]: each for each in desk.get(f"{CATEGORIES}/all").data["list"]}
    assert "snap.cleaning" not in shown
    assert shown["own"]["id"] == taken["id"]
    led = {code: bool(each["repair_category_id"]) for code, each in shown.items()}
    assert (led["snap.danger"], led["snap.parking"]) == (True, False)
    assert shown["complaint.food"]["anonymity"] == "preferred"


def test_every_standard_category_has_a_code_of_its_own():
    codes = [each.code for each in standards()]
    assert len(set(codes)) == len(codes) > 15
    assert all(code.startswith(f"{each.kind.value}.") for code, each in zip(codes, standards(), strict=True))
