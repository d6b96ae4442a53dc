"""Recipes as an Excel sheet: read by row, written, and read again."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend.db import db
from backend.documents.reading import Line
from backend.documents.sheets import Column, workbook
from canteen.production.recipes import recipe_sheets
from canteen.production.recipes.models import Recipe
from canteen.production.recipes.policies import Step
from canteen.production.recipes.recipe_sheets import COLUMNS

DISHES = {"白斩鸡": 1, "米饭": 2}
INGREDIENTS = {"鸡": 11, "盐": 12, "大米": 13}


def read(*rows):
    faults = []
    lines = [Line(number, dict(zip(COLUMNS, row, strict=True))) for number, row in enumerate(rows, start=2)]
    return recipe_sheets.read(lines, DISHES, INGREDIENTS, faults), [(one.row, one.column) for one in faults]


def test_the_first_row_of_a_dish_speaks_for_all_of_it():
    specs, faults = read(
        ("白斩鸡", "热菜", "200", "鸡", "250", "去头", "焯水（3 分钟）\n斩件"),
        ("白斩鸡", "", "", "盐", "3", "", ""),
        ("米饭", "主食", "230", "大米", "100", "", ""),
    )
    assert faults == []
    assert [(line.ingredient_id, line.raw_g, line.note) for line in specs[1].lines] == [
        (11, 250, "去头"),
        (12, 3, ""),
    ]
    assert specs[1].steps == (Step("焯水", 3), Step("斩件"))
    assert (specs[2].station, specs[2].yield_g) == ("staple", 230)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("烤鸭", "热菜", "200", "鸡", "250", "", ""), "菜品"),
        (("白斩鸡", "锅炉", "200", "鸡", "250", "", ""), "工位"),
        (("白斩鸡", "凉菜", "", "盐", "250", "", ""), "工位"),
        (("白斩鸡", "", "二百", "盐", "250", "", ""), "成品重量（克）"),
        (("白斩鸡", "", "201", "盐", "250", "", ""), "成品重量（克）"),
        (("白斩鸡", "", "", "鸭", "250", "", ""), "食材"),
        (("白斩鸡", "", "", "鸡", "250", "", ""), "食材"),
        (("白斩鸡", "", "", "盐", "-3", "", ""), "毛重用量（克）"),
        (("白斩鸡", "", "", "盐", "0.5", "", ""), "毛重用量（克）"),
        (("白斩鸡", "", "", "盐", "3", "多" * 101, ""), "备注"),
        (("白斩鸡", "", "", "盐", "3", "", "蒸" * 301), "步骤"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(row, column):
    _, faults = read(("白斩鸡", "热菜", "200", "鸡", "250", "", ""), row)
    assert (3, column) in faults


def test_a_dish_whose_rows_say_neither_station_nor_yield_is_told_at_its_first():
    _, faults = read(("米饭", "", "", "大米", "100", "", ""))
    assert faults == [(2, "工位"), (2, "成品重量（克）")]


def send(kitchen, data):
    return kitchen.manager.request(
        "POST",
        f"/canteen/canteens/{kitchen.canteen.id}/recipes/import",
        data={"file": (BytesIO(data), "recipes.xlsx")},
        content_type="multipart/form-data",
    )


def sheet(*rows):
    return workbook("配方", [Column(name) for name in COLUMNS], rows)


def recipes():
    db.session.rollback()
    rows = db.session.query(Recipe).order_by(Recipe.id).populate_existing()
    return [(row.dish_id, row.version, row.state, row.yield_g) for row in rows]


def test_case_35_a_bad_row_is_named_and_nothing_is_saved_and_importing_again_changes_nothing(kitchen):
    chicken, salt = kitchen.ingredient("鸡"), kitchen.ingredient("盐")
    dish, rice = kitchen.dish("白斩鸡"), kitchen.dish("米饭")
    kitchen.recipe(rice, {kitchen.ingredient("大米"): 100}, 230, station="staple")
    good = ("白斩鸡", "热菜", "200", "鸡", "250", "", "焯水（3 分钟）\n斩件")
    refused = send(kitchen, sheet(good, ("白斩鸡", "", "", "盐", "三克", "", "")))
    assert refused.status == 422
    assert [(one["row"], one["column"]) for one in refused.envelope["data"]["rows"]] == [
        (3, "毛重用量（克）")
    ]
    assert recipes() == [(rice.id, 1, "current", 230)]

    data = sheet(
        good, ("白斩鸡", "", "", salt.code, "3", "", ""), ("米饭", "主食", "240", "大米", "100", "", "")
    )
    assert send(kitchen, data).data == {"created": 1, "updated": 1, "unchanged": 0}
    stored = recipes()
    assert sorted(stored) == sorted(
        [(rice.id, 1, "current", 230), (dish.id, 1, "draft", 200), (rice.id, 2, "draft", 240)]
    )
    assert send(kitchen, data).data == {"created": 0, "updated": 0, "unchanged": 2}
    assert recipes() == stored

    exported = kitchen.manager.get("/canteen/recipes/export", canteen_id=kitchen.canteen.id)
    written = load_workbook(BytesIO(exported.body)).worksheets[0]
    assert [cell.value for cell in written[1]] == list(COLUMNS)
    assert written.max_row == 4
    assert send(kitchen, exported.body).data == {"created": 0, "updated": 0, "unchanged": 2}
    assert recipes() == stored
    assert chicken.id


def test_only_who_manages_the_kitchen_imports(kitchen):
    _, stranger = kitchen.person("canteen_manager", canteen=kitchen.compound.canteen())
    path = f"/canteen/canteens/{kitchen.canteen.id}/recipes/import"
    files = {"file": (BytesIO(sheet(("x",) * len(COLUMNS))), "recipes.xlsx")}
    answer = stranger.request("POST", path, data=files, content_type="multipart/form-data")
    assert answer.error == "canteen.canteen_not_found"
