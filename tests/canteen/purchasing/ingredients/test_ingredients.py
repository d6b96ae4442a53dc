"""The ingredients: entered, looked for, and exchanged as a workbook."""

from decimal import Decimal

import pytest

from canteen.purchasing.ingredients import policies, queries
from tests.canteen.purchasing.sheets import changed, faults, rows_of, upload

CHICKEN = {
    "name": "鸡腿",
    "category": "poultry",
    "edible_percent": 63,
    "energy_kcal": 145,
    "protein_g": 20.2,
    "allergens": [],
    "is_halal": True,
    "storage": "chilled",
    "shelf_days": 3,
    "season_months": [3, 2, 3],
}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Tr", Decimal(0)),
        ("tr", Decimal(0)),
        ("微量", Decimal(0)),
        ("—", None),
        ("-", None),
        ("", None),
        ("145", Decimal(145)),
        (" 20.2 ", Decimal("20.2")),
        ("0", Decimal(0)),
    ],
)
def test_a_table_of_nutrition_tells_traces_from_what_is_unknown(cell, expected):
    assert policies.parse_nutrition(cell) == expected


@pytest.mark.parametrize("cell", ["约5", "1.25", "-3", "1e3", "NaN", "１"])
def test_what_a_table_of_nutrition_cannot_mean_is_refused(cell):
    with pytest.raises(ValueError, match=cell.strip()):
        policies.parse_nutrition(cell)


def test_an_ingredient_is_entered_changed_and_found(kitchen):
    made = kitchen.purchaser.post("/canteen/ingredients", CHICKEN).data
    assert made["code"] == f"SC{made['id']:05d}"
    assert (made["edible_percent"], made["protein_g"], made["sodium_mg"]) == (63, 20.2, None)
    assert made["season_months"] == [2, 3]
    path = f"/canteen/ingredients/{made['id']}"
    body = {**CHICKEN, "code": "JT01", "is_active": False, "allergens": None}
    refused = kitchen.purchaser.put(path, body)
    assert (refused.status, refused.error) == (403, "canteen.ingredient_shared")
    assert kitchen.buyer.put(path, body).data["code"] == "JT01"
    found = queries.find("JT01")
    assert found == queries.find("鸡腿")
    assert found.allergens is None
    # Without a code it keeps that which it has.
    assert kitchen.buyer.put(path, {**CHICKEN, "is_active": True}).data["code"] == "JT01"
    listed = kitchen.storekeeper.get("/canteen/ingredients", q="鸡", category="poultry", month=3).data
    assert [one["id"] for one in listed["list"]] == [made["id"]]
    assert kitchen.storekeeper.get("/canteen/ingredients", month=7).data["total"] == 0
    assert kitchen.storekeeper.put(path, CHICKEN).error == "app.forbidden"


def test_a_name_is_given_once(kitchen):
    kitchen.purchaser.post("/canteen/ingredients", CHICKEN)
    assert kitchen.purchaser.post("/canteen/ingredients", CHICKEN).error == "canteen.ingredient_taken"
    assert kitchen.purchaser.get("/canteen/ingredients/999").error == "canteen.ingredient_not_found"


def test_a_workbook_goes_out_and_comes_back(kitchen):
    kitchen.purchaser.post("/canteen/ingredients", CHICKEN)
    kitchen.ingredient("盐", category="seasoning", sodium_mg=39311, allergens=None, is_halal=None)
    data = kitchen.purchaser.get("/canteen/ingredients/workbook").body
    path = "/canteen/ingredients/import"
    assert upload(kitchen.purchaser, path, data).data == {"added": 0, "changed": 0, "unchanged": 2}

    row = [None, "花椒", "调味品", 100, "Tr", "—", None, None, None, "未申报", "是", "常温", 90]
    sheet = changed(
        data,
        {"D2": 65, **{f"{letter}4": value for letter, value in zip("ABCDEFGHIJKLM", row, strict=True)}},
    )
    assert upload(kitchen.purchaser, path, sheet).error == "canteen.ingredient_shared"
    assert upload(kitchen.buyer, path, sheet).data == {"added": 1, "changed": 1, "unchanged": 1}
    assert upload(kitchen.purchaser, path, sheet).data == {"added": 0, "changed": 0, "unchanged": 3}
    pepper = queries.find("花椒")
    assert (pepper.energy_kcal, pepper.protein_g, pepper.shelf_days) == (Decimal(0), None, 90)
    names = [cells[1] for cells in rows_of(kitchen.purchaser.get("/canteen/ingredients/workbook").body)]
    assert sorted(names) == ["盐", "花椒", "鸡腿"]


def test_a_wrong_row_is_named_and_nothing_is_saved(kitchen):
    kitchen.ingredient("盐", code="Y1")
    kitchen.ingredient("糖", code="T1")
    data = kitchen.purchaser.get("/canteen/ingredients/workbook").body
    wrong = changed(data, {"D2": 0, "E2": "大约", "D3": 50, "P3": "十三月"})
    answer = upload(kitchen.purchaser, "/canteen/ingredients/import", wrong)
    assert faults(answer) == [(2, "可食部（%）"), (2, "能量（千卡）"), (3, "时令月份")]
    # A name that is another ingredient's, and one that stands twice.
    second = {"A3": "Y1"} if rows_of(data)[0][0] == "Y1" else {"A3": "T1"}
    answer = upload(kitchen.purchaser, "/canteen/ingredients/import", changed(data, second))
    assert (3, "食材编码") in faults(answer)
    assert queries.find("盐").edible_percent == 100
    assert upload(kitchen.storekeeper, "/canteen/ingredients/import", data).error == "app.forbidden"
